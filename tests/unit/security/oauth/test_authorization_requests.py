"""What a client may ask for, where it is told what is wrong, and where it is not."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from onememory.domain.accounts import Permission
from onememory.domain.authorization import OAuthClient, OAuthError
from onememory.security.oauth.rfc6749_authorization import request_of
from onememory.security.oauth.rfc6749_parameters import permissions_of, scope_of, single_values
from onememory.security.oauth.rfc9207_answers import answer_url

BASE = "https://memory.example.org"
REDIRECT = "https://app.example/callback"
CLIENT = OAuthClient("c1", "App", (REDIRECT, "http://127.0.0.1/callback"))
ASKED = {
    "client_id": "c1",
    "redirect_uri": REDIRECT,
    "response_type": "code",
    "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    "code_challenge_method": "S256",
    "state": "a state/ä&",
}


def asked(**changes: str | None) -> dict[str, str]:
    return {name: value for name, value in (ASKED | changes).items() if value is not None}


def test_a_plain_request_asks_for_the_usual_at_the_mcp_door() -> None:
    request = request_of(asked(), CLIENT, BASE)

    assert scope_of(request.scopes) == "read write delete"
    assert (request.resource, request.issuer, request.state) == (f"{BASE}/mcp", BASE, "a state/ä&")
    assert (request.redirect_uri, request.asked) == (REDIRECT, asked())


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"resource": "https://other.example/mcp"}, "invalid_target"),
    ],
)
def test_the_client_is_told_at_its_redirect_uri(changes: dict[str, str | None], error: str) -> None:
    with pytest.raises(OAuthError) as caught:
        request_of(asked(**changes), CLIENT, BASE)
    url = urlsplit(caught.value.redirect_to or "")
    told = parse_qs(url.query)
    assert f"{url.scheme}://{url.netloc}{url.path}" == REDIRECT
    assert (told["error"], told["state"], told["iss"]) == ([error], ["a state/ä&"], [BASE])
    assert told["error_description"][0].isascii()


@pytest.mark.parametrize(
    "redirect_uri",
    [
        None,
        "https://evil.example/callback",
        f"{REDIRECT}/",
        f"{REDIRECT}?x=1",
        "https://app.example:444/callback",
        "http://127.0.0.1/other",
        "http://localhost/callback",
    ],
)
def test_nothing_is_sent_to_a_redirect_uri_that_is_not_the_clients(redirect_uri: str | None) -> None:
    broken = asked(redirect_uri=redirect_uri, response_type="token")
    with pytest.raises(OAuthError) as caught:
        request_of(broken, CLIENT, BASE)
    assert caught.value.redirect_to is None


def test_the_port_of_a_loopback_redirect_may_vary() -> None:
    wanted = "http://127.0.0.1:53211/callback"
    assert request_of(asked(redirect_uri=wanted), CLIENT, BASE).redirect_uri == wanted


def test_a_client_with_one_redirect_uri_need_not_name_it() -> None:
    client = replace(CLIENT, redirect_uris=(REDIRECT,))
    assert request_of(asked(redirect_uri=None), client, BASE).redirect_uri == REDIRECT


@pytest.mark.parametrize(
    ("scope", "permissions"),
    [
        (None, "read write delete"),
        ("", "read write delete"),
        ("openid offline_access", "read write delete"),
        ("read", "read"),
        ("read admin profile", "read admin"),
        ("READ", "read write delete"),
    ],
)
def test_a_scope_means_the_permissions_that_we_know(scope: str | None, permissions: str) -> None:
    assert scope_of(permissions_of(scope)) == permissions
    assert (Permission.ADMIN in permissions_of(scope)) is ("admin" in (scope or ""))


@pytest.mark.parametrize(
    ("redirect_uri", "url"),
    [
        ("https://a.example/c", "https://a.example/c?code=x+%26&iss=i"),
        ("https://a.example/c?keep=1", "https://a.example/c?keep=1&code=x+%26&iss=i"),
        ("https://a.example/c?", "https://a.example/c?code=x+%26&iss=i"),
        (
            "cursor://anysphere.cursor-mcp/oauth/callback",
            "cursor://anysphere.cursor-mcp/oauth/callback?code=x+%26&iss=i",
        ),
    ],
)
def test_an_answer_keeps_the_redirect_uri_as_it_is(redirect_uri: str, url: str) -> None:
    assert answer_url(redirect_uri, {"code": "x &"}, None, "i") == url


def test_a_parameter_without_a_value_counts_as_left_out() -> None:
    assert single_values([("a", ""), ("b", "1")]) == {"b": "1"}


@pytest.mark.parametrize("pairs", [[("a", "1"), ("a", "1")], [("a", ""), ("a", "2")]])
def test_a_parameter_that_comes_twice_is_refused(pairs: Any) -> None:
    with pytest.raises(OAuthError) as caught:
        single_values(pairs)
    assert (caught.value.error, caught.value.redirect_to) == ("invalid_request", None)
