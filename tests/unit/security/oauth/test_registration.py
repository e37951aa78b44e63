from datetime import UTC, datetime

import pytest

from onememory.domain.authorization import OAuthError
from onememory.security.oauth.rfc7591_registration import Registration, registration_of

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
REDIRECT = "https://app.example/callback"


def registered(**request: object) -> Registration:
    return registration_of({"redirect_uris": [REDIRECT], **request}, "c1", NOW)


def test_a_client_that_says_no_more_than_where_answers_go_is_a_public_one() -> None:
    assert registered().answer(None) == {
        "client_id": "c1",
        "client_id_issued_at": 1_772_366_400,
        "client_name": "app.example",
        "redirect_uris": [REDIRECT],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
    }


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_a_client_that_asks_for_a_secret_is_told_it_and_that_it_does_not_expire(method: str) -> None:
    registration = registered(token_endpoint_auth_method=method, client_name="App", client_uri="https://app.example/")
    answer = registration.answer("s3cret")

    assert registration.client.has_secret
    assert (answer["client_secret"], answer["client_secret_expires_at"]) == ("s3cret", 0)
    assert (answer["token_endpoint_auth_method"], answer["client_uri"]) == (method, "https://app.example/")


def test_what_we_do_not_know_is_left_out() -> None:
    answer = registered(
        software_id="x", jwks={"keys": []}, contacts=["a@b.example"], scope="read", logo_uri="x"
    ).answer(None)

    assert not answer.keys() & {"software_id", "jwks", "contacts", "scope", "logo_uri"}


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        ({"redirect_uris": None}, "invalid_redirect_uri"),
        ({"redirect_uris": []}, "invalid_redirect_uri"),
        ({"redirect_uris": ["http://app.example/"]}, "invalid_redirect_uri"),
        ({"redirect_uris": [REDIRECT, "javascript:alert(1)"]}, "invalid_redirect_uri"),
        ({"redirect_uris": "https://app.example/"}, "invalid_client_metadata"),
        ({"redirect_uris": [1]}, "invalid_client_metadata"),
        ({"client_name": 1}, "invalid_client_metadata"),
        ({"client_name": "x" * 101}, "invalid_client_metadata"),
        ({"client_name": "a\nb"}, "invalid_client_metadata"),
        ({"token_endpoint_auth_method": "private_key_jwt"}, "invalid_client_metadata"),
        ({"token_endpoint_auth_method": ["none"]}, "invalid_client_metadata"),
        ({"grant_types": ["implicit"]}, "invalid_client_metadata"),
        ({"response_types": ["token"]}, "invalid_client_metadata"),
        ({"grant_types": ["authorization_code"] * 101}, "invalid_client_metadata"),
    ],
)
def test_what_breaks_a_rule_is_refused_by_its_code(request_: dict[str, object], error: str) -> None:
    with pytest.raises(OAuthError) as refused:
        registered(**request_)

    assert (refused.value.error, refused.value.status) == (error, 400)
