"""The way into a new installation in a real browser, by keyboard: set-up, codes, two steps; each page accessible."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page
from pyotp import TOTP

from chromium import PHONE, assert_accessible, needs_chromium, window
from servers import Server, serving
from visitors import PASSWORD

pytestmark = needs_chromium


@pytest.fixture
def server(data_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One that nobody has set up."""
    with serving(data_factory.mktemp("account"), embedder="none", public_url=None) as running:
        yield running


def _set_up(page: Page, server: Server) -> None:
    new = server.run(server.services.accounts.prepare_first_start(None))
    assert new
    page.goto(server.url)
    assert_accessible(page)
    page.locator("#code:focus").wait_for()
    for text in (new.secret, "ada", PASSWORD, "another password"):  # the first field has the focus
        page.keyboard.press("ControlOrMeta+A")
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    assert_accessible(page)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password again").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sign out", exact=True).wait_for()


def _switch_on(page: Page, server: Server) -> str:
    """The key of the app."""
    page.goto(f"{server.url}/settings/account/two-steps")
    assert_accessible(page)
    key = page.locator("#key").inner_text().replace(" ", "")
    page.get_by_label("Code that the app shows now").fill(TOTP(key).at(server.installation.clock.now()))
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Switch on").click()
    page.get_by_role("heading", name="Keep these recovery codes").wait_for()
    assert_accessible(page)
    return key


def test_a_new_installation_is_set_up_and_signed_in_to_in_two_steps(server: Server, chrome: Browser) -> None:
    with window(chrome, viewport=PHONE) as page:
        _set_up(page, server)
        key = _switch_on(page, server)
        for path in ("/settings/account", "/settings/account/two-steps", "/settings/account/delete"):
            page.goto(server.url + path)
            assert_accessible(page)
        page.goto(server.url)
        page.get_by_role("button", name="Sign out", exact=True).click()
        page.get_by_label("Name").fill("ada")
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="One more step").wait_for()
        assert_accessible(page)
        server.installation.clock.advance(timedelta(seconds=30))  # the code of the switching on is used up
        page.locator("#code:focus").wait_for()
        page.keyboard.type(TOTP(key).at(server.installation.clock.now()))
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Sign out", exact=True).wait_for()


def test_recovery_codes_are_copied_at_a_press(server: Server, chrome: Browser) -> None:
    with window(chrome) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        _set_up(page, server)
        _switch_on(page, server)
        page.get_by_role("button", name="Copy").click()
        page.get_by_role("button", name="Copied").wait_for()

        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.split() == page.locator("#codes").inner_text().split()
        assert len(copied.split()) == 10


def test_the_account_is_signed_in_to_without_scripts(server: Server, chrome: Browser) -> None:
    with window(chrome, java_script_enabled=False) as page:
        new = server.run(server.services.accounts.prepare_first_start(None))
        assert new
        page.goto(server.url)
        page.get_by_label("Set-up code").fill(new.secret)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_label("Password again").fill(PASSWORD)
        page.get_by_role("button", name="Set up and sign in").click()
        page.goto(f"{server.url}/settings/account")

        page.get_by_text("Change your password").click()
        page.get_by_label("Present password").fill(PASSWORD)
        page.get_by_label("New password", exact=True).fill("another password")
        page.get_by_label("New password again").fill("another password")
        page.get_by_role("button", name="Change password").click()
        page.get_by_text("Your password is changed").wait_for()
