"""What scripts add to the list of memories: it goes on by itself, is edited where it stands, and keys do the rest."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from chromium import arrive, chromium, needs_chromium, window
from people import Person
from servers import Server, serving

pytestmark = needs_chromium

MANY = 130


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("memories"), embedder="none", public_url=None) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with window(browser) as opened:
        yield opened


def _line(page: Page, text: str) -> Locator:
    return page.locator(".line", has=page.locator(".memory-text").get_by_text(text, exact=True))


def test_the_list_goes_on_while_one_scrolls(server: Server, page: Page, ada: Person) -> None:
    ada.store_all(*(f"note {n}" for n in range(MANY)))
    arrive(page, server, ada, "/memories")
    while (more := page.locator("a[data-more]")).count():
        before = page.locator(".line").count()
        more.scroll_into_view_if_needed()
        expect(page.locator(".line")).not_to_have_count(before)

    assert page.locator(".line").count() == MANY
    assert _line(page, "note 0").count() == 1


def test_a_filter_is_used_at_once(server: Server, page: Page, ada: Person) -> None:
    ada.store("at work", bucketId=ada.bucket("Work"))
    ada.store("at home")
    arrive(page, server, ada, "/memories")
    page.get_by_label("Bucket", exact=True).select_option(label="Work")

    expect(page.locator(".line")).to_have_count(1)
    assert _line(page, "at work").is_visible()
    assert page.url.partition("?")[2].startswith("bucket=")  # what was not filled in is not in the address
    assert page.get_by_role("button", name="Use these filters").count() == 0


def test_a_memory_is_edited_where_it_stands_and_the_edit_taken_back(server: Server, page: Page, ada: Person) -> None:
    ada.store_all("tea", "coffee")
    arrive(page, server, ada, "/memories")
    _line(page, "tea").get_by_role("link", name="Edit").click()
    page.locator(".editor textarea").fill("green <b>tea</b>")
    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("status").filter(has_text="Saved 1 memory.")).to_be_visible()
    expect(_line(page, "green <b>tea</b>")).to_be_visible()
    assert page.locator(".editor").count() == 0
    assert sorted(ada.texts()) == ["coffee", "green <b>tea</b>"]
    page.get_by_role("button", name="Undo").click()
    expect(_line(page, "tea")).to_be_visible()
    assert sorted(ada.texts()) == ["coffee", "tea"]


def test_an_edit_that_cannot_be_kept_says_so_in_its_place(server: Server, page: Page, ada: Person) -> None:
    ada.store("tea")
    arrive(page, server, ada, "/memories")
    _line(page, "tea").get_by_role("link", name="Edit").click()
    page.locator(".editor textarea").fill("   ")
    page.get_by_role("button", name="Save").click()

    expect(page.locator(".editor").get_by_role("alert")).to_contain_text("a memory needs a text")
    page.keyboard.press("Escape")
    expect(_line(page, "tea")).to_be_visible()
    assert ada.texts() == ["tea"]


def test_keys_go_through_the_list_select_and_edit(server: Server, page: Page, ada: Person) -> None:
    ada.store_all("first", "second", "third")
    arrive(page, server, ada, "/memories")
    expect(page.locator("[data-select-all]")).to_have_count(1)
    for key in "jjjkx":
        page.keyboard.press(key)
    expect(_line(page, "second").get_by_role("checkbox")).to_be_checked()
    expect(page.locator(".how-many")).to_have_text("1 selected")

    page.keyboard.press("e")
    expect(page.locator(".editor textarea")).to_be_focused()
    assert page.locator(".editor textarea").input_value() == "second"
    page.keyboard.type("j")  # a letter like any other
    page.keyboard.press("Escape")
    page.keyboard.press("o")
    page.wait_for_url("**/memories/*")


def test_a_ticked_selection_is_deleted_and_brought_back(server: Server, page: Page, ada: Person) -> None:
    ada.store_all(*(f"note {n}" for n in range(5)))
    arrive(page, server, ada, "/memories")
    bar = page.get_by_role("form", name="With the selected memories")
    expect(bar).to_be_hidden()
    page.get_by_role("checkbox").nth(0).click()
    page.get_by_role("checkbox").nth(2).click(modifiers=["Shift"])
    expect(bar.get_by_role("status")).to_have_text("3 selected")
    bar.get_by_role("button", name="Delete").click()

    expect(page.locator(".line")).to_have_count(2)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".line")).to_have_count(5)


def test_all_that_is_shown_is_selected_and_exported(server: Server, page: Page, ada: Person) -> None:
    ada.store_all("tea", "coffee", "water")
    arrive(page, server, ada, "/memories")
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Select all shown").click()
    page.get_by_label("Format of the file").select_option("markdown")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()

    assert download.value.suggested_filename == "memories.md"
    assert all(word in download.value.path().read_text() for word in ("tea", "coffee", "water"))
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_role("form", name="With the selected memories")).to_be_hidden()


def test_without_scripts_the_bar_of_the_selection_still_comes(server: Server, browser: Browser, ada: Person) -> None:
    ada.store_all("tea", "coffee")
    with window(browser, java_script_enabled=False) as page:
        arrive(page, server, ada, "/memories")
        _line(page, "tea").get_by_role("checkbox").check()
        page.get_by_role("button", name="Delete").click()
        expect(page.locator(".line")).to_have_count(1)

    assert ada.texts() == ["coffee"]
