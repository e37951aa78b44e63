"""The search lab in a real browser: it fits and is accessible, and the list of questions goes on by itself."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from chats import ingest, sent
from chromium import PHONE, arrive, assert_accessible, needs_chromium, window
from people import Person
from servers import Server, serving

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def server(data_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(data_factory.mktemp("lab"), public_url=None) as running:
        yield running


@pytest.fixture
def paths(server: Server, ada: Person) -> list[str]:
    """Pages with something on them."""
    old = ada.store("2024-05-02 the <b>bees</b> swarmed in the garden")
    ada.store("The bees did not swarm in the garden in 2024", supersedes=old)
    ada.store_all(*(f"bees of hive {number} " + "and so on " * number for number in range(20)))
    ingest(ada, sent("c1", "Where do bees sleep?", "They sleep in the hive."), platform="chatgpt")
    server.settle()
    ada.get("/api/search", query="did the <b>bees</b> swarm in May 2024?")
    ada.post("/api/chat-history/inject", query="where do bees sleep")
    server.settle()
    asked = [f"/search/asked/{question['id']}" for question in ada.get("/api/questions")]
    lab = ["/search", "/search?q=bees+in+May+2024&count=5&about_from=2020-01-01", "/search?q=bees&kind=chats"]
    return [*lab, "/search/asked", "/search/asked/forget", *asked, *(f"{path}?again=1" for path in asked)]


def test_every_page_of_the_lab_is_accessible_and_fits(
    server: Server, chrome: Browser, ada: Person, paths: list[str]
) -> None:
    with window(chrome, viewport=PHONE) as page:
        arrive(page, server, ada, paths[0])
        for path in paths:
            page.goto(server.url + path)
            assert_accessible(page)


def test_the_list_of_questions_goes_on_and_narrows_by_itself(server: Server, chrome: Browser, ada: Person) -> None:
    for number in range(60):
        ada.get("/api/search", query=f"question {number}")
    server.settle()
    with window(chrome) as page:
        arrive(page, server, ada, "/search/asked")
        page.get_by_role("link", name="Show older ones").scroll_into_view_if_needed()
        page.get_by_role("link", name="question 0", exact=True).wait_for()
        assert page.locator("#asked > li").count() == 60

        page.get_by_label("Looked in").select_option("chats")
        page.get_by_role("heading", name="No such question").wait_for()
        assert "kind=chats" in page.url


def test_filters_that_play_no_part_are_not_shown(server: Server, chrome: Browser, ada: Person) -> None:
    with window(chrome) as page:
        arrive(page, server, ada, "/search")
        page.get_by_text("Filters", exact=True).click()
        _sees(page, "Bucket", but_not="Room in tokens")
        page.get_by_label("Past chats").check()
        _sees(page, "Room in tokens", but_not="Bucket")


def _sees(page: Page, label: str, but_not: str) -> None:
    page.get_by_label(label).wait_for(state="visible")
    page.get_by_label(but_not).wait_for(state="hidden")
