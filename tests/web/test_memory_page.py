"""The page of one memory: where it comes from, its versions, editing it, and what is gone for good."""

import re

import pytest

from chats import ingest, sent
from people import Person
from visitors import Visitor


def _facts(text: str) -> dict[str, str]:
    """The list of facts without markup."""
    pairs = re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", text, re.DOTALL)
    return {name: " ".join(re.sub(r"<[^>]*>", "", value).split()) for name, value in pairs}


def test_a_memory_tells_in_words_where_it_comes_from(browser: Visitor, ada: Person) -> None:
    chat = ingest(ada, sent("c1", "Which tea?", "Green."), platform="chatgpt")
    agent = ada.with_token(policy="propose")
    tea = agent.store("2026-01-05 Ada likes tea", source="claude", conversationId=chat, messageId="1")
    page = browser.see(f"/memories/{tea}").text

    facts = _facts(page)
    assert facts["By"] == "another, over the API (calls itself claude)"
    assert facts["Trust"] == "Written by an assistant"
    assert facts["About"] == "5 Jan 2026"
    assert facts["Bucket"] == "General"
    assert facts["Said in"].endswith(", ChatGPT")
    assert f'href="/history/{chat}?message=1"' in page
    assert 'href="/connections/' in page


def test_a_chat_that_is_gone_is_named_as_such(browser: Visitor, ada: Person) -> None:
    tea = ada.store("tea", conversationId="elsewhere")

    assert _facts(browser.see(f"/memories/{tea}").text)["Said in"] == "a chat that is not kept here"


def test_what_replaces_what_is_linked_both_ways(browser: Visitor, ada: Person) -> None:
    old = ada.store("Ada drinks tea")
    new = ada.store("Ada drinks coffee", supersedes=old)

    before, after = browser.see(f"/memories/{old}").text, browser.see(f"/memories/{new}").text
    assert "A newer memory has taken its place" in before
    assert _facts(before)["Replaced by"] == "Ada drinks coffee"
    assert _facts(after)["Replaces"] == "Ada drinks tea"
    assert f'href="/memories/{old}"' in after


def test_what_says_the_same_is_shown_beside_it(browser: Visitor, ada: Person) -> None:
    first, second = ada.store("Ada likes green tea"), ada.store("Ada likes green tea.")

    assert f'href="/memories/{second}"' in browser.see(f"/memories/{first}").text.split("Says the same")[1]
    lonely = ada.store("The hedge needs cutting in June")
    assert "Says the same" not in browser.see(f"/memories/{lonely}").text


def test_an_edit_is_kept_as_a_version_with_its_difference(browser: Visitor, ada: Person) -> None:
    work, tea = ada.bucket("Work"), ada.store("Ada likes green tea")
    browser.see(f"/memories/{tea}", edit="1")
    answer = browser.send(f"/memories/{tea}/edit", text="Ada likes black tea", bucket=str(work), version="1")
    page = browser.see(answer.headers["location"]).text

    assert "Saved 1 memory." in page
    assert "<del>green </del><ins>black </ins>" in page
    assert _facts(page)["Bucket"] == "Work"
    assert "Edited</b> by you, in the dashboard" in page
    assert "2 versions" in page


def test_an_edit_without_a_change_makes_no_version(browser: Visitor, ada: Person) -> None:
    lines = ada.store("one\r\ntwo")
    browser.see(f"/memories/{lines}")
    answer = browser.send(f"/memories/{lines}/edit", text="one\r\ntwo", bucket=str(ada.general()), version="1")

    assert answer.headers["location"] == f"/memories/{lines}"
    assert ada.get(f"/api/memories/{lines}")["version"] == 1


@pytest.mark.parametrize("text", ["", " \r\n ", "x" * 30_000])
def test_an_edit_that_cannot_be_kept_loses_nothing(browser: Visitor, ada: Person, text: str) -> None:
    work, tea = ada.bucket("Work"), ada.store("tea")
    browser.see(f"/memories/{tea}")
    answer = browser.send(f"/memories/{tea}/edit", text=text, bucket=str(work), version="1")

    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert f">\n{text.replace(chr(13), '')}</textarea>" in answer.text
    assert f'<option value="{work}" selected>' in answer.text
    assert ada.texts() == ["tea"]


def test_what_was_changed_meanwhile_is_not_overwritten_unseen(browser: Visitor, ada: Person) -> None:
    tea = ada.store("tea")
    browser.see(f"/memories/{tea}")
    ada.post("/api/v2/memory/update", memoryId=tea, text="green tea")
    answer = browser.send(f"/memories/{tea}/edit", text="black tea", version="1")
    assert answer.status_code == 400
    assert "was changed meanwhile" in answer.text
    assert "black tea</textarea>" in answer.text
    assert ada.texts() == ["green tea"]

    browser.send(f"/memories/{tea}/edit", text="black tea", version="2")
    assert ada.texts() == ["black tea"]


