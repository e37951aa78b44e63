"""What all pages have in common: headers, failures that a person can read, and files that browsers may keep."""

import re

import pytest

from servers import Server
from visitors import Visitor, asking

OWN = {"sec-fetch-site": "same-origin"}
PATHS = ["/", "/sign-in", "/connections", "ask", "/connections/unknown/disconnect", "/oauth/authorize", "/no-such-page"]


@pytest.mark.parametrize("path", PATHS)
def test_no_page_can_be_framed_scripted_or_kept(server: Server, browser: Visitor, path: str) -> None:
    page = browser.see(asking(server) if path == "ask" else path)
    policy = dict(part.strip().split(" ", 1) for part in page.headers["content-security-policy"].split(";"))

    assert page.headers["content-type"].startswith("text/html")
    assert (policy["default-src"], policy["frame-ancestors"], policy["base-uri"]) == ("'none'", "'none'", "'none'")
    assert {policy[of] for of in ("style-src", "script-src", "connect-src", "form-action")} == {"'self'"}
    assert page.headers["x-frame-options"] == "DENY"
    assert page.headers["referrer-policy"] == "same-origin"
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert not re.search(r"<script(?![^>]* src=)|\sstyle=|\son[a-z]+=", page.text), "code or style within the page"


def test_the_root_is_a_page_for_browsers_and_json_for_programs(browser: Visitor, server: Server) -> None:
    assert "<h1>Your memory" in browser.see("/").text
    assert server.http.get("/").json()["name"] == "onememory"


def test_a_browser_reads_failures_as_pages_and_a_program_as_json(browser: Visitor, server: Server) -> None:
    page = browser.see("/no-such-page")
    assert (page.status_code, "There is nothing here" in page.text) == (404, True)
    assert server.http.get("/no-such-page").json()["error"]
    assert browser.see("/api/memory").json()["error"], "a door for programs says the same to everybody"


@pytest.mark.parametrize(
    ("path", "sentence", "way_back"),
    [
        ("/buckets/99999999", "This bucket is not here.", "/buckets"),
        ("/import/unknown", "This import is not here.", "/import"),
        ("/settings/backups/unknown/delete", "This backup is not here.", "/settings/backups"),
        ("/memories/unknown", "There is no memory with this id.", "/memories"),
        ("/history/unknown", "There is no", "/history"),
    ],
)
def test_what_is_not_there_leads_back_to_its_list(browser: Visitor, path: str, sentence: str, way_back: str) -> None:
    page = browser.see(path)

    assert (page.status_code, sentence in page.text) == (404, True)
    assert f'<a class="button other" href="{way_back}">' in page.text


@pytest.mark.parametrize(
    ("path", "fields", "sentence"),
    [
        ("/memories/new", {"text": "x" * 20_001}, "The text has 20,001 characters"),
        ("/buckets", {"name": " "}, "The name is empty"),
        ("/memories/new", {"text": "tea", "bucket": "99999999"}, "This bucket is not here any more."),
    ],
)
def test_what_cannot_be_kept_is_said_without_names_of_programs(
    browser: Visitor, path: str, fields: dict[str, str], sentence: str
) -> None:
    browser.see(path)
    page = browser.send(path, **fields).text

    assert sentence in page
    assert "`" not in page


def test_a_form_in_another_form_is_refused_in_words(browser: Visitor) -> None:
    answer = browser.http.post("/sign-out", json={}, headers=OWN)
    assert answer.status_code == 400
    assert "A form is sent as" in answer.text


def test_a_form_that_is_too_large_is_refused(browser: Visitor, server: Server) -> None:
    with Visitor(server) as stranger:
        assert stranger.send("/sign-in", filler="x" * 270_000).status_code == 413
    assert browser.send("/sign-out", filler="x" * 17_000_000).status_code == 413


def test_a_form_that_is_not_utf_8_is_refused(browser: Visitor) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"} | OWN
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
