"""Debian's Chromium, driven by Playwright."""

import contextlib
import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from onememory.web.sessions import COOKIE
from people import Person
from servers import Server
from visitors import PASSWORD, session_of

PROGRAM = shutil.which("chromium")
needs_chromium = pytest.mark.skipif(PROGRAM is None, reason="there is no chromium on this machine's path")
WIDE, PHONE = ViewportSize(width=1440, height=844), ViewportSize(width=390, height=844)
ABOUT_COLOURS = ["color-contrast", "link-in-text-block"]  # of axe's rules; nothing else is another in the dark
VIOLATIONS = """
    rules => axe.run({resultTypes: ["violations"], ...(rules && {runOnly: rules})}).then(
        ({violations}) => violations.map(({id, nodes}) => [id, nodes.map(node => node.html)]))
"""
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A browser with a profile of its own, which is deleted at the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=ARGUMENTS)
        yield browser
        browser.close()


@contextlib.contextmanager
def window(browser: Browser, **options: object) -> Iterator[Page]:
    """A page of a browser that nobody has used before; the test fails where the page complains."""
    context = browser.new_context(**options)  # type: ignore[arg-type]
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert [c for c in complaints if "Failed to load resource" not in c] == []


def arrive(page: Page, server: Server, person: Person, path: str = "/") -> None:
    """Open a page of ours as somebody who has signed in already."""
    page.context.add_cookies([{"name": COOKIE, "value": session_of(server, person), "url": server.url}])
    page.goto(server.url + path)


def assert_accessible(page: Page) -> None:
    """Everybody can use the page, wide and then on a phone, with all open that was folded, and it fits."""
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
    page.evaluate(AXE_SCRIPT)
    for size in (WIDE, PHONE):
        page.set_viewport_size(size)
        window_width, page_width = page.evaluate("[innerWidth, document.documentElement.scrollWidth]")
        assert window_width == size["width"]
        assert page_width <= window_width, f"{page.url} is wider than the window"
        page.emulate_media(color_scheme="dark")
        assert page.evaluate(VIOLATIONS, ABOUT_COLOURS) == [], f"{page.url}, {window_width} wide, dark"
        page.emulate_media(color_scheme="light")
        assert page.evaluate(VIOLATIONS) == [], f"{page.url}, {window_width} wide, light"


def sign_in(page: Page, server: Server, person: Person, path: str = "/connections") -> None:
    """Come to a page of ours as this person."""
    page.goto(server.url + path)
    page.get_by_label("Name").fill(person.name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Sign out", exact=True).wait_for()
