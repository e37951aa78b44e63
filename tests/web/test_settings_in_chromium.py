"""Connections and settings in a real browser: accessible, and what scripts add."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from chromium import PHONE, arrive, assert_accessible, needs_chromium, window
from furnishing import backed_up
from people import Client, Person
from servers import Server, serving

pytestmark = needs_chromium

NAME = "<b>bold</b> & a long name of a tool that wants to be connected to your memory"


@pytest.fixture(scope="module")
def server(data_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One whose models can be chosen, with a hub that nobody answers at."""
    data = data_factory.mktemp("settings-in-chromium")
    with serving(data, hub="http://127.0.0.1:9", embedder=None, audit_days=90, public_url=None) as running:
        yield running


@pytest.fixture
def token_id(server: Server, ada: Person) -> str:
    """The id of a connection that has read and written."""
    made = ada.post("/api/tokens", name=NAME, policy="propose", expiresAt="2099-03-01T00:00:00Z")
    tool = Client(ada.http, made["token"])
    tool.store("Likes tea")
    tool.get("/api/search", query="tea")
    backed_up(server, ada)
    server.settle()
    found: str = made["id"]
    return found


def test_every_page_is_accessible_and_fits(server: Server, chrome: Browser, ada: Person, token_id: str) -> None:
    backup = ada.get("/api/backups")["backups"][0]["name"]
    with window(chrome, viewport=PHONE) as page:
        arrive(page, server, ada, "/connections")
        assert_accessible(page)
        for path in (
            "/connections/new",
            "/connections/new?tool=cursor",
            "/connections/new?tool=chatgpt",
            f"/connections/{token_id}",
            f"/connections/{token_id}/purge",
            "/settings",
            "/settings/model",
            "/settings/keeping",
            "/settings/backups",
            f"/settings/backups/{backup}/delete",
        ):
            page.goto(server.url + path)
            assert_accessible(page)


def test_a_new_token_is_copied_with_one_press(server: Server, chrome: Browser, ada: Person) -> None:
    with window(chrome, permissions=["clipboard-read", "clipboard-write"]) as page:
        arrive(page, server, ada, "/connections/new")
        page.get_by_role("link", name="Cursor").click()
        page.get_by_role("button", name="Make the token").click()
        page.get_by_role("button", name="Copy the token").click()
        expect(page.get_by_role("button", name="Copied")).to_be_visible()

        copied = page.evaluate("navigator.clipboard.readText()")
        assert Client(ada.http, copied).get("/api/memory")


def test_a_connection_is_changed_by_keyboard_alone(server: Server, chrome: Browser, ada: Person, token_id: str) -> None:
    with window(chrome) as page:
        arrive(page, server, ada, f"/connections/{token_id}")
        page.get_by_text("Change what it may do").focus()
        page.keyboard.press("Enter")
        page.get_by_label("Name").focus()
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type("Renamed")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Renamed")).to_be_visible()
        expect(page.get_by_text("Saved.")).to_be_visible()


@pytest.mark.sqlite
def test_a_backup_that_is_being_made_is_there_without_a_new_look(server: Server, chrome: Browser, ada: Person) -> None:
    with window(chrome) as page:
        arrive(page, server, ada, "/settings/backups")
        page.get_by_role("button", name="Back up now").click()
        expect(page.get_by_text("The last one was made on")).to_be_visible()
        assert ada.get("/api/backups")["backups"]


def test_a_model_that_cannot_be_fetched_says_why(server: Server, chrome: Browser, ada: Person) -> None:
    with window(chrome) as page:
        arrive(page, server, ada, "/settings/model")
        page.get_by_role("button", name="Download 67 MB and use").click()
        expect(page.get_by_role("alert")).to_contain_text("cannot be downloaded")
        assert Path(server.settings.data, "models").is_dir()
