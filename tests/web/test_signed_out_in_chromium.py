"""A session that ends while somebody types, with scripts; and the comforts that every page has."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from chromium import arrive, needs_chromium
from onememory.web.sessions import COOKIE
from people import Person
from servers import Server, serving
from visitors import session_of

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def server(data_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(data_factory.mktemp("signed-out"), embedder="none", public_url=None) as running:
        yield running


def test_an_open_editor_stays_and_saves_after_a_new_sign_in(server: Server, page: Page, ada: Person) -> None:
    memory_id = ada.store("tea")
    arrive(page, server, ada, "/memories")
    page.get_by_role("link", name="Edit").click()
    page.locator(".editor textarea").fill("green tea")
    page.context.clear_cookies(name=COOKIE)
    page.get_by_role("button", name="Save").click()
    alert = page.locator(".editor").get_by_role("alert")
    expect(alert).to_have_text("You were signed out. Sign in in another tab, then save again.")
    page.context.add_cookies([{"name": COOKIE, "value": session_of(server, ada), "url": server.url}])
    page.get_by_role("button", name="Save").click()

    expect(page.locator(".editor")).to_have_count(0)
    assert ada.get(f"/api/memories/{memory_id}")["text"] == "green tea"


def test_what_was_typed_into_a_page_can_be_copied(server: Server, page: Page, ada: Person) -> None:
    arrive(page, server, ada, "/memories/new")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_label("Memory", exact=True).fill("green tea")
    page.context.clear_cookies(name=COOKIE)
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_label("The text that you typed")).to_have_value("green tea")
    button = page.get_by_role("button", name="Copy the text")
    button.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    page.get_by_role("link", name="Sign in").focus()

    expect(button.locator(".unseen")).to_have_count(1)
    assert page.evaluate("navigator.clipboard.readText()") == "green tea"


def test_where_the_clipboard_is_not_lent_the_text_is_selected(server: Server, page: Page, ada: Person) -> None:
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    arrive(page, server, ada, "/memories/new")
    page.get_by_label("Memory", exact=True).fill("green tea")
    page.context.clear_cookies(name=COOKIE)
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("button", name="Copy the text").click()

    expect(page.get_by_role("button", name="Press Ctrl+C")).to_be_visible()
    assert page.evaluate("getSelection().toString()") == "green tea"


def test_the_zone_is_told_anew_when_the_browser_has_moved(server: Server, page: Page, ada: Person) -> None:
    page.context.add_cookies([{"name": "zone", "value": "Pacific%2FMidway", "url": server.url}])
    arrive(page, server, ada)
    here = page.evaluate("encodeURIComponent(Intl.DateTimeFormat().resolvedOptions().timeZone)")

    assert {c["value"] for c in page.context.cookies() if c["name"] == "zone"} == {here}
