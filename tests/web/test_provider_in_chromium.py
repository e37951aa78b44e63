"""The dance with an identity provider in a real browser: forms, redirects, cookies and the policy of our pages."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from chromium import chromium, needs_chromium, sign_in, window
from providers import Provider, identity_provider
from servers import Server, serving
from visitors import PASSWORD, with_password

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def provider(data_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    with identity_provider(data_factory.mktemp("provider")) as running:
        running.asks = True
        yield running


@pytest.fixture(scope="module")
def server(provider: Provider, data_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = data_factory.mktemp("linked")
    with serving(data, provider=provider.connected(), public_url=None) as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with window(browser, ignore_https_errors=True) as page:
        yield page


def test_a_person_links_an_account_signs_out_and_comes_back_with_it(server: Server, page: Page) -> None:
    ben = with_password(server, server.person("Ben"))
    sign_in(page, server, ben, "/settings/account")
    page.get_by_role("region", name="Other ways to sign in").get_by_label("Present password").fill(PASSWORD)
    page.get_by_role("button", name="Link an account of Example Login").click()
    page.get_by_role("link", name="Continue as dora").click()
    expect(page.get_by_role("status")).to_contain_text("From now on you can sign in with it")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.goto(f"{server.url}/memories")
    page.get_by_role("link", name="Sign in with Example Login").click()
    page.get_by_role("link", name="Continue as dora").click()

    expect(page.get_by_role("heading", level=1, name="Memories")).to_be_visible()
    expect(page.locator(".who")).to_contain_text("Ben")
