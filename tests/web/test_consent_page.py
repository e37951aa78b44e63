"""The page on which a person lets a program in: what it says, and what can be sent to it."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from people import Person
from servers import Server, serving
from visitors import LOOPBACK, VERIFIER, Visitor, asking, forgive_tries, led_to, with_password


@pytest.fixture(scope="module")
def server(data_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(data_factory.mktemp("consent"), embedder="none") as running:
        yield running


@pytest.fixture
def browser(server: Server, ada: Person) -> Iterator[Visitor]:
    """Ada, signed in."""
    forgive_tries(server)
    with Visitor(server) as visitor:
        visitor.sign_in(with_password(server, ada).name)
        yield visitor


def _words(text: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


@pytest.mark.parametrize(
    ("redirect_uri", "said"),
    [
        ("https://app.example:8443/done", "Answer goes to app.example:8443 "),
        (LOOPBACK, "a program on this computer, at 127.0.0.1:4567 "),
        (
            "cursor://anysphere.cursor-mcp/oauth/callback",
            "a program on this computer, by a link that begins with cursor: ",
        ),
    ],
)
def test_the_page_names_the_host_of_the_answer(browser: Visitor, server: Server, redirect_uri: str, said: str) -> None:
    page = _words(browser.see(asking(server, redirect_uri, "Some tool", client_uri="https://tool.example/")).text)

    assert said in page
    assert "Let Some tool use your memory?" in page
    assert "Names as its page tool.example" in page
    assert ("Any program on this computer can call itself by this name" in page) is ("on this computer, " in said)


def test_a_tool_that_asks_only_to_write_is_offered_reading_too(browser: Visitor, server: Server) -> None:
    page = _words(browser.see(asking(server, scope="write")).text)
    assert "Search and read your memories" in page


def test_the_page_offers_what_was_asked_for_and_asks_before_changes_unless_told(
    browser: Visitor, server: Server
) -> None:
    page = browser.see(asking(server, scope="read write")).text

    assert re.findall(r'name="may" value="(\w+)"[^>]*?( checked)?>', page) == [("write", " checked")]
    chosen = re.findall(r'name="policy" value="(\w+)"[^>]*?( checked)?>', page)
    assert chosen == [("propose", " checked"), ("full", ""), ("inbox", ""), ("read", "")]


def test_administration_is_offered_to_administrators_alone_and_not_ticked(
    browser: Visitor, server: Server, ben: Person
) -> None:
    path = asking(server, scope="read admin")
    assert re.findall(r'name="may" value="(\w+)"[^>]*?( checked)?>', browser.see(path).text) == [("admin", "")]
    with Visitor(server) as other:
        other.sign_in(with_password(server, ben).name)
        assert 'value="admin"' not in other.see(path).text


def test_allowing_leads_back_with_a_code_that_carries_what_was_ticked(
    browser: Visitor, server: Server, ada: Person
) -> None:
    path = asking(server)
    browser.see(path)
    answer = browser.send(path, answer="allow", may=["write"], policy="inbox")

    told = {name: value for name, [value] in parse_qs(urlsplit(led_to(answer)).query).items()}
    assert led_to(answer).startswith(LOOPBACK + "?")
    assert (told["state"], told["iss"]) == ("st/ate&=é", "https://memory.example.org")
    client_id = parse_qs(urlsplit(path).query)["client_id"][0]
    form = {"grant_type": "authorization_code", "client_id": client_id, "redirect_uri": LOOPBACK}
    redeemed = server.http.post("/oauth/token", data=form | {"code": told["code"], "code_verifier": VERIFIER})
    assert redeemed.status_code == 200, redeemed.text
    (connection,) = [token for token in ada.get("/api/tokens") if token["clientId"] == client_id]
    assert (connection["scopes"], connection["policy"]) == (["read", "write"], "inbox")
    assert "Signed in" in browser.see("/connections").text.split("A tool")[1]


def test_refusing_leads_back_with_the_refusal(browser: Visitor, server: Server) -> None:
    path = asking(server)
    browser.see(path)

    assert "error=access_denied" in led_to(browser.send(path, answer="refuse", may=["write"], policy="full"))


def test_more_than_was_asked_for_cannot_be_ticked(browser: Visitor, server: Server, ada: Person) -> None:
    path = asking(server, scope="read")
    browser.see(path)
    browser.send(path, answer="allow", may=["write", "delete", "admin"], policy="full")
    url = led_to(browser.send(path, answer="allow", may=["write", "delete", "admin"], policy="full"))

    form = {"grant_type": "authorization_code", "redirect_uri": LOOPBACK, "code_verifier": VERIFIER}
    asked = parse_qs(urlsplit(path).query)
    form |= {"client_id": asked["client_id"][0], "code": parse_qs(urlsplit(url).query)["code"][0]}
    assert server.http.post("/oauth/token", data=form).json()["scope"] == "read"
    assert len([token for token in ada.get("/api/tokens") if token["clientId"]]) == 1, "two clicks, one connection"


def test_a_form_without_a_choice_is_shown_again_with_what_is_missing(browser: Visitor, server: Server) -> None:
    path = asking(server)
    browser.see(path)
    answer = browser.send(path, answer="allow")

    assert answer.status_code == 400
    assert "Choose what becomes of what the program writes" in answer.text
    assert "<h1>Let " in answer.text


def test_a_form_sent_after_the_session_ended_leads_to_the_sign_in_and_back(browser: Visitor, server: Server) -> None:
    path = asking(server)
    browser.see(path)
    secret = browser.http.cookies["onememory"]
    server.run(server.services.sessions.end_by_secret(secret))
    answer = browser.send(path, answer="allow", policy="full")

    way_on = re.search(r'href="(/sign-in[^"]*)"', answer.text)
    assert answer.status_code == 401
    assert way_on
    assert parse_qs(urlsplit(unescape(way_on[1])).query)["next"] == [path]


def test_using_another_account_signs_out_and_comes_back(browser: Visitor, server: Server, ben: Person) -> None:
    path = asking(server)
    browser.see(path)
    browser.see(browser.send("/sign-out", next=path).headers["location"])
    answer = browser.send("/sign-in", name=with_password(server, ben).name, password="correct horse battery", next=path)

    assert answer.headers["location"] == path
    assert ben.name in browser.see(path).text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"client_id": "nobody"}, "This program cannot be connected"),
        ({"redirect_uri": "https://evil.example/"}, "not one that the client gave"),
    ],
)
def test_what_cannot_be_told_to_the_client_is_told_to_the_person(
    browser: Visitor, server: Server, changes: dict[str, str], said: str
) -> None:
    answer = browser.http.get(
        asking(server, **changes) if "client_id" in changes else _swapped(asking(server), changes)
    )

    assert answer.status_code == 400
    assert said in answer.text
    assert "Nothing was allowed" in answer.text


def _swapped(path: str, changes: dict[str, str]) -> str:
    return re.sub(r"redirect_uri=[^&]*", f"redirect_uri={changes['redirect_uri']}", path)


def test_a_parameter_that_comes_twice_is_refused(browser: Visitor, server: Server) -> None:
    assert "more than once" in browser.see(asking(server) + "&state=other").text


def test_other_mistakes_are_told_to_the_client(browser: Visitor, server: Server) -> None:
    answer = browser.http.get(asking(server, code_challenge_method="plain"))

    assert answer.status_code == 302
    assert answer.headers["location"].startswith(f"{LOOPBACK}?error=invalid_request&")


def test_a_hostile_name_is_shown_as_harmless_text(browser: Visitor, server: Server) -> None:
    page = browser.see(asking(server, name='<script>alert(1)</script>"><img src=x>')).text

    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page
