"""The map: groups by meaning with names, months against buckets, and the way from each to its memories."""

import re
from collections.abc import Iterator
from html import unescape

import pytest

from onememory.web.pages import maps
from people import Person
from servers import Server, serving
from themes import TEXTS, THEMES
from visitors import Visitor


@pytest.fixture
def filled(ada: Person) -> Person:
    """Ada with memories on four themes."""
    ada.store_all(*TEXTS)
    return ada


def _map(browser: Visitor, person: Person, **query: str) -> str:
    """The page once its map is drawn, however busy the machine is."""
    bucket = query.get("bucket")
    person.get("/api/map", bucketId=bucket)
    return browser.see("/map", **query).text


def _clusters(page: str) -> list[tuple[str, str]]:
    """Path and name of each group in the table."""
    table = page.split('<table class="clusters">')[1].split("</table>", maxsplit=1)[0]
    return re.findall(r'<a href="(/map/clusters/[^"]*)">.*?<bdi>(.*?)</bdi>', table)


def test_groups_are_named_by_their_themes(browser: Visitor, filled: Person) -> None:
    names = {name.casefold() for _, name in _clusters(_map(browser, filled))}

    assert {"pottery", "bicycle", "database"} <= names


def test_each_group_leads_to_its_memories_and_all_have_a_place(browser: Visitor, filled: Person) -> None:
    seen = [browser.see(path).text for path, _ in _clusters(_map(browser, filled))]

    assert all(sum(text in unescape(page) for page in seen) == 1 for text in TEXTS)
    pottery = next(page for page in seen if "Pottery" in page.split("<h1>")[1].split("</h1>")[0])
    assert all(text in pottery for text in THEMES["pottery"])


def test_each_memory_is_a_dot_that_says_what_it_is(browser: Visitor, filled: Person) -> None:
    page = _map(browser, filled)

    assert all(f"<title>{text}</title>" in unescape(page) for text in TEXTS)
    assert page.count('<a tabindex="-1" href="/memories/') == len(TEXTS)
    assert "A dot for each memory." in page


def test_a_new_memory_is_on_the_map_at_once(browser: Visitor, filled: Person) -> None:
    _map(browser, filled)
    filled.store("A pottery lesson costs 40 pounds")

    assert "A pottery lesson costs 40 pounds" in _map(browser, filled)


def test_a_group_is_found_again_by_any_of_its_memories(browser: Visitor, filled: Person) -> None:
    memory_id = filled.get("/api/search", query=THEMES["cycling"][0])["hits"][0]["id"]

    assert "<h1><bdi>Bicycle</bdi></h1>" in browser.see(f"/map/clusters/{memory_id}").text


def test_the_map_of_one_bucket_holds_its_memories_alone(browser: Visitor, filled: Person) -> None:
    bucket = filled.bucket("Travel <b>")
    filled.post(
        "/api/memories/bulk", memories=[{"text": f"hotel and flight {n}", "bucketId": bucket} for n in range(12)]
    )
    page = _map(browser, filled, bucket=str(bucket))

    assert "Travel &lt;b&gt;" in page
    assert "hotel and flight 3" in page
    assert "pottery" not in page
    assert all(path.endswith(f"?bucket={bucket}") for path, _ in _clusters(page))


def test_bubbles_lead_to_the_memories_of_a_bucket_and_a_month(browser: Visitor, ada: Person) -> None:
    ada.store("2026-02-03 the flat was painted")
    path = re.search(r'<a href="([^"]*)">(?:before )?\w+ 202\d</a></td>', browser.see("/map").text)
    assert path

    assert "the flat was painted" in browser.see(unescape(path[1])).text


@pytest.mark.parametrize("path", ["/map?bucket=77", "/map/clusters/unknown", "/map/clusters/unknown?bucket=77"])
@pytest.mark.usefixtures("filled")
def test_what_is_not_there_is_said(browser: Visitor, path: str) -> None:
    assert browser.see(path).status_code == 404


@pytest.mark.parametrize("path", ["/map?bucket=x", "/map?bucket=²", "/map?bucket=-1e9", "/map/clusters/x?skip=-1"])
@pytest.mark.usefixtures("filled")
def test_an_address_that_was_mistyped_is_refused(browser: Visitor, path: str) -> None:
    assert browser.see(path).status_code == 400


def test_somebody_elses_map_shows_nothing_of_mine(
    browser: Visitor, filled: Person, server: Server, ben: Person
) -> None:
    path = _clusters(_map(browser, filled))[0][0]
    with Visitor(server) as other:
        other.arrive(server, ben)
        assert "Your map is empty" in other.see("/map").text
        assert other.see(path).status_code == 404


def test_a_map_that_takes_long_is_announced_and_fetched_by_itself(
    browser: Visitor, filled: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maps, "PATIENCE", 0)
    page = browser.see("/map").text
    assert 'id="by-meaning" aria-labelledby="meaning" data-live="1"' in page
    assert "The map is being drawn." in page

    monkeypatch.undo()
    assert "data-live" not in _map(browser, filled)


def test_few_memories_are_shown_by_month_alone(browser: Visitor, ada: Person) -> None:
    ada.store("tea")
    page = browser.see("/map").text

    assert "A map by meaning is drawn from 12 memories on." in page
    assert "By month and bucket" in page


@pytest.fixture(scope="module")
def wordless(data_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(data_factory.mktemp("wordless"), embedder="none") as running:
        yield running


def test_without_a_model_the_page_says_so_and_shows_the_months(wordless: Server) -> None:
    ada = wordless.person("Ada")
    ada.store_all(*TEXTS)
    with Visitor(wordless) as visitor:
        page = visitor.arrive(wordless, ada).see("/map").text
        home = visitor.see("/").text

    assert "No model gives memories a meaning" in page
    assert f": {len(TEXTS)} memories</title>" in page
    assert "no model is chosen for search by meaning" in home
