"""What scripts add to the chats: lists that go on, ticks with the shift key, texts that are selected, keys."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from chats import ingest, sent
from chromium import PHONE, arrive, assert_accessible, needs_chromium, window
from onememory.domain.actors import Scope
from onememory.domain.conversations import Conversation, Message, Role
from people import Person
from servers import Server, serving

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def server(data_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(data_factory.mktemp("chats"), embedder="none", public_url=None) as running:
        yield running


@pytest.fixture
def long(ada: Person) -> str:
    """A chat of several parts."""
    return ingest(ada, sent("long", *(f"Remark {n} on the {'giraffe' if n % 50 == 7 else 'goat'}" for n in range(150))))


@pytest.fixture
def forked(server: Server, ada: Person) -> str:
    """A chat whose answer was written anew, with marks that must stay text."""
    said = (Message("a", Role.USER, "<img src=x onerror=alert(1)>"), Message("b", Role.ASSISTANT, "**Green** tea."))
    other = Message("c", Role.ASSISTANT, "Black tea.", is_current=False, parent_id="a")
    chat = Conversation("chatgpt", "f", "<script>alert(1)</script>", None, None, (*said, other), "A/project")
    return server.run(server.services.archive.keep(Scope(ada.user_id), [chat]))[0].conversation.id


def test_a_long_chat_goes_on_by_itself_to_its_end(server: Server, chrome: Browser, ada: Person, long: str) -> None:
    with window(chrome) as page:
        arrive(page, server, ada, f"/history/{long}")
        lines = page.locator("#lines > li")
        while page.get_by_role("link", name="Show what comes next").count():
            lines.last.scroll_into_view_if_needed()
        expect(lines).to_have_count(150)


def test_a_text_that_is_selected_becomes_a_memory(server: Server, chrome: Browser, ada: Person, long: str) -> None:
    with window(chrome) as page:
        arrive(page, server, ada, f"/history/{long}")
        text = page.locator("#m-7 .memory-text")
        text.click(click_count=3)
        page.locator("form.selection").get_by_role("button", name="Save as a memory").click()
        expect(page.get_by_label("Text")).to_have_value("2026-01-05 Remark 7 on the giraffe")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_role("status").first).to_contain_text("Kept 1 memory")

    (memory,) = ada.get(f"/api/chat-history/conversations/{long}/memories")["data"]
    assert memory["text"] == "2026-01-05 Remark 7 on the giraffe"


def test_ticked_messages_are_saved_together(server: Server, chrome: Browser, ada: Person, long: str) -> None:
    with window(chrome) as page:
        arrive(page, server, ada, f"/history/{long}")
        bar = page.locator("form.selected")
        expect(bar).to_be_hidden()
        page.locator("#m-2 input").check()
        page.locator("#m-4 input").click(modifiers=["Shift"])
        expect(bar).to_contain_text("3 selected")
        bar.get_by_role("button", name="Save as a memory").click()
        expect(page.get_by_label("Text")).to_have_value(
            "2026-01-05 You: Remark 2 on the goat\n\nAssistant: Remark 3 on the goat\n\nYou: Remark 4 on the goat"
        )


def test_keys_go_from_one_message_that_was_found_to_the_next(
    server: Server, chrome: Browser, ada: Person, long: str
) -> None:
    with window(chrome) as page:
        arrive(page, server, ada, f"/history/{long}")
        page.get_by_label("Search in this chat").fill("giraffe")
        page.keyboard.press("Enter")
        found = page.locator(".found")
        expect(found).to_contain_text("1 of 3")
        page.locator("body").click(position={"x": 1, "y": 1})
        for key, words in (("n", "2 of 3"), ("n", "3 of 3"), ("p", "2 of 3")):
            page.keyboard.press(key)
            expect(found).to_contain_text(words)
        expect(page.locator("#m-57")).to_be_in_viewport()


def test_chats_are_chosen_and_opened_by_keys(server: Server, chrome: Browser, ada: Person, long: str) -> None:
    ingest(ada, sent("short", "Hello?", "Hi.", createdAt="2026-02-01T00:00:00Z"))
    with window(chrome) as page:
        arrive(page, server, ada, "/history")
        page.keyboard.press("j")
        page.keyboard.press("x")
        expect(page.locator("form.selected")).to_contain_text("1 selected")
        page.keyboard.press("j")
        page.keyboard.press("o")
        page.wait_for_url(f"**/history/{long}")


@pytest.mark.usefixtures("long")
def test_every_page_of_chats_is_accessible_and_fits(server: Server, chrome: Browser, ada: Person, forked: str) -> None:
    one = f"/history/{forked}"
    with window(chrome, viewport=PHONE) as page:
        page.on("dialog", lambda dialog: pytest.fail(f"a dialog opened: {dialog.message}"))
        arrive(page, server, ada, "/history")
        for path in (
            "/history",
            "/history?q=tea",
            f"{one}?at=2",
            f"{one}?q=tea",
            f"{one}/summary",
            f"{one}/remember?id=0",
        ):
            page.goto(server.url + path)
            assert_accessible(page)
        page.goto(server.url + one)
        page.get_by_role("button", name="Make a link").click()
        page.get_by_role("heading", name="A link to this chat").wait_for()
        assert_accessible(page)
        page.get_by_role("button", name="Delete").click()
        page.get_by_role("button", name="Delete it for good").wait_for()
        assert_accessible(page)
