"""How the pages are in a real browser: accessible, light and dark, from phone to wide screen, by keyboard alone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from chromium import PHONE, arrive, assert_accessible, needs_chromium, sign_in, window
from furnishing import LINK, NAME, Furnished, furnish
from people import Person
from servers import Server, serving
from visitors import asking, forgive_tries

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def server(data_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(data_factory.mktemp("pages"), public_url=None) as running:
        yield running


@pytest.fixture(scope="module")
def home(server: Server) -> Furnished:
    """Ada's account, with something of everything."""
    return furnish(server, server.person("Ada", is_admin=True))


@pytest.fixture
def person(server: Server, home: Furnished) -> Person:
    forgive_tries(server)
    return home.person


def test_every_page_is_accessible_and_fits(server: Server, chrome: Browser, home: Furnished, person: Person) -> None:
    with window(chrome, viewport=PHONE) as page:
        page.goto(f"{server.url}/sign-in")
        page.locator("summary").click()
        _check(page)
        page.get_by_label("Name").fill(person.name)
        page.get_by_label("Password").fill("wrong password")
        page.keyboard.press("Enter")
        page.get_by_role("alert").wait_for()
        _check(page)
        sign_in(page, server, person)
        for path in _paths(server, home):
            page.goto(server.url + path)
            _check(page)
        page.goto(server.url + asking(server, "cursor://tool/callback", NAME[:100]))
        page.get_by_role("button", name="Allow", exact=True).click()
        page.get_by_role("link", name="Go back to the program").wait_for()
        _check(page)


def _paths(server: Server, home: Furnished) -> list[str]:
    return [
        *home.paths,
        LINK.format(**home.ids),
        "/connections?done=disconnected",
        asking(server, name=NAME[:100], scope="read write delete admin"),
        asking(server, "https://a-tool.example/callback", client_uri="https://a-tool.example/"),
        "/oauth/authorize",
    ]


def _check(page: Page) -> None:
    assert_accessible(page)
    assert page.evaluate("getComputedStyle(document.querySelector('main')).display") == "grid", "the style is missing"


def test_the_keyboard_reaches_everything_and_shows_where_it_is(server: Server, chrome: Browser, person: Person) -> None:
    with window(chrome) as page:
        sign_in(page, server, person)
        page.goto(f"{server.url}/connections")
        count = page.locator(":is(main a, main button, main summary, main pre):visible").count()
        page.keyboard.press("Tab")
        assert page.locator("a.skip:focus").is_visible()
        page.keyboard.press("Enter")

        reached = set()
        for _ in range(count):
            page.keyboard.press("Tab")
            focus = page.locator(":focus")
            assert focus.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
            reached.add(focus.evaluate("e => [...document.querySelectorAll('main *')].indexOf(e)"))
        assert len(reached - {-1}) == count


def test_a_hostile_text_runs_nothing_on_any_page(server: Server, chrome: Browser, home: Furnished) -> None:
    with window(chrome) as page:
        page.on("dialog", lambda dialog: pytest.fail(f"a dialog opened: {dialog.message}"))
        arrive(page, server, home.person)
        for path in _paths(server, home):
            page.goto(server.url + path)
            assert page.locator("script:not([src]), img[src=x]").count() == 0
