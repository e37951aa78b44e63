"""The start page: what came in, what was recalled by which tool, a year of days, and how the index is."""

from dataclasses import replace
from typing import Any

import pytest

from chats import ingest, sent
from onememory.domain.actors import Scope
from onememory.domain.ids import mint
from onememory.domain.jobs import Job, JobKind, JobState
from people import Person
from servers import Server
from visitors import Visitor


def test_the_search_box_comes_first_and_asks_the_list(browser: Visitor, ada: Person) -> None:
    ada.store("Ada drinks green tea")
    page = browser.see("/").text
    form = page.split("<h1>")[1].split("<form")[1].split("</form>")[0]

    assert 'action="/memories"' in form
    assert "green tea" in browser.see("/memories", q="tea").text
    assert 'type="search" id="q" name="q"' in form


def test_an_empty_account_is_shown_three_ways_to_begin(browser: Visitor, ada: Person) -> None:
    page = browser.see("/").text

    assert "Three ways to begin" in page
    assert all(f'href="{path}"' in page for path in ("/connections", "/import", "/memories/new"))
    assert "Recalled lately" not in page
    ada.store("tea")
    assert "Three ways to begin" not in browser.see("/").text


def test_what_came_in_is_told_with_the_tool_it_came_through(browser: Visitor, ada: Person) -> None:
    ada.with_token("Claude").store("The <b>bold</b> one")
    added = browser.see("/").text.split("Added lately")[1].split("</section>")[0]

    assert "The &lt;b&gt;bold&lt;/b&gt; one" in added
    assert "through <bdi>Claude</bdi>" in added


def test_what_was_recalled_is_told_by_tool_in_the_order_of_time(browser: Visitor, server: Server, ada: Person) -> None:
    memory_id = ada.store("Ada drinks green tea")
    for name, times in (("Cursor", 1), ("Claude", 2)):
        tool = ada.with_token(name)
        for _ in range(times):
            tool.get("/api/search", query="tea")
    server.settle()
    recalled = browser.see("/").text.split("Recalled lately")[1].split("</section>")[0]

    assert recalled.index("Claude") < recalled.index("Cursor")
    assert "asked 2 times, and was given 2 results" in recalled
    assert "asked once, and was given 1 result" in recalled
    assert f"/memories/{memory_id}" in recalled


def test_ones_own_looking_is_no_recall_of_a_tool(browser: Visitor, server: Server, ada: Person) -> None:
    memory_id = ada.store("Ada drinks green tea")
    browser.see(f"/memories/{memory_id}")
    server.settle()

    assert "No tool has asked for anything" in browser.see("/").text


@pytest.mark.parametrize(("count", "words"), [(1, "1 thing</b> waits for"), (2, "2 things</b> wait for")])
def test_what_waits_for_review_is_said(browser: Visitor, ada: Person, count: int, words: str) -> None:
    assert "for your review" not in browser.see("/").text
    ada.with_token(policy="inbox").store_all(*(f"tea {n}" for n in range(count)))

    assert words in browser.see("/").text


def test_the_year_is_a_picture_with_a_table_behind_it(browser: Visitor, server: Server, ada: Person) -> None:
    ada.store("tea")
    ingest(ada, sent("c1", "Hello", "Hi", createdAt=f"{server.installation.clock.now():%Y-%m-%dT00:30:00Z}"))
    server.settle()
    year = browser.see("/").text.split("A year of memory")[1].split("</section>")[0]

    assert "In the last twelve months: 1 memory added, 1 chat, 0 answers to your tools." in year
    assert ": 1 added, 1 chat, 0 answers to tools</title>" in year
    assert 'role="img" aria-label="In the last twelve months' in year
    assert 12 <= year.count('<th scope="row">') <= 13


def test_a_day_is_one_of_the_persons_time_zone(browser: Visitor, ada: Person) -> None:
    ada.store("tea")
    zones = ("Pacific/Kiritimati", "Pacific/Midway")  # 25 hours apart
    days = []
    for zone in zones:
        browser.http.cookies.set("zone", zone)
        days.append(browser.see("/").text.split(": 1 added")[0].rsplit("<title>", 1)[1])

    assert days[0] != days[1]


def _job(server: Server, person: Person, **changes: Any) -> None:
    now = server.installation.clock.now()
    job = replace(Job(mint(now), person.user_id, JobKind.EMBED, JobState.RUNNING, now), **changes)
    server.run(server.installation.store.write(Scope(person.user_id), lambda tx: tx.jobs.enqueue(job)))


@pytest.mark.parametrize(
    ("total", "words"),
    [(0, "Preparing the search by meaning, about to begin"), (1_200, "Preparing the search by meaning: 300 of 1,200")],
)
def test_work_in_the_background_is_shown_while_it_goes_on(
    browser: Visitor, server: Server, ada: Person, total: int, words: str
) -> None:
    ada.store("tea")
    assert "every memory is ready" in browser.see("/").text
    _job(server, ada, done=min(total, 300), total=total)
    page = browser.see("/").text

    assert words in page
    assert 'id="state" aria-labelledby="state-title" data-live="3"' in page


def test_work_that_was_given_up_says_why_until_it_is_begun_again(browser: Visitor, server: Server, ada: Person) -> None:
    ada.store("tea")
    _job(server, ada, state=JobState.FAILED, error="The model <b> is out of order.")
    page = browser.see("/").text
    assert "was given up. The model &lt;b&gt; is out of order." in page
    assert "data-live" not in page
    _job(server, ada, state=JobState.DONE)

    assert "was given up" not in browser.see("/").text
