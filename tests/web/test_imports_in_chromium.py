"""What scripts add to importing: files that are dropped, how much was sent, and a page that follows the import."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from chats import chat, chatgpt_export
from chromium import arrive, needs_chromium, window
from people import Person
from servers import Server, serving

pytestmark = needs_chromium

CHATS: FilePayload = {
    "name": "export.json",
    "mimeType": "application/json",
    "buffer": chatgpt_export(chat("a", "Where is the giraffe?", "In Basel.")),
}
LIST: FilePayload = {"name": "list.txt", "mimeType": "text/plain", "buffer": b"- Ada drinks tea\n- Ada grows beans\n"}

DROPPED = """() => {
  const dropped = new DataTransfer();
  dropped.items.add(new File(["- tea\\n- milk\\n"], "list.txt"));
  return dropped;
}"""


@pytest.fixture(scope="module")
def server(data_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(data_factory.mktemp("pages"), embedder="none", public_url=None, upload_limit_mb=1) as running:
        yield running


@pytest.fixture
def page(chrome: Browser, server: Server, ada: Person) -> Iterator[Page]:
    with window(chrome) as opened:
        arrive(opened, server, ada, "/import")
        yield opened


def test_a_page_follows_an_import_from_the_file_to_the_report(page: Page, server: Server, ada: Person) -> None:
    page.get_by_label("Drop files here").set_input_files(CHATS)
    page.get_by_role("button", name="Look through it").click()
    page.get_by_role("button", name="Import 1 chat").click()
    expect(page.get_by_role("heading", name="It begins in a moment")).to_be_visible()
    server.settle()

    expect(page.get_by_role("heading", name="Imported", exact=True)).to_be_visible()
    assert page.get_by_text("1 chat came new.").is_visible()
    assert ada.get("/api/chat-history/count") == {"count": 1}


def test_dropped_files_are_looked_through_at_once(page: Page, ada: Person) -> None:
    dropped = page.evaluate_handle(DROPPED)
    page.locator("#hand-in").dispatch_event("drop", {"dataTransfer": dropped})

    page.get_by_role("button", name="Import 2 memories").click()
    expect(page.get_by_text("2 memories came new.")).to_be_visible()
    assert set(ada.texts(all=True)) == {"tea", "milk"}


def test_several_files_lead_to_the_list_of_what_waits(page: Page) -> None:
    page.get_by_label("Drop files here").set_input_files([CHATS, LIST])
    page.get_by_role("button", name="Look through it").click()

    expect(page.get_by_role("status").get_by_text("The files are here.")).to_be_visible()
    assert page.get_by_role("link", name="list.txt").is_visible()


def test_too_much_is_said_before_anything_is_sent(page: Page) -> None:
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.method))
    big: FilePayload = {"name": "big.txt", "mimeType": "text/plain", "buffer": b"x" * 2_000_000}
    page.get_by_label("Drop files here").set_input_files(big)
    page.get_by_role("button", name="Look through it").click()

    expect(page.get_by_text("up to 1 MB may come at once")).to_be_visible()
    assert "POST" not in requests
    assert page.get_by_role("button", name="Look through it").is_enabled()


def test_a_text_alone_is_sent_like_any_form(page: Page) -> None:
    page.get_by_label("Paste a list or a chat").fill("- Ada drinks tea")
    page.get_by_role("button", name="Look through it").click()

    expect(page.get_by_role("button", name="Import 1 memory")).to_be_visible()