def test_what_was_typed_for_a_memory_that_is_in_the_trash_by_now_is_given_back(browser: Visitor, ada: Person) -> None:
    tea = ada.store("tea")
    browser.see(f"/memories/{tea}")
    ada.delete(f"/api/memories/{tea}")
    answer = browser.send(f"/memories/{tea}/edit", text="green tea", version="1")
    assert answer.status_code == 400
    assert "This memory is in the trash; restore it first." in answer.text
    assert "green tea</textarea>" in answer.text
    assert ada.texts() == []

    browser.send(f"/memories/{tea}/edit", text="green tea", version="2", restore="1")
    assert ada.texts() == ["green tea"]


def test_what_was_typed_for_a_memory_that_was_erased_is_given_back_as_a_new_one(browser: Visitor, ada: Person) -> None:
    tea, work = ada.store("tea"), ada.bucket("Work")
    browser.see(f"/memories/{tea}")
    ada.delete(f"/api/memories/{tea}")
    ada.delete("/api/trash")
    answer = browser.send(f"/memories/{tea}/edit", text="green tea", bucket=str(work), version="1")

    assert answer.status_code == 404
    assert "not here for you any more" in answer.text
    assert 'action="/memories/new"' in answer.text
    assert "green tea</textarea>" in answer.text
    assert f'<option value="{work}" selected>' in answer.text


def test_the_text_of_an_old_version_is_used_again(browser: Visitor, ada: Person) -> None:
    tea = ada.store("green tea")
    ada.post("/api/v2/memory/update", memoryId=tea, text="black tea")
    browser.see(f"/memories/{tea}")
    answer = browser.send(f"/memories/{tea}/versions/1/restore")

    assert ada.texts() == ["green tea"]
    assert "Undo" in browser.see(answer.headers["location"]).text


def test_a_text_is_removed_for_good_after_a_question(browser: Visitor, ada: Person) -> None:
    tea = ada.store("my old address")
    ada.post("/api/v2/memory/update", memoryId=tea, text="moved away")
    path = f"/memories/{tea}/versions/1/redact"
    assert "my old address" in browser.see(path).text
    answer = browser.send(path)

    page = browser.see(answer.headers["location"]).text
    assert "Removed the text of 1 version for good." in page
    assert "my old address" not in page
    assert "removed for good on" in page
    assert "already" in browser.see(path).text
    assert browser.send(f"/memories/{tea}/versions/1/restore").status_code == 400


def test_a_memory_is_deleted_and_brought_back_from_its_page(browser: Visitor, ada: Person) -> None:
    tea = ada.store("tea")
    browser.see(f"/memories/{tea}")
    answer = browser.send("/memories/selected", id=tea, act="delete", back=f"/memories/{tea}")
    page = browser.see(answer.headers["location"]).text
    assert "Put 1 memory into the trash." in page
    assert "Edit or move" not in page

    browser.send("/memories/selected", id=tea, act="restore", back=f"/memories/{tea}")
    assert ada.texts() == ["tea"]


def test_the_page_of_an_erased_memory_is_not_where_one_is_led(browser: Visitor, ada: Person) -> None:
    tea = ada.store("tea")
    ada.delete(f"/api/memories/{tea}")
    browser.see(f"/memories/{tea}")
    answer = browser.send("/memories/erase", id=tea, back=f"/memories/{tea}")

    assert browser.see(answer.headers["location"]).status_code == 200


@pytest.mark.parametrize("path", ["", "/versions/1/redact"])
def test_somebody_elses_memory_does_not_exist(browser: Visitor, ben: Person, path: str) -> None:
    theirs = ben.store("Ben's own")
    page = browser.see(f"/memories/{theirs}{path}")

    assert page.status_code == 404
    assert "own" not in page.text.replace("your own", "")
    for form in ("edit", "versions/1/redact", "versions/1/restore"):
        assert browser.send(f"/memories/{theirs}/{form}", text="Ada was here").status_code == 404
    assert ben.texts() == ["Ben's own"]


@pytest.mark.parametrize("number", ["2", "0", "x", "99999999999999999999"])
def test_a_version_that_is_not_there_is_not_found(browser: Visitor, ada: Person, number: str) -> None:
    tea = ada.store("tea")

    assert browser.see(f"/memories/{tea}/versions/{number}/redact").status_code == 404


def test_texts_sources_and_names_are_shown_as_texts(browser: Visitor, ada: Person) -> None:
    hostile = "<script>alert(1)</script>"
    tea = ada.with_token(policy="propose").store(hostile, source=hostile)
    ada.post("/api/v2/memory/update", memoryId=tea, text=f"{hostile} and more", bucketId=ada.bucket(hostile))

    assert hostile not in browser.see(f"/memories/{tea}").text
