"""The list of memories at a browser without scripts: filters, paging, writing, and what is done to the ticked ones."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest

from people import Person
from servers import Server
from visitors import Visitor


def _lines(text: str) -> list[str]:
    """The texts of the list, in order."""
    return [unescape(found) for found in re.findall(r'<div class="memory-text">(.*?)</div>', text, re.DOTALL)]


def _more(text: str) -> str:
    found = re.search(r'data-more="lines" href="([^"]*)"', text)
    return unescape(found[1]) if found else ""


def _until(text: str) -> str:
    """The moment at which a page was shown, as its form gives it back."""
    return str(re.findall(r'name="until" value="([^"]*)"', text)[0])


def test_an_empty_account_is_told_what_comes_next(browser: Visitor) -> None:
    page = browser.see("/memories").text

    assert "No memories yet" in page
    for way_on in ("/memories/new", "/import", "/connections"):
        assert f'href="{way_on}"' in page


def test_the_list_goes_on_to_its_end_and_counts_all_of_it(browser: Visitor, ada: Person) -> None:
    ada.store_all(*(f"note {n}" for n in range(120)))
    page = browser.see("/memories").text
    seen = _lines(page)
    assert "<b>120</b> memories" in page
    while more := _more(page):
        page = browser.see(more).text
        seen += _lines(page)
        assert "Back to the start of the list" in page

    assert seen == [f"note {n}" for n in reversed(range(120))]


def test_filters_stay_chosen_while_the_list_goes_on(browser: Visitor, ada: Person) -> None:
    work = ada.bucket("Work")
    ada.store_all(*(f"home {n}" for n in range(60)))
    for n in range(51):
        ada.store(f"work {n}", bucketId=work, source="a & b")
    page = browser.see("/memories", bucket=str(work), source="a & b", q="").text

    assert f'<option value="{work}" selected>Work</option>' in page
    assert _lines(browser.see(_more(page)).text) == ["work 0"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"trust": "assistant"}, ["2026-02-05 coffee"]),
        ({"about_from": "2026-01-06"}, ["2026-02-05 coffee"]),
        ({"about_to": "2026-01-06"}, ["2026-01-05 tea"]),
        ({"recorded_from": "2100-01-01"}, []),
        ({"recorded_to": "2100-01-01"}, ["2026-02-05 coffee", "2026-01-05 tea"]),
        ({"type": "image"}, []),
        ({"state": "trashed"}, ["gone"]),
    ],
)
def test_each_filter_narrows_the_list(
    browser: Visitor, ada: Person, query: dict[str, str], expected: list[str]
) -> None:
    ada.store("2026-01-05 tea")
    ada.with_token(policy="propose").store("2026-02-05 coffee")
    ada.delete(f"/api/memories/{ada.store('gone')}")

    page = browser.see("/memories", **query).text
    assert _lines(page) == expected
    assert ("Nothing here" in page) == (not expected)


def test_a_day_is_one_of_the_persons_own_zone(browser: Visitor, server: Server, ada: Person) -> None:
    ada.store("tea")
    today = server.installation.clock.now().astimezone(ZoneInfo("Pacific/Kiritimati")).date()
    seen = {}
    for zone in ("Pacific/Kiritimati", "Pacific/Midway"):  # 25 hours apart, so it is never the same day
        browser.http.cookies.set("zone", quote(zone, safe=""))
        seen[zone] = _lines(browser.see("/memories", recorded_from=str(today)).text)

    assert seen == {"Pacific/Kiritimati": ["tea"], "Pacific/Midway": []}


@pytest.mark.parametrize(
    "query",
    [
        {"bucket": "x"},
        {"bucket": "9" * 30},
        {"bucket": "99999999"},
        {"trust": "x"},
        {"about_from": "x"},
        {"about_from": "2026-03-02", "about_to": "2026-03-01"},
        {"recorded_from": "2026-03-02", "recorded_to": "2026-03-01"},
        {"older": "x"},
        {"state": "x"},
    ],
)
def test_an_address_that_makes_no_sense_says_why_above_the_form(browser: Visitor, query: dict[str, str]) -> None:
    answer = browser.see("/memories", **query, source="claude")

    assert answer.status_code == 400
    assert re.search(r'role="alert">[^<`]+</p>\s*<form class="search"', answer.text)
    assert '<option value="claude" selected>' in answer.text
    assert all(f'value="{value}"' in answer.text for name, value in query.items() if "_" in name)


def test_a_range_that_ends_before_it_begins_is_said(browser: Visitor) -> None:
    page = browser.see("/memories", about_from="2026-03-02", about_to="2026-03-01").text

    assert "This ends before it begins: 2026-03-01 lies before 2026-03-02." in page


@pytest.mark.parametrize("bucket", ["", "²", "9" * 30])
def test_a_bucket_that_is_no_number_is_none(browser: Visitor, ada: Person, bucket: str) -> None:
    browser.see("/memories/new")
    answer = browser.send("/memories/new", text="tea", bucket=bucket)

    assert answer.status_code == 303
    assert ada.get("/api/memory")["data"][0]["metadata"]["bucketId"] == ada.general()


def test_words_find_the_best_matches_first(browser: Visitor, ada: Person) -> None:
    ada.store_all("The hedge needs cutting in June", "Ada likes green tea", "Ada sings alto")
    page = browser.see("/memories", q="green tea").text

    assert _lines(page)[0] == "Ada likes green tea"
    assert "The best matches first" in page
    assert "play no part" not in page
    assert "play no part" in browser.see("/memories", q="green tea", state="trashed").text


def test_what_a_connection_wrote_is_listed_under_its_name(browser: Visitor, ada: Person) -> None:
    ada.store("mine")
    ada.with_token().store("its")
    token = ada.token_id()
    page = browser.see("/memories", token=token).text

    assert _lines(page) == ["its"]
    assert "written through <bdi>another</bdi>" in page


def test_a_memory_is_written_and_can_be_taken_back_at_once(browser: Visitor, ada: Person) -> None:
    work = ada.bucket("Work")
    browser.see("/memories/new", bucket=str(work))
    answer = browser.send("/memories/new", text="first line\r\nsecond line", bucket=str(work))
    page = browser.see(answer.headers["location"]).text

    assert "Kept 1 memory." in page
    assert ada.texts() == ["first line\nsecond line"]
    ids = re.search(r'name="ids" value="([^"]*)"', page)
    assert ids
    browser.send("/memories/undo", ids=ids[1], back="/memories")
    assert ada.texts() == []


@pytest.mark.parametrize("text", ["", "   ", "key " + "x" * 30_000])
def test_what_cannot_be_kept_stays_in_the_form(browser: Visitor, ada: Person, text: str) -> None:
    browser.see("/memories/new")
    answer = browser.send("/memories/new", text=text)

    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert f">\n{text}</textarea>" in answer.text
    assert ada.texts() == []


def test_ticked_memories_are_moved_deleted_and_restored(browser: Visitor, ada: Person) -> None:
    work, ids = ada.bucket("Work"), ada.store_all(*(f"note {n}" for n in range(150)))
    browser.see("/memories")
    moved = browser.send("/memories/selected", id=ids, act="move", to=str(work), back=f"/memories?bucket={work}")
    assert moved.headers["location"] == f"/memories?bucket={work}&done=moved&count=150"  # too many to be named
    assert ada.get("/api/memories", bucketId=work)["count"] == 150

    deleted = browser.send("/memories/selected", id=ids[:2], act="delete", back="/memories")
    assert "Put 2 memories into the trash." in browser.see(deleted.headers["location"]).text
    assert ada.get("/api/trash")["count"] == 2

    browser.send("/memories/selected", id=ids[:1], act="restore", back="/memories?state=trashed")
    assert ada.get("/api/trash")["count"] == 1


def test_undo_brings_all_of_them_back(browser: Visitor, ada: Person) -> None:
    ids = ada.store_all("tea", "coffee")
    browser.see("/memories")
    deleted = browser.send("/memories/selected", id=ids, act="delete", back="/memories")
    browser.see(deleted.headers["location"])
    undone = browser.send("/memories/undo", ids=".".join(ids), back="/memories")

    assert "Took the last change of 2 memories back." in browser.see(undone.headers["location"]).text
    assert sorted(ada.texts()) == ["coffee", "tea"]


def test_undo_that_comes_too_late_says_so(browser: Visitor, ada: Person) -> None:
    tea = ada.store("tea")
    browser.see("/memories")
    answer = browser.send("/memories/undo", ids=tea, back="/memories")

    assert "Nothing was taken back" in browser.see(answer.headers["location"]).text


def test_what_another_window_did_already_is_not_counted(browser: Visitor, ada: Person) -> None:
    tea = ada.store("tea")
    browser.see("/memories")
    browser.send("/memories/selected", id=tea, act="delete", back="/memories")
    answer = browser.send("/memories/selected", id=tea, act="delete", back="/memories")

    page = browser.see(answer.headers["location"]).text
    assert "Nothing was changed: it was done already" in page
    assert 'class="done' not in page


def test_without_a_tick_nothing_happens(browser: Visitor, ada: Person) -> None:
    ada.store("tea")
    browser.see("/memories")
    answer = browser.send("/memories/selected", act="delete", back="https://evil.example/")

    assert answer.headers["location"] == "/memories?done=nothing&count=0"
    assert "tick the memories first" in browser.see(answer.headers["location"]).text


def test_a_selection_is_downloaded(browser: Visitor, ada: Person) -> None:
    tea, _ = ada.store_all("tea", "coffee")
    browser.see("/memories")
    answer = browser.send("/memories/selected", id=tea, act="export", format="csv")

    assert answer.headers["content-disposition"] == 'attachment; filename="memories.csv"'
    assert [line.rsplit(",", 1)[-1] for line in answer.text.splitlines()] == ["text", "tea"]


def test_erasing_asks_first_and_spares_what_is_not_in_the_trash(browser: Visitor, ada: Person) -> None:
    kept, gone = ada.store_all("kept", "gone")
    ada.delete(f"/api/memories/{gone}")
    browser.see("/memories", state="trashed")
    asked = browser.send("/memories/selected", id=[kept, gone], act="erase", back="/memories?state=trashed").text
    assert "for good?" in asked
    assert ada.get("/api/trash")["count"] == 1

    answer = browser.send("/memories/erase", id=[kept, gone], back="/memories?state=trashed")
    assert "Erased 1 memory for good." in browser.see(answer.headers["location"]).text
    assert ada.texts() == ["kept"]
    assert ada.get("/api/trash")["count"] == 0


def test_the_trash_is_emptied_after_a_question(browser: Visitor, ada: Person) -> None:
    ada.post("/api/memories/bulk-delete", memoryIds=ada.store_all("tea", "coffee"))
    question = browser.see("/memories/empty-trash").text
    assert "2 memories with all versions" in question
    answer = browser.send("/memories/empty-trash", until=_until(question))

    page = browser.see(answer.headers["location"]).text
    assert "Erased 2 memories for good." in page
    assert "The trash is empty" in page
    assert "The trash is empty" in browser.see("/memories/empty-trash").text


def test_what_came_into_the_trash_after_the_question_is_spared(browser: Visitor, ada: Person, server: Server) -> None:
    early, late = ada.store_all("early", "late")
    ada.delete(f"/api/memories/{early}")
    question = browser.see("/memories/empty-trash").text
    assert "1 memory with all versions" in question
    server.installation.clock.advance(timedelta(seconds=1))
    ada.delete(f"/api/memories/{late}")
    answer = browser.send("/memories/empty-trash", until=_until(question))

    page = browser.see(answer.headers["location"]).text
    assert "Erased 1 memory for good." in page
    assert _lines(page) == ["late"]


def test_without_the_moment_of_the_question_nothing_is_erased(browser: Visitor, ada: Person) -> None:
    ada.delete(f"/api/memories/{ada.store('tea')}")
    browser.see("/memories/empty-trash")

    assert "1 memory with all versions" in browser.send("/memories/empty-trash", until="x").text
    assert ada.get("/api/trash")["count"] == 1


def test_the_page_says_nothing_that_stands_in_its_address(browser: Visitor) -> None:
    page = browser.see("/memories", done="edited", count="<b>9</b>", undo="<script>.ok", token="<i>").text

    assert "Saved 1 memory." in page
    assert "<script>." not in page
    assert "<i>" not in page


def test_texts_are_shown_as_texts(browser: Visitor, ada: Person) -> None:
    ada.store("<script>alert(1)</script> & <b>bold</b>", source="<img src=x onerror=alert(1)>")
    page = browser.see("/memories").text

    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;bold" in page
    assert "<img src=x" not in page


def test_somebody_elses_memories_stay_out_of_reach(browser: Visitor, ben: Person) -> None:
    theirs = ben.store("Ben's own", source="bens-tool")
    page = browser.see("/memories").text
    assert "Ben" not in page
    assert "bens-tool" not in page
    for act in ("delete", "restore", "erase", "export"):
        answer = browser.send("/memories/selected", id=theirs, act=act)
        assert "own" not in answer.text
    browser.send("/memories/undo", ids=theirs)
    browser.send("/memories/erase", id=theirs)

    assert ben.texts() == ["Ben's own"]


def test_a_very_full_trash_is_emptied_in_parts_that_are_told(browser: Visitor, ada: Person) -> None:
    for _ in range(5):
        ada.post("/api/memories/bulk-delete", memoryIds=ada.store_all(*(f"note {n}" for n in range(900))))
    until = _until(browser.see("/memories/empty-trash").text)
    page = browser.see(browser.send("/memories/empty-trash", until=until).headers["location"]).text

    assert "Erased 4,000 memories for good." in page
    assert "500 memories with all versions" in page
    rest = browser.send("/memories/empty-trash", until=_until(page))
    assert rest.headers["location"].startswith("/memories?state=trashed")
