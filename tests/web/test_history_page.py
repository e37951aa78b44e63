"""The list of chats, reading one, and what can be done there without scripts."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from chats import START, ingest, sent
from onememory.domain.actors import Scope
from onememory.domain.conversations import Conversation, Message, Role
from people import Person
from servers import Server
from visitors import Visitor

SELECTED = "/history/selected"


def _said(number: int, text: str) -> Message:
    return Message(f"m{number}", (Role.USER, Role.ASSISTANT)[number % 2], text, START + timedelta(minutes=number))


def _keep(server: Server, person: Person, *conversations: Conversation) -> list[str]:
    kept = server.run(server.services.archive.keep(Scope(person.user_id), conversations))
    return [each.conversation.id for each in kept]


@pytest.fixture
def forked(server: Server, ada: Person) -> str:
    """A chat whose first answer was written anew."""
    said = [_said(n, t) for n, t in enumerate(("Which tea?", "Green tea.", "Why?", "It is mild."))]
    other = Message("other", Role.ASSISTANT, "Black tea.", model="gpt-4", is_current=False, parent_id="m0")
    return _keep(server, ada, Conversation("chatgpt", "f", "About tea", START, START, (*said, other), "Kitchen"))[0]


@pytest.fixture
def long(ada: Person) -> str:
    """A chat of several parts."""
    return ingest(ada, sent("long", *(f"Remark {n} on the {'giraffe' if n % 50 == 7 else 'goat'}" for n in range(150))))


def _titles(page: str) -> list[str]:
    return [unescape(title) for title in re.findall(r'<a class="title"[^>]*><bdi>(.*?)</bdi>', page)]


def _numbers(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'<li class="line [a-z]+" id="m-(\d+)"', page)]


def _link(page: str, words: str) -> str:
    found = re.search(rf'<a [^>]*href="([^"]+)"[^>]*>(?:<[^>]*>[^<]*</[^>]*>)?{words}', page)
    assert found, words
    return unescape(found[1])


def test_without_chats_the_next_step_is_an_import(browser: Visitor) -> None:
    page = browser.see("/history").text
    assert "No chats yet" in page
    assert 'href="/import"' in page


def test_chats_are_listed_newest_first_with_what_they_are(browser: Visitor, ada: Person, forked: str) -> None:
    ingest(ada, sent("new", "Hello?", "Hi.", createdAt="2026-02-01T00:00:00Z"))
    page = browser.see("/history").text

    assert _titles(page) == ["Chat new", "About tea"]
    assert "<b>2</b> chats with 6 messages" in page
    line = page.split(forked)[-1].split("</li>")[0]
    assert all(words in line for words in ("ChatGPT", "4 messages", "5 Jan 2026", "Kitchen"))


@pytest.mark.parametrize(
    ("filters", "titles"),
    [
        ({"platform": "chatgpt"}, ["About tea"]),
        ({"project": "Kitchen"}, ["About tea"]),
        ({"begins": "2026-01-06"}, ["Chat new"]),
        ({"ends": "2026-01-05"}, ["About tea"]),
        ({"pinned": "1"}, []),
        ({"imported": "unknown"}, []),
    ],
)
@pytest.mark.usefixtures("forked")
def test_filters_narrow_the_list(browser: Visitor, ada: Person, filters: dict[str, str], titles: list[str]) -> None:
    ingest(ada, sent("new", "Hello?", "Hi.", createdAt="2026-02-01T00:00:00Z"))
    page = browser.see("/history", **filters).text

    assert _titles(page) == titles
    assert titles or "No chat fits these filters" in page


def test_a_day_that_is_none_is_refused_in_words(browser: Visitor) -> None:
    answer = browser.see("/history", begins="soon")
    assert (answer.status_code, "is no day" in answer.text) == (400, True)
    assert 'name="ends"' in answer.text
    wrong = browser.see("/history", begins="2026-01-06", ends="2026-01-05")
    assert (wrong.status_code, "ends before it begins" in wrong.text) == (400, True)


def test_days_are_those_of_the_persons_zone(browser: Visitor, ada: Person) -> None:
    ingest(ada, sent("late", "Hello?", "Hi.", createdAt="2026-01-05T23:30:00Z"))
    browser.http.cookies.set("zone", "Europe%2FBerlin")

    assert _titles(browser.see("/history", begins="2026-01-06").text) == ["Chat late"]


def test_the_list_goes_on_with_every_chat_once(browser: Visitor, server: Server, ada: Person) -> None:
    _keep(server, ada, *(Conversation("claude", str(n), f"C{n}", START, START, (_said(0, "x"),)) for n in range(60)))
    first = browser.see("/history").text
    second = browser.see(_link(first, "Show older ones")).text

    assert (len(_titles(first)), len(_titles(second))) == (50, 10)
    assert len({*_titles(first), *_titles(second)}) == 60
    assert "Show older ones" not in second


@pytest.mark.usefixtures("forked")
def test_words_find_titles_and_what_was_said_and_lead_to_the_message(browser: Visitor, long: str) -> None:
    assert _titles(browser.see("/history", q="About tea").text)[0] == "About tea"
    page = browser.see("/history", q="giraffes").text

    assert _titles(page) == ["Chat long"]
    assert "<mark>giraffe</mark>" in page
    passage = unescape(re.findall(r'<p class="passage"><a href="([^"]+)"', page)[0])
    assert re.fullmatch(rf"/history/{long}\?at=(\d+)#m-\1", passage)
    assert f'id="{passage.partition("#")[2]}"' in browser.see(passage).text


def test_pinning_is_done_to_the_ticked_ones_and_told(browser: Visitor, ada: Person, forked: str, long: str) -> None:
    browser.see("/history")
    answer = browser.send(SELECTED, act="pin", id=[forked, long], back="/history?platform=chatgpt")

    assert answer.headers["location"] == "/history?platform=chatgpt&done=pinned&count=2"
    page = browser.see(answer.headers["location"]).text
    assert "Pinned 2 chats." in page
    assert len(ada.get("/api/chat-history/chats", pinnedOnly=True)["items"]) == 2
    browser.send(SELECTED, act="unpin", id=[forked])
    assert [c["id"] for c in ada.get("/api/chat-history/chats", pinnedOnly=True)["items"]] == [long]


def test_a_deletion_is_asked_about_and_says_that_it_cannot_be_undone(
    browser: Visitor, ada: Person, forked: str, long: str
) -> None:
    browser.see("/history")
    question = browser.send(SELECTED, act="delete", id=[forked, long])

    assert "This cannot be undone" in question.text
    assert "<bdi>About tea</bdi>" in question.text
    assert ada.get("/api/chat-history/count") == {"count": 2}
    answer = browser.send(SELECTED, act="delete", id=[forked, long], sure="yes", back=f"/history/{long}")
    assert answer.headers["location"] == "/history?done=deleted&count=2"
    assert "Deleted 2 chats for good." in browser.see(answer.headers["location"]).text
    assert ada.get("/api/chat-history/count") == {"count": 0}


def test_what_is_kept_out_never_comes_back(browser: Visitor, ada: Person, long: str) -> None:
    browser.see("/history")
    answer = browser.send(SELECTED, act="delete", id=[long], sure="yes", exclude="yes")

    assert answer.headers["location"] == "/history?done=excluded&count=1"
    ingest(ada, sent("long", "Again?", "Yes."))
    assert ada.get("/api/chat-history/count") == {"count": 0}


def test_pinned_chats_stay_when_many_are_deleted(browser: Visitor, ada: Person, forked: str, long: str) -> None:
    ada.post("/api/chat-history/pin", ids=[forked])
    browser.see("/history")

    assert "1 chat of these is pinned" in browser.send(SELECTED, act="delete", id=[forked, long]).text
    browser.send(SELECTED, act="delete", id=[forked, long], sure="yes")
    assert _titles(browser.see("/history").text) == ["About tea"]


@pytest.mark.parametrize(("fields", "told"), [({"act": "pin"}, "nothing"), ({"act": "delete", "id": ["x"]}, "nothing")])
def test_without_a_tick_nothing_is_done(browser: Visitor, fields: dict[str, Any], told: str) -> None:
    browser.see("/history")
    assert f"done={told}" in browser.send(SELECTED, **fields).headers["location"]


def test_an_act_that_is_none_is_refused(browser: Visitor, forked: str) -> None:
    browser.see("/history")
    assert browser.send(SELECTED, act="burn", id=[forked]).status_code == 400


def test_a_chat_is_read_as_text_with_who_said_what_and_when(browser: Visitor, server: Server, ada: Person) -> None:
    said = (_said(0, "Is <b>this</b> *bold*?"), Message("m1", Role.ASSISTANT, "No.", START, attachments=("cat.png",)))
    (chat,) = _keep(server, ada, Conversation("claude", "x", "<i>Marked</i>", START, START, said))
    page = browser.see(f"/history/{chat}").text

    assert "Is &lt;b&gt;this&lt;/b&gt; *bold*?" in page
    assert "<bdi>&lt;i&gt;Marked&lt;/i&gt;</bdi>" in page
    assert re.findall(r"<b><bdi>(\w+)</bdi></b>", page) == ["You", "Claude"]
    assert '<time datetime="2026-01-05T09:00:00Z">5 Jan 2026, 09:00</time>' in page
    assert "<bdi>cat.png</bdi>" in page


def test_one_switches_branches_at_the_message_where_the_chat_forks(browser: Visitor, forked: str) -> None:
    current = browser.see(f"/history/{forked}").text
    assert "Version 1 of 2" in current
    other = browser.see(_link(current, "Version 2")).text

    assert (_numbers(current), _numbers(other)) == ([0, 1, 2, 3], [0, 4])
    assert "Version 2 of 2" in other
    assert _numbers(browser.see(_link(other, ".*Version 1")).text) == [0, 1, 2, 3]


def test_a_long_chat_is_read_in_parts_and_an_address_leads_to_any_message(browser: Visitor, long: str) -> None:
    first = browser.see(f"/history/{long}").text
    read = _numbers(first)
    read += _numbers(browser.see(_link(first, "Show what comes next")).text)

    assert read == list(range(120))
    middle = browser.see(f"/history/{long}?at=130").text
    assert 130 in _numbers(middle)
    assert "From message 121 of 150" in middle
    assert 119 in _numbers(browser.see(_link(middle, "Show what came before")).text)


def test_the_platforms_own_id_of_a_message_leads_to_it(browser: Visitor, forked: str) -> None:
    answer = browser.http.get(f"/history/{forked}?message=other")
    assert answer.headers["location"] == f"/history/{forked}?at=4#m-4"
    assert browser.see(f"/history/{forked}?message=unknown").status_code == 200


def test_words_are_found_within_a_chat_one_after_another(browser: Visitor, long: str) -> None:
    first = browser.see(f"/history/{long}", q="Giraffe").text
    second = browser.see(_link(first, "Next")).text

    assert "1 of 3 messages" in first
    assert "<mark>giraffe</mark>" in first
    assert "2 of 3 messages" in second
    assert _link(second, "Previous").endswith("at=7#m-7")
    assert "No message has this word." in browser.see(f"/history/{long}", q="zebra").text


def test_words_of_another_branch_are_found_there(browser: Visitor, forked: str) -> None:
    assert _numbers(browser.see(f"/history/{forked}", q="black").text) == [0, 4]


def test_ticked_messages_become_a_memory_that_says_where_it_is_from(browser: Visitor, ada: Person, forked: str) -> None:
    work = ada.bucket("Work")
    form = browser.see(f"/history/{forked}/remember?id=1&id=0").text
    assert "2026-01-05 You: Which tea?\n\nChatGPT: Green tea.</textarea>" in form
    answer = browser.send(f"/history/{forked}/remember", id=["0", "1"], text="2026-01-05 Green tea", bucket=work)

    (memory,) = ada.get("/api/memory", all=True)["data"]
    details = ada.get(f"/api/memories/{memory['id']}")
    assert (details["text"], details["metadata"]["bucketId"]) == ("2026-01-05 Green tea", work)
    origin = details["provenance"]
    assert (origin["conversationId"], origin["messageId"], origin["trust"]) == (forked, "m0", "stated")
    page = browser.see(answer.headers["location"]).text
    assert "Kept 1 memory." in page
    assert "1 memory from this chat" in page


def test_a_selected_text_is_shown_before_it_is_kept(browser: Visitor, ada: Person, forked: str) -> None:
    browser.see(f"/history/{forked}")
    form = browser.send(f"/history/{forked}/remember", id="1", text="Green").text

    assert "2026-01-05 Green</textarea>" in form
    assert ada.get("/api/memory", all=True)["data"] == []


def test_too_many_messages_for_one_memory_are_refused_in_words(browser: Visitor, forked: str) -> None:
    answer = browser.see(f"/history/{forked}/remember?{'&'.join(f'id={n}' for n in range(201))}")
    assert (answer.status_code, "at most 200" in answer.text) == (400, True)


@pytest.mark.parametrize(
    ("text", "bucket", "problem"),
    [
        (" ", "1", "nothing to keep"),
        ("Tea", "x", "Choose the bucket"),
        ("Tea", "1", "not here any more"),
        ("x" * 20_001, "1", ""),
    ],
)
def test_what_cannot_be_kept_stays_in_the_form(
    browser: Visitor, forked: str, text: str, bucket: str, problem: str
) -> None:
    browser.see(f"/history/{forked}")
    answer = browser.send(f"/history/{forked}/remember", id="1", text=text, bucket=bucket)

    assert answer.status_code == 400
    assert problem in answer.text.split('role="alert">')[1]
    assert f"{text}</textarea>" in answer.text


def test_a_link_opens_the_chat_without_a_sign_in(browser: Visitor, server: Server, forked: str) -> None:
    browser.see(f"/history/{forked}")
    page = browser.send(f"/history/{forked}/link").text
    link = unescape(page.split('<code id="link">')[1].split("<")[0])

    assert link.startswith("https://memory.example.org/")
    assert server.http.get(link.removeprefix("https://memory.example.org")).json()["title"] == "About tea"


def test_a_chat_is_summed_up_in_its_own_words(browser: Visitor, forked: str) -> None:
    assert "User: Which tea?\nAssistant: Green tea." in browser.see(f"/history/{forked}/summary").text


@pytest.mark.parametrize("path", ["", "/summary", "/remember?id=0"])
def test_somebody_elses_chat_does_not_exist(browser: Visitor, ben: Person, path: str) -> None:
    theirs = ingest(ben, sent("theirs", "Hello?", "Hi."))
    browser.see("/history")

    assert browser.see(f"/history/{theirs}{path}").status_code == 404
    assert browser.send(f"/history/{theirs}/link").status_code == 404
    browser.send(SELECTED, act="delete", id=[theirs], sure="yes")
    assert ben.get("/api/chat-history/count") == {"count": 1}


def test_a_chat_without_words_can_be_read(browser: Visitor, server: Server, ada: Person) -> None:
    (chat,) = _keep(server, ada, Conversation("claude", "empty", "", None, None, ()))
    assert "Nothing was said" in browser.see(f"/history/{chat}").text
    assert "Untitled" in browser.see("/history").text
