"""What scripts and the style sheet add to the map and the start page, in a real browser."""

import pytest
from playwright.sync_api import Browser

from chromium import PHONE, arrive, assert_accessible, needs_chromium, window
from people import Person
from servers import Server
from themes import TEXTS

pytestmark = needs_chromium


@pytest.fixture
def filled(ada: Person) -> Person:
    """Ada with memories on four themes and a bucket more."""
    ada.store_all(*TEXTS)
    ada.bucket("Empty")
    ada.get("/api/map")  # it is drawn now
    return ada


def test_home_and_map_are_accessible_and_on_a_phone_show_the_present_first(
    server: Server, chrome: Browser, filled: Person
) -> None:
    with window(chrome, viewport=PHONE) as page:
        arrive(page, server, filled)
        assert page.locator(".year rect").last.is_visible()
        assert page.locator(".year rect").last.evaluate("e => e.getBoundingClientRect().right <= innerWidth")
        assert_accessible(page)
        page.goto(f"{server.url}/map")
        assert page.locator(".months circle").last.evaluate("e => e.getBoundingClientRect().right <= innerWidth")
        assert_accessible(page)


def test_a_choice_of_bucket_is_shown_at_once(server: Server, chrome: Browser, filled: Person) -> None:
    with window(chrome) as page:
        arrive(page, server, filled, "/map")
        assert page.get_by_role("button", name="Show").count() == 0
        page.get_by_label("Bucket", exact=True).select_option("Empty")

        page.get_by_text("There are no memories in this bucket yet.").wait_for()


def test_a_dot_leads_to_its_memory_and_a_disc_to_its_group(server: Server, chrome: Browser, filled: Person) -> None:
    with window(chrome) as page:
        arrive(page, server, filled, "/map")
        dot = page.locator(".map g a").first
        text = dot.locator("title").text_content()
        dot.click()
        page.wait_for_url("**/memories/*")
        assert page.get_by_text(text or "no title").first.is_visible()
        page.goto(f"{server.url}/map")
        disc = page.locator("a.cluster").first
        disc.focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/map/clusters/*")
