"""The whole dance in a real browser: a client asks, a person decides, the client works until it is disconnected."""

import contextlib
from collections.abc import Iterator
from html import escape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from other_sites import OtherSite, other_site
from playwright.sync_api import Browser, Page

from chromium import needs_chromium, sign_in, window
from people import Client, Person
from servers import Server, serving
from visitors import PASSWORD, VERIFIER, asking, forgive_tries, with_password

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def server(data_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that is known by the address of this machine."""
    with serving(data_factory.mktemp("dance"), embedder="none", public_url=None) as running:
        yield running


@pytest.fixture
def page(server: Server, chrome: Browser) -> Iterator[Page]:
    forgive_tries(server)
    with window(chrome) as opened:
        yield opened


@pytest.fixture
def site() -> Iterator[OtherSite]:
    with other_site() as running:
        yield running


def _redeemed(server: Server, path: str, code: str, redirect_uri: str) -> dict[str, Any]:
    client_id = parse_qs(urlsplit(path).query)["client_id"][0]
    form = {"grant_type": "authorization_code", "client_id": client_id, "code": code, "code_verifier": VERIFIER}
    answer = server.http.post("/oauth/token", data=form | {"redirect_uri": redirect_uri})
    assert answer.status_code == 200, answer.text
    tokens: dict[str, Any] = answer.json()
    return tokens | {"client_id": client_id}


def _status(server: Server, secret: str) -> int:
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    headers = {"accept": "application/json, text/event-stream"}
    return Client(server.http, secret).send("POST", "/mcp", json=body, headers=headers).status_code


def test_the_whole_dance(server: Server, page: Page, site: OtherSite, ada: Person) -> None:
    path = asking(server, site.redirect_uri, "Codex")
    sign_in(page, server, with_password(server, ada), path)
    assert page.get_by_role("heading", level=1).inner_text() == "Let Codex use your memory?"
    assert page.get_by_text("Any program on this computer can call itself by this name").is_visible()
    page.get_by_label("Delete").uncheck()
    page.get_by_role("button", name="Allow", exact=True).click()
    page.wait_for_url(site.done)
    answer = site.answer()
    assert (answer["state"], answer["iss"]) == ("st/ate&=é", server.url)

    tokens = _redeemed(server, path, answer["code"], site.redirect_uri)
    assert tokens["scope"] == "read write"
    assert _status(server, tokens["access_token"]) not in {401, 403}
    refreshing = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    renewed = server.http.post("/oauth/token", data=refreshing | {"client_id": tokens["client_id"]}).json()
    assert _status(server, renewed["access_token"]) not in {401, 403}

    page.goto(f"{server.url}/connections")
    connection = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="Codex"))
    assert "asks before it changes your words" in connection.inner_text()
    connection.get_by_role("link", name="Disconnect").click()
    page.get_by_role("button", name="Disconnect").click()
    page.get_by_text("Disconnected. Its next request will be refused.").wait_for()
    assert {_status(server, t["access_token"]) for t in (tokens, renewed)} == {401}


def test_a_refusal_is_told_to_the_client(server: Server, page: Page, site: OtherSite, ada: Person) -> None:
    sign_in(page, server, with_password(server, ada), asking(server, site.redirect_uri))
    page.get_by_role("button", name="Don’t allow").click()
    page.wait_for_url(site.done)

    assert site.answer()["error"] == "access_denied"
    assert all(token["clientId"] is None for token in ada.get("/api/tokens"))


@pytest.mark.parametrize("redirect_uri", ["https://app.example/callback", "cursor://anysphere.cursor-mcp/callback"])
def test_the_browser_goes_on_to_any_kind_of_redirect(
    server: Server, page: Page, ada: Person, redirect_uri: str
) -> None:
    sign_in(page, server, with_password(server, ada), asking(server, redirect_uri))
    page.route("https://app.example/**", lambda route: route.fulfill(body="<title>There</title>"))
    with page.expect_request(lambda request: request.url.startswith(f"{redirect_uri}?code=")):
        page.get_by_role("button", name="Allow", exact=True).click()

    is_web = redirect_uri.startswith("https:")
    page.wait_for_function("title => document.title === title", arg="There" if is_web else "Allowed · onememory")


def test_the_dance_needs_no_script_and_no_mouse(server: Server, chrome: Browser, site: OtherSite, ada: Person) -> None:
    with_password(server, ada)
    forgive_tries(server)
    with window(chrome, java_script_enabled=False) as page:
        page.goto(server.url + asking(server, site.redirect_uri))
        keyboard = page.keyboard
        page.locator("#name:focus").wait_for()  # the first field gets it by itself
        keyboard.type(ada.name)
        keyboard.press("Tab")
        keyboard.type(PASSWORD)
        keyboard.press("Enter")
        page.get_by_role("heading", name="use your memory?").wait_for()
        for _ in range(20):
            keyboard.press("Tab")
            if page.locator("button[value=allow]:focus").count():
                break
        keyboard.press("Enter")
        page.wait_for_url(site.done)
    assert site.answer()["code"]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])  # another site; the same site, which gets the cookie
def test_another_page_cannot_press_the_button(
    server: Server, page: Page, site: OtherSite, ada: Person, host: str
) -> None:
    path = asking(server, site.redirect_uri)
    sign_in(page, server, with_password(server, ada), path)
    site.page = (
        f'<form method="post" action="{escape(server.url + path)}"><input name="answer" value="allow">'
        '<input name="policy" value="full"><button>Win a prize</button></form>'
    )
    page.goto(f"http://{host}:{site.port}/")
    page.get_by_role("button", name="Win a prize").click()

    page.get_by_role("heading", name="Not allowed").wait_for()
    assert page.url.startswith(server.url)


def test_no_other_page_can_show_ours_in_a_frame(server: Server, chrome: Browser, site: OtherSite) -> None:
    site.page = f'<iframe src="{server.url}/sign-in"></iframe>'
    with contextlib.closing(chrome.new_context()) as context:
        page = context.new_page()
        with page.expect_event("requestfailed") as failed:
            page.goto(f"http://127.0.0.1:{site.port}/")

        assert failed.value.failure == "net::ERR_BLOCKED_BY_RESPONSE"
