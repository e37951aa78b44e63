"""What scripts add to the inbox: verdicts by keys and without a new page, and a list that goes on."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from chromium import arrive, needs_chromium
from people import Client, Person
from proposing import change
from servers import Server, serving

pytestmark = needs_chromium

MANY = 60
WAITING = ".line:not(.settled)"


@pytest.fixture(scope="module")
def server(data_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(data_factory.mktemp("inbox"), embedder="none", public_url=None) as running:
        yield running


@pytest.fixture
def cursor(ada: Person) -> Client:
    return ada.with_token(policy="inbox")


def _badge(page: Page) -> str:
    return str(page.locator("nav.side .badge").inner_text()).split()[0]


def test_keys_approve_reject_and_go_on(server: Server, page: Page, ada: Person, cursor: Client) -> None:
    for text in ("third", "second", "first"):
        cursor.store(text)
    arrive(page, server, ada, "/inbox")
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.locator(WAITING)).to_have_count(2)
    expect(page.get_by_role("status").filter(has_text="Approved first")).to_be_visible()
    assert _badge(page) == "2"
    page.keyboard.press("r")  # what follows has the focus
    expect(page.locator(WAITING)).to_have_count(1)
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.keyboard.press("a")
    expect(page.get_by_text("Nothing waits for you")).to_be_visible()

    assert set(ada.texts()) == {"first", "third"}


def test_a_key_that_leads_to_another_page_is_no_verdict(
    server: Server, page: Page, ada: Person, cursor: Client
) -> None:
    cursor.store("tabs")
    arrive(page, server, ada, "/inbox")
    page.keyboard.press("j")
    page.keyboard.press("g")
    page.keyboard.press("a")
    page.get_by_role("heading", name="Activity").wait_for()

    assert ada.get("/api/inbox")["count"] == 1


def test_a_rejection_is_taken_back_from_the_line_that_tells_of_it(
    server: Server, page: Page, ada: Person, cursor: Client
) -> None:
    cursor.store_all("tabs", "spaces")
    arrive(page, server, ada, "/inbox")
    page.get_by_role("button", name="Reject tabs").click()
    expect(page.locator(WAITING)).to_have_count(1)
    page.get_by_role("button", name="Undo").click()

    expect(page.locator(WAITING)).to_have_count(2)


def test_a_double_click_decides_on_one_entry_and_nothing_slides(
    server: Server, page: Page, ada: Person, cursor: Client
) -> None:
    for text in ("third", "second", "first"):
        cursor.store(text)
    arrive(page, server, ada, "/inbox")
    place = page.locator(".line", has_text="second").bounding_box()
    reject = page.get_by_role("button", name="Reject first").bounding_box()
    assert reject
    for _ in range(2):  # the second press comes when the first was answered
        page.mouse.click(reject["x"] + 9, reject["y"] + 9)
        expect(page.locator(".settled")).to_have_text(re.compile("Rejected first"))

    assert page.locator(".line", has_text="second").bounding_box() == place
    assert sorted(memory["text"] for memory in ada.get("/api/inbox")["data"]) == ["second", "third"]


def test_what_another_window_decided_on_is_not_told_as_done(
    server: Server, page: Page, ada: Person, cursor: Client
) -> None:
    memory_id, _ = cursor.store_all("tabs", "spaces")
    arrive(page, server, ada, "/inbox")
    ada.post("/api/inbox/reject", ids=[memory_id])
    page.get_by_role("button", name="Approve tabs").click()

    expect(page.get_by_role("status").filter(has_text="decided on already; nothing changed. tabs")).to_be_visible()
    expect(page.locator(WAITING)).to_have_count(1)


def test_what_cannot_be_made_is_told_and_stays(server: Server, page: Page, ada: Person) -> None:
    memory_id = ada.store("old")
    change(ada.with_token(policy="propose"), "edit", memory_id)
    ada.with_token(policy="inbox").store("tabs")
    arrive(page, server, ada, "/inbox")
    ada.post("/api/v2/memory/update", memoryId=memory_id, text="other")
    page.get_by_role("button", name="Approve new").click()

    expect(page.get_by_text("1 change could not be made")).to_be_visible()
    expect(page.locator(".line")).to_have_count(2)


def test_the_ticked_ones_are_decided_on_together(server: Server, page: Page, ada: Person, cursor: Client) -> None:
    cursor.store_all(*(f"note {n}" for n in range(MANY)))
    arrive(page, server, ada, "/inbox")
    assert not page.locator("#selected").is_visible()
    while (more := page.locator("a[data-more]")).count():
        before = page.locator(".line").count()
        more.scroll_into_view_if_needed()
        expect(page.locator(".line")).not_to_have_count(before)
    page.get_by_label("Select note 0", exact=True).check()
    page.get_by_role("button", name="Select all shown").click()
    expect(page.locator(".how-many")).to_have_text(f"{MANY} selected")
    page.locator("#selected").get_by_role("button", name="Approve").click()

    expect(page.get_by_text("Nothing waits for you")).to_be_visible()
    assert ada.get("/api/memory", count=1)["count"] == MANY
