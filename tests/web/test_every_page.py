"""What all pages have in common: headers, failures that a person can read, and files that browsers may keep."""

from collections.abc import Iterator

import pytest
from visitors import Visitor, asking, forgive_tries, with_password

from people import Person
from servers import Server, serving

PATHS = ["/sign-in", "/connections", "ask", "/connections/unknown/disconnect", "/oauth/authorize", "/no-such-page"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("pages"), embedder="none") as running:
        yield running


@pytest.fixture
def browser(server: Server, ada: Person) -> Iterator[Visitor]:
    """Somebody signed in."""
    forgive_tries(server)
    with Visitor(server) as visitor:
        visitor.sign_in(with_password(server, ada).name)
        yield visitor


@pytest.mark.parametrize("path", PATHS)
def test_no_page_can_be_framed_scripted_or_kept(server: Server, browser: Visitor, path: str) -> None:
    page = browser.see(asking(server) if path == "ask" else path)
    policy = dict(part.strip().split(" ", 1) for part in page.headers["content-security-policy"].split(";"))

    assert page.headers["content-type"].startswith("text/html")
    assert (policy["default-src"], policy["frame-ancestors"], policy["base-uri"]) == ("'none'", "'none'", "'none'")
    assert (policy["style-src"], policy["form-action"]) == ("'self'", "'self'")
    assert page.headers["x-frame-options"] == "DENY"
    assert page.headers["referrer-policy"] == "same-origin"
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert "<script" not in page.text
    assert "style=" not in page.text


def test_the_root_is_a_page_for_browsers_and_json_for_programs(browser: Visitor, server: Server) -> None:
    assert browser.http.get("/").headers["location"] == "/connections"
    assert server.http.get("/").json()["name"] == "onememory"


def test_a_browser_reads_failures_as_pages_and_a_program_as_json(browser: Visitor, server: Server) -> None:
    page = browser.see("/no-such-page")
    assert (page.status_code, "There is nothing here" in page.text) == (404, True)
    assert server.http.get("/no-such-page").json()["error"]
    assert browser.see("/api/memory").json()["error"], "a door for programs says the same to everybody"


def test_a_form_in_another_form_is_refused_in_words(browser: Visitor) -> None:
    answer = browser.http.post("/sign-out", json={})
    assert answer.status_code == 400
    assert "A form is sent as" in answer.text


def test_a_form_that_is_too_large_is_refused(browser: Visitor) -> None:
    assert browser.send("/sign-out", filler="x" * 70_000).status_code == 413


def test_a_form_that_is_not_utf_8_is_refused(browser: Visitor) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = browser.http.post("/sign-in", content=b"name=%ff", headers=headers)
    assert (answer.status_code, "percent-encoded UTF-8" in answer.text) == (400, True)


def test_the_style_sheet_is_kept_for_a_year_under_a_name_of_its_content(browser: Visitor) -> None:
    link = browser.see("/sign-in").text.split('rel="stylesheet" href="')[1].split('"')[0]
    style = browser.see(link)

    assert style.headers["content-type"].startswith("text/css")
    assert "immutable" in style.headers["cache-control"]
    again = browser.http.get("/static/onememory.css", headers={"if-none-match": style.headers["etag"]})
    assert (again.status_code, again.headers["cache-control"]) == (304, "no-cache")
    assert browser.see("/static/passwords.txt").status_code == 404
