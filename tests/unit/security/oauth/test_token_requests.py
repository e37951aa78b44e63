"""Who calls the token endpoint, and what a code or a refresh token may be exchanged for."""

from base64 import b64encode

import pytest

from onememory.domain.accounts import Permission, WritePolicy
from onememory.domain.authorization import ClientCredentials, Grant, IssuedTokens, OAuthError
from onememory.security.oauth.rfc6749_parameters import describable
from onememory.security.oauth.rfc6749_tokens import (
    check_redemption,
    check_resource,
    credentials_of,
    narrowed,
    tokens_body,
)
from onememory.security.oauth.rfc7636_pkce import challenge_of

BASE = "https://memory.example.org"
VERIFIER = "v" * 43
REDIRECT = "https://app.example/callback"
READ_WRITE = frozenset({Permission.READ, Permission.WRITE})
GRANT = Grant("c1", "App", REDIRECT, READ_WRITE, WritePolicy.PROPOSE, f"{BASE}/mcp", challenge_of(VERIFIER))


def basic(pair: str) -> str:
    return f"Basic {b64encode(pair.encode()).decode()}"


@pytest.mark.parametrize(
    ("form", "header", "credentials"),
    [
        ({"client_id": "c1"}, None, ClientCredentials("c1")),
        ({"client_id": "c1", "client_secret": "s"}, None, ClientCredentials("c1", "s")),
        ({}, basic("c1:s"), ClientCredentials("c1", "s", by_header=True)),
        ({"client_id": "c1"}, basic("c1:s"), ClientCredentials("c1", "s", by_header=True)),
        (
            {},
            basic("https%3A%2F%2Fa.example%2Fc:s%2Bs"),
            ClientCredentials("https://a.example/c", "s+s", by_header=True),
        ),
        ({}, basic("c1:"), ClientCredentials("c1", None, by_header=True)),
    ],
)
def test_a_client_says_who_it_is_in_either_way(
    form: dict[str, str], header: str | None, credentials: ClientCredentials
) -> None:
    assert credentials_of(form, header) == credentials


@pytest.mark.parametrize(
    ("form", "header", "error"),
    [
        ({}, None, "invalid_client"),
        ({}, "Basic !!!", "invalid_client"),
        ({}, basic("no colon"), "invalid_client"),
        ({}, basic(":secret"), "invalid_client"),
        ({}, "Basic " + b64encode(b"\xff:\xff").decode(), "invalid_client"),
        ({"client_id": "c1"}, "Bearer om_x", "invalid_client"),
        ({"client_id": "c2"}, basic("c1:s"), "invalid_request"),
        ({"client_secret": "s"}, basic("c1:s"), "invalid_request"),
    ],
)
def test_a_client_that_cannot_be_told_is_refused(form: dict[str, str], header: str | None, error: str) -> None:
    with pytest.raises(OAuthError) as caught:
        credentials_of(form, header)
    assert caught.value.error == error


@pytest.mark.parametrize(
    "form", [{}, {"redirect_uri": REDIRECT}, {"resource": f"{BASE}/mcp"}, {"resource": f"{BASE}/api/mcp/sse"}]
)
def test_a_code_is_redeemed_for_what_it_was_given(form: dict[str, str]) -> None:
    check_redemption(form | {"code_verifier": VERIFIER}, GRANT, "c1", BASE)


@pytest.mark.parametrize(
    ("changes", "client_id", "error"),
    [
        ({}, "c2", "invalid_grant"),
        ({"redirect_uri": f"{REDIRECT}/"}, "c1", "invalid_grant"),
        ({"code_verifier": "w" * 43}, "c1", "invalid_grant"),
        ({"code_verifier": "short"}, "c1", "invalid_request"),
        ({"resource": BASE}, "c1", "invalid_target"),
        ({"resource": "https://other.example/mcp"}, "c1", "invalid_target"),
    ],
)
def test_a_code_is_redeemed_for_nothing_else(changes: dict[str, str], client_id: str, error: str) -> None:
    form = {"code_verifier": VERIFIER} | changes
    with pytest.raises(OAuthError) as caught:
        check_redemption(form, GRANT, client_id, BASE)
    assert caught.value.error == error


def test_a_resource_that_is_left_out_is_the_one_that_was_granted() -> None:
    check_resource({}, f"{BASE}/mcp", BASE)


@pytest.mark.parametrize(
    ("form", "permissions"),
    [({}, READ_WRITE), ({"scope": "read"}, {Permission.READ}), ({"scope": "offline_access"}, READ_WRITE)],
)
def test_a_refresh_may_ask_for_less(form: dict[str, str], permissions: frozenset[Permission]) -> None:
    assert narrowed(form, READ_WRITE) == permissions


@pytest.mark.parametrize("scope", ["delete", "read delete", "admin"])
def test_a_refresh_may_not_ask_for_more(scope: str) -> None:
    with pytest.raises(OAuthError) as caught:
        narrowed({"scope": scope}, READ_WRITE)
    assert caught.value.error == "invalid_scope"


def test_the_answer_says_what_was_given() -> None:
    assert tokens_body(IssuedTokens("a", "r", 3600, READ_WRITE)) == {
        "access_token": "a",
        "token_type": "Bearer",
        "expires_in": 3600,
        "refresh_token": "r",
        "scope": "read write",
    }


def test_secrets_are_not_shown_where_values_are_printed() -> None:
    shown = repr(IssuedTokens("om_a", "om_r", 1, READ_WRITE)) + repr(ClientCredentials("c1", "om_s"))
    assert "om_" not in shown


def test_a_description_has_only_the_characters_that_the_rfc_allows() -> None:
    assert describable('a "b" \\ é\n`c`') == "a 'b' ' ''`c`"
