"""Signing in and out: who gets in, what the cookie is like, and what strangers and other sites can do."""

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from people import Person
from servers import PUBLIC_URL, Server, serving
from visitors import PASSWORD, Visitor, asking, forgive_tries, with_password


@pytest.fixture(scope="module")
def server(data_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(data_factory.mktemp("sign-in"), embedder="none") as running:
        yield running


@pytest.fixture
def browser(server: Server) -> Iterator[Visitor]:
    forgive_tries(server)
    with Visitor(server) as visitor:
        yield visitor


@pytest.fixture
def person(server: Server, ada: Person) -> Person:
    return with_password(server, ada)


def test_a_person_signs_in_and_is_named_on_the_page(browser: Visitor, person: Person) -> None:
    answer = browser.sign_in(f" {person.name.upper()} ")

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert person.name in browser.see("/").text


def test_who_is_not_signed_in_is_sent_to_sign_in_and_then_on_to_where_they_were_going(
    browser: Visitor, person: Person
) -> None:
    sent = browser.http.get("/connections?done=disconnected")
    assert sent.headers["location"] == "/sign-in?next=%2Fconnections%3Fdone%3Ddisconnected"
    page = browser.see(sent.headers["location"])
    assert 'name="next" value="/connections?done=disconnected"' in page.text

    answer = browser.send("/sign-in", name=person.name, password=PASSWORD, next="/connections?done=disconnected")

    assert answer.headers["location"] == "/connections?done=disconnected"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x()"])
def test_nobody_is_sent_to_another_site(browser: Visitor, person: Person, elsewhere: str) -> None:
    assert browser.sign_in(person.name, way_on=elsewhere).headers["location"] == "/"
    sent_on = browser.http.get("/sign-in", params={"next": elsewhere})
    assert sent_on.headers["location"] == "/"


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(server: Server, person: Person, cy: Person) -> None:
    answers = []
    for name in (person.name, cy.name, "nobody-of-this-name"):
        forgive_tries(server)
        with Visitor(server) as visitor:
            answer = visitor.sign_in(name, "wrong password")
            answers.append((answer.status_code, answer.text.replace(visitor.token, "").replace(name, "")))

    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == 401
    assert "do not belong together" in answers[0][1]


def test_the_eleventh_try_for_a_name_is_told_how_long_to_wait(browser: Visitor, person: Person) -> None:
    assert [browser.sign_in(person.name, "wrong").status_code for _ in range(10)] == [401] * 10

    answer = browser.sign_in(person.name)

    assert answer.status_code == 429
    assert "Wait 2 minutes, then try again" in answer.text
    assert int(answer.headers["retry-after"]) <= 90


def test_who_has_signed_in_here_before_gets_in_whatever_strangers_try(
    browser: Visitor, server: Server, person: Person
) -> None:
    browser.sign_in(person.name)
    browser.see("/")
    browser.send("/sign-out")
    with Visitor(server) as stranger:
        statuses = [stranger.sign_in(person.name, "wrong").status_code for _ in range(11)]

    assert statuses == [401] * 10 + [429]
    assert browser.sign_in(person.name).status_code == 303


def test_what_a_browser_is_known_by_opens_nothing(browser: Visitor, server: Server, person: Person) -> None:
    left = browser.sign_in(person.name).headers.get_list("set-cookie")[1]

    assert left.startswith("onememory-known=")
    assert {"HttpOnly", "SameSite=lax", "Path=/", "Max-Age=31536000"} <= set(left.split("; "))
    with Visitor(server) as thief:
        thief.http.headers["cookie"] = left.split(";")[0]
        assert thief.see("/connections").url.path == "/sign-in"


@pytest.mark.parametrize(
    ("redirect_uri", "told"),
    [
        ("https://tool.example/callback", 'from <bdi class="host">tool.example</bdi>'),
        ("http://127.0.0.1:4567/callback", "from this computer"),
        ("cursor://tool/callback", "from this computer"),
    ],
)
def test_who_was_sent_by_a_program_is_told_by_which(
    browser: Visitor, server: Server, person: Person, redirect_uri: str, told: str
) -> None:
    page = browser.see(asking(server, redirect_uri, "Tea <b>tool</b>"))

    assert page.url.path == "/sign-in"
    assert "Tea &lt;b&gt;tool&lt;/b&gt;</bdi> has sent you here" in page.text
    assert told in page.text
    again = browser.send("/sign-in", name=person.name, password="wrong", next=asking(server, redirect_uri, "Tea tool"))
    assert "Tea tool</bdi> has sent you here" in again.text


@pytest.mark.parametrize(
    "way_on", ["/", "/connections", "/oauth/authorize", "/oauth/authorize?client_id=unknown&a=%ff"]
)
@pytest.mark.usefixtures("person")
def test_where_no_program_can_be_named_none_is(browser: Visitor, way_on: str) -> None:
    page = browser.see("/sign-in", next=way_on)

    assert (page.status_code, "has sent you here" in page.text) == (200, False)


def test_an_address_is_throttled_whatever_names_it_tries(browser: Visitor) -> None:
    statuses = [browser.sign_in(f"somebody{n}", "wrong").status_code for n in range(31)]

    assert statuses == [401] * 30 + [429]


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(server: Server) -> None:
    with Visitor(server) as here, Visitor(server) as there:
        there.http.headers["host"] = PUBLIC_URL.removeprefix("https://")
        plain, secure = here.see("/sign-in").headers["set-cookie"], there.see("/sign-in").headers["set-cookie"]

    assert plain.startswith("onememory=om_")
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(plain.split("; "))
    assert secure.startswith("__Host-onememory=om_")
    assert {"HttpOnly", "SameSite=lax", "Path=/", "Secure"} <= set(secure.split("; "))


def test_the_secret_of_the_cookie_changes_with_the_sign_in(browser: Visitor, person: Person) -> None:
    browser.see("/sign-in")
    before = browser.http.cookies["onememory"]
    answer = browser.sign_in(person.name)

    assert browser.http.cookies["onememory"] != before
    assert "Max-Age=2592000" in answer.headers["set-cookie"]


def test_signing_out_ends_the_session_and_not_just_the_cookie(browser: Visitor, server: Server, person: Person) -> None:
    browser.sign_in(person.name)
    browser.see("/connections")
    secret = browser.http.cookies["onememory"]
    browser.send("/sign-out")

    kept = httpx.get(f"{server.url}/connections", headers={"cookie": f"onememory={secret}", "accept": "text/html"})
    assert kept.headers["location"].startswith("/sign-in")


def test_signing_out_everywhere_ends_every_browser(browser: Visitor, server: Server, person: Person) -> None:
    browser.sign_in(person.name)
    with Visitor(server) as other:
        other.sign_in(person.name)
        assert other.see("/settings/account").text.count("since ") > 2
        answer = other.send("/sign-out-everywhere")

        assert "signed out, here and in every other browser" in other.see(answer.headers["location"]).text
        assert "Sign in" in other.see("/connections").text
    assert "Sign in" in browser.see("/connections").text


def test_a_new_password_signs_every_browser_out(browser: Visitor, server: Server, person: Person) -> None:
    browser.sign_in(person.name)
    with_password(server, person, "another password")

    assert "<h1>Sign in</h1>" in browser.see("/connections").text
    assert browser.sign_in(person.name).status_code == 401


def test_a_session_ends_after_thirty_days(browser: Visitor, server: Server, person: Person) -> None:
    browser.sign_in(person.name)
    server.installation.clock.advance(timedelta(days=29, hours=23))
    assert "<h1>Connections</h1>" in browser.see("/connections").text
    server.installation.clock.advance(timedelta(hours=2))

    assert "<h1>Sign in</h1>" in browser.see("/connections").text


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
        {"origin": "https://evil.example", "sec-fetch-site": ""},
        {"origin": "http://127.0.0.1:1", "sec-fetch-site": "same-site"},
        {"origin": "null", "sec-fetch-site": ""},
        {"origin": "", "sec-fetch-site": ""},
    ],
)
def test_a_form_from_another_site_does_nothing(browser: Visitor, person: Person, headers: dict[str, str]) -> None:
    browser.sign_in(person.name)
    browser.see("/connections")
    answer = browser.send("/sign-out-everywhere", headers)

    assert answer.status_code == 403
    assert "another site sent it" in answer.text
    assert "<h1>Connections</h1>" in browser.see("/connections").text


@pytest.mark.parametrize("token", ["", "guessed", "é" * 64])
def test_a_form_without_the_visitors_token_does_nothing(browser: Visitor, person: Person, token: str) -> None:
    browser.sign_in(person.name)
    answer = browser.send("/sign-out-everywhere", form_token=token)

    assert answer.status_code == 403
    assert "<h1>Connections</h1>" in browser.see("/connections").text


def test_a_form_of_one_browser_is_of_no_use_in_another(browser: Visitor, server: Server, person: Person) -> None:
    browser.sign_in(person.name)
    browser.see("/connections")
    with Visitor(server) as other:
        other.sign_in(person.name)
        assert other.send("/sign-out-everywhere", form_token=browser.token).status_code == 403


def test_the_sign_in_form_is_bound_to_its_visitor_too(browser: Visitor, server: Server, person: Person) -> None:
    browser.see("/sign-in")
    with Visitor(server) as other:
        other.see("/sign-in")
        answer = other.send("/sign-in", form_token=browser.token, name=person.name, password=PASSWORD)
    assert answer.status_code == 403
