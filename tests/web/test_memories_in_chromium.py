"""What scripts add to the list of memories: it goes on by itself, is edited where it stands, and keys do the rest."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from chromium import arrive, needs_chromium, window
from people import Person
from servers import Server, serving

pytestmark = needs_chromium

MANY = 130


@pytest.fixture(scope="module")
def server(data_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(data_factory.mktemp("memories"), embedder="none", public_url=None) as running:
        yield running


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

    edited = _line(page, "green <b>tea</b>")
    expect(edited.get_by_role("status")).to_contain_text("Saved 1 memory.")
    expect(edited.get_by_role("checkbox", name="Select green <b>tea</b>")).to_be_visible()
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


def test_what_was_changed_meanwhile_is_shown_above_what_was_typed(server: Server, page: Page, ada: Person) -> None:
    tea = ada.store("tea")
    arrive(page, server, ada, "/memories")
    _line(page, "tea").get_by_role("link", name="Edit").click()
    page.locator(".editor textarea").fill("black tea")
    ada.post("/api/v2/memory/update", memoryId=tea, text="green tea")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".editor").get_by_role("alert")).to_contain_text("its present text is above")
    expect(_line(page, "green tea").locator(".memory-text")).to_be_visible()
    page.get_by_role("button", name="Save").click()

    expect(_line(page, "black tea")).to_be_visible()
    assert ada.texts() == ["black tea"]


def test_what_was_typed_stays_where_the_memory_was_deleted_meanwhile(server: Server, page: Page, ada: Person) -> None:
    tea = ada.store("tea")
    arrive(page, server, ada, "/memories")
    _line(page, "tea").get_by_role("link", name="Edit").click()
    page.locator(".editor textarea").fill("green tea")
    ada.delete(f"/api/memories/{tea}")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".editor").get_by_role("alert")).to_contain_text("in the trash; restore it first")
    expect(page.locator(".editor textarea")).to_have_value("green tea")
    page.get_by_role("button", name="Restore and save").click()

    expect(_line(page, "green tea")).to_be_visible()
    assert ada.texts() == ["green tea"]


@pytest.mark.parametrize("trouble", ["erased", "unreachable", "signed out"])
def test_no_failed_save_loses_what_was_typed(server: Server, page: Page, ada: Person, trouble: str) -> None:
    tea = ada.store("tea")
    arrive(page, server, ada, "/memories")
    _line(page, "tea").get_by_role("link", name="Edit").click()
    page.locator(".editor textarea").fill("green tea")
    if trouble == "erased":
        ada.delete(f"/api/memories/{tea}")
        ada.delete("/api/trash")
    elif trouble == "unreachable":
        page.context.set_offline(True)
    else:
        page.context.clear_cookies()
    page.get_by_role("button", name="Save").click()

    expect(page.locator(".editor").get_by_role("alert")).to_be_visible()
    expect(page.locator(".editor textarea")).to_have_value("green tea")
    assert page.url.endswith("/memories")


def test_an_edit_changes_what_is_said_of_the_memory_too(server: Server, page: Page, ada: Person) -> None:
    ada.with_token(policy="propose").store("tea")
    arrive(page, server, ada, "/memories")
    line = page.locator(".line")
    expect(line).to_contain_text("written by an assistant")
    line.get_by_role("link", name="Edit").click()
    page.locator(".editor textarea").fill("green tea")
    page.get_by_role("button", name="Save").click()
    expect(line).not_to_contain_text("written by an assistant")
    page.get_by_role("button", name="Undo").click()

    expect(line).to_contain_text("written by an assistant")


@pytest.mark.parametrize("width", [390, 1280])
def test_the_bar_of_the_selection_hides_no_line_that_has_the_focus(
    server: Server, page: Page, ada: Person, width: int
) -> None:
    ada.store_all(*(f"note {n}" for n in range(30)))
    page.set_viewport_size({"width": width, "height": 700})
    arrive(page, server, ada, "/memories")
    expect(page.locator("[data-select-all]")).to_have_count(1)
    bar = page.get_by_role("form", name="With the selected memories")
    for key in ("j", "x", *"jjjjjjjjjjjj", "Tab", "Tab", "Tab", "Tab", "Tab"):
        page.keyboard.press(key)
        here, top = page.evaluate(
            "[document.activeElement.getBoundingClientRect().bottom, "
            "document.getElementById('selected').getBoundingClientRect().top || innerHeight]"
        )
        assert here <= top, key
    expect(bar).to_be_visible()


@pytest.mark.parametrize("source", ["app", "claude-code", "a tool with a name", "a tool with a longer name"])
def test_on_a_phone_editing_never_stands_alone_in_a_line(server: Server, page: Page, ada: Person, source: str) -> None:
    ada.store("tea", source=source)
    page.set_viewport_size({"width": 390, "height": 700})
    arrive(page, server, ada, "/memories")
    tops = [page.locator(f".line [data-{link}]").bounding_box() for link in ("open", "edit")]

    assert len({box["y"] for box in tops if box}) == 1


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


def test_without_scripts_the_bar_of_the_selection_still_comes(server: Server, chrome: Browser, ada: Person) -> None:
    ada.store_all("tea", "coffee")
    with window(chrome, java_script_enabled=False) as page:
        arrive(page, server, ada, "/memories")
        _line(page, "tea").get_by_role("checkbox").check()
        page.get_by_role("button", name="Delete").click()
        expect(page.locator(".line")).to_have_count(1)

    assert ada.texts() == ["coffee"]
