"""The account's page: password, browsers, time zone, the export and the end."""

import json
import re
from pathlib import Path

import pytest

from people import Person
from servers import Server, serving
from visitors import PASSWORD, Visitor, session_of, with_password

PATH = "/settings/account"
NEW = "another password"


@pytest.fixture
def person(server: Server, ada: Person) -> Person:
    return with_password(server, ada)


@pytest.fixture
def browser(server: Server, person: Person, browser: Visitor) -> Visitor:
    """Ada, who has signed in since she has a password."""
    browser.arrive(server, person).see(PATH)
    return browser


def test_a_new_password_signs_out_every_other_browser_and_not_this_one(
    browser: Visitor, server: Server, person: Person
) -> None:
    with Visitor(server) as other:
        other.arrive(server, person)
        answer = browser.send(f"{PATH}/password", present=PASSWORD, password=NEW, again=NEW)

        assert "Your password is changed" in browser.see(answer.headers["location"]).text
        assert other.see(PATH).url.path == "/sign-in"
        assert other.sign_in(person.name, NEW).status_code == 303


@pytest.mark.parametrize(
    ("fields", "status", "sentence"),
    [
        ({"present": "wrong"}, 403, "not your present password"),
        ({"again": "something else"}, 400, "The two new passwords differ"),
        ({"password": "short", "again": "short"}, 400, "8 to 1,000 characters"),
    ],
)
def test_a_password_that_does_not_do_changes_nothing(
    browser: Visitor, server: Server, person: Person, fields: dict[str, str], status: int, sentence: str
) -> None:
    answer = browser.send(f"{PATH}/password", **{"present": PASSWORD, "password": NEW, "again": NEW} | fields)

    assert (answer.status_code, sentence in answer.text) == (status, True)
    assert '<details class="fold" open>' in answer.text
    present = re.search(r'<input id="present"[^>]*>', answer.text)
    assert present
    assert ("autofocus" in present[0], "aria-invalid" in present[0]) == (True, status == 403)
    with Visitor(server) as other:
        assert other.sign_in(person.name).status_code == 303


def test_browsers_are_named_and_signed_out_one_by_one(browser: Visitor, server: Server, person: Person) -> None:
    browser.http.headers["user-agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    browser.sign_in(person.name)
    session_of(server, person)
    page = browser.see(PATH).text
    assert '<bdi>Firefox on Linux</bdi></b> <span class="kind">this browser</span>' in page

    for path in [part.split('"')[0] for part in page.split('action="')[1:] if "/browsers/" in part.split('"')[0]]:
        assert browser.send(path).headers["location"] == f"{PATH}?done=session"
    assert [session["agent"].split("/")[0] for session in person.get("/api/account/sessions")] == ["Mozilla"]
    assert "That browser is signed out." in browser.see(f"{PATH}?done=session").text


def test_somebody_elses_browser_cannot_be_signed_out(browser: Visitor, server: Server, ben: Person) -> None:
    session_of(server, ben)
    (session,) = ben.get("/api/account/sessions")

    assert browser.send(f"{PATH}/browsers/{session['id']}/sign-out").status_code == 404
    assert ben.get("/api/account/sessions") == [session]


def test_times_are_told_in_the_zone_that_was_chosen(browser: Visitor) -> None:
    browser.http.cookies.set("zone", "America%2FLima")
    chosen = browser.send(f"{PATH}/time-zone", zone="Asia/Kathmandu")
    assert "<option selected>Asia/Kathmandu</option>" in browser.see(chosen.headers["location"]).text

    assert browser.send(f"{PATH}/time-zone", zone="Mars/Olympus").status_code == 400
    browser.send(f"{PATH}/time-zone", zone="")
    assert "<option selected>" not in browser.see(PATH).text


@pytest.mark.parametrize(
    ("form", "media_type"), [("json", "application/json"), ("markdown", "text/markdown"), ("csv", "text/csv")]
)
def test_everything_is_downloaded_as_a_file(browser: Visitor, person: Person, form: str, media_type: str) -> None:
    person.store("the zebrafish sleeps")
    answer = browser.see(f"{PATH}/export", format=form)

    assert answer.headers["content-type"].startswith(media_type)
    assert answer.headers["content-disposition"].startswith('attachment; filename="onememory-export.')
    assert "the zebrafish sleeps" in answer.text
    assert form != "json" or json.loads(answer.text)["memories"]


def test_an_account_is_deleted_by_its_name_and_password(server: Server, ben: Person) -> None:
    with Visitor(server) as visitor:
        visitor.arrive(server, with_password(server, ben)).see(f"{PATH}/delete")
        wrong = visitor.send(f"{PATH}/delete", name=ben.name, password="wrong")
        assert (wrong.status_code, f'value="{ben.name}"' in wrong.text) == (403, True)

        answer = visitor.send(f"{PATH}/delete", name=ben.name, password=PASSWORD)

        assert "Your account and all that was in it are gone" in visitor.see(answer.headers["location"]).text
    assert ben.send("GET", "/api/account").status_code == 401


def test_who_cannot_delete_their_account_is_told_so_before_they_type_anything(data: Path) -> None:
    with serving(data, embedder="none") as server, Visitor(server) as visitor:
        page = visitor.arrive(server, server.person("Ada", is_admin=True)).see(f"{PATH}/delete").text

    assert "This is the only administrator" in page
    assert 'name="password"' not in page


def test_the_page_before_the_end_says_what_would_be_lost(server: Server, ben: Person) -> None:
    ben.store("the zebrafish sleeps")
    with Visitor(server) as visitor:
        page = visitor.arrive(server, ben).see(f"{PATH}/delete").text

    assert "1 memory in 1 bucket" in page
    assert "Backups that were made before still hold it" in page


def test_a_script_of_elsewhere_is_not_in_the_name_of_a_browser(browser: Visitor, person: Person) -> None:
    browser.http.headers["user-agent"] = "<script>alert(1)</script>"
    browser.sign_in(person.name)

    assert "alert(1)" not in browser.see(PATH).text
