"""How the pages are in a real browser: accessible, light and dark, from phone to wide screen, by keyboard alone."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from chromium import chromium, needs_chromium, sign_in, window
from people import Person
from servers import Server, serving
from visitors import asking, forgive_tries, with_password

pytestmark = needs_chromium

WIDE, PHONE = 1440, 390
NAME = "<script>alert(1)</script> & a long name of a tool that wants to be connected to your memory"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("pages"), embedder="none", public_url=None) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def person(server: Server, ada: Person) -> Person:
    """Ada, with connections of many kinds."""
    forgive_tries(server)
    ada.post("/api/tokens", name=NAME, policy="propose", expiresAt="2099-03-01T00:00:00Z")
    ada.delete(f"/api/tokens/{ada.post('/api/tokens', name='Ended')['id']}")
    return with_password(server, ada)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, WIDE])
def test_every_page_is_accessible_and_fits(
    server: Server, browser: Browser, person: Person, scheme: str, width: int
) -> None:
    with window(browser, color_scheme=scheme, viewport={"width": width, "height": 844}) as page:
        page.goto(f"{server.url}/sign-in")
        page.locator("summary").click()
        _check(page)
        page.get_by_label("Name").fill(person.name)
        page.get_by_label("Password").fill("wrong password")
        page.keyboard.press("Enter")
        page.get_by_role("alert").wait_for()
        _check(page)
        sign_in(page, server, person)
        for path in _paths(server, person):
            page.goto(server.url + path)
            _check(page)
        page.goto(server.url + asking(server, "cursor://tool/callback", NAME[:100]))
        page.get_by_role("button", name="Allow", exact=True).click()
        page.get_by_role("link", name="Go back to the program").wait_for()
        _check(page)


def _paths(server: Server, person: Person) -> list[str]:
    token_id = person.get("/api/tokens")[0]["id"]
    return [
        "/connections",
        "/connections?done=disconnected",
        f"/connections/{token_id}/disconnect",
        asking(server, name=NAME[:100], scope="read write delete admin"),
        asking(server, "https://a-tool.example/callback", client_uri="https://a-tool.example/"),
        "/oauth/authorize",
        "/no-such-page",
    ]


def _check(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
    violations = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["target"]) for v in violations] == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{page.url} is wider than the window"
    assert page.evaluate("getComputedStyle(document.querySelector('main')).display") == "grid", "the style is missing"


def test_the_keyboard_reaches_everything_and_shows_where_it_is(
    server: Server, browser: Browser, person: Person
) -> None:
    with window(browser) as page:
        sign_in(page, server, person)
        page.goto(f"{server.url}/connections")
        count = page.locator("main a, main button, main summary, main pre").count()
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


def test_a_hostile_name_runs_nothing_on_any_page(server: Server, browser: Browser, person: Person) -> None:
    with window(browser) as page:
        page.on("dialog", lambda dialog: pytest.fail(f"a dialog opened: {dialog.message}"))
        sign_in(page, server, person)
        for path in _paths(server, person):
            page.goto(server.url + path)
            assert page.locator("script:not([src])").count() == 0
        page.goto(f"{server.url}/connections")
        assert page.get_by_role("heading", name=NAME).is_visible()
