"""The adapter for OpenID providers: what is wrong with one is told to whoever set it up."""

import asyncio
from collections.abc import Iterator

import pytest

from onememory.domain.errors import Unauthenticated, Unavailable
from onememory.domain.identities import Identified
from onememory.ports.identity_provider import Challenge
from onememory.security.oauth.rfc7636_pkce import challenge_of
from providers import CLIENT_SECRET, Provider, identity_provider

CHALLENGE = Challenge("state", "nonce", "v" * 43)
BACK = "https://memory.example.org/sign-in/provider"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    with identity_provider(tmp_path_factory.mktemp("provider")) as provider:
        yield provider


@pytest.fixture
def provider(running: Provider) -> Provider:
    running.userinfo_status = 200
    running.metadata, running.userinfo, running.tells_names_apart, running.strange_keys = {}, {}, False, []
    return running


@pytest.mark.parametrize(
    ("metadata", "told"),
    [
        ({"issuer": "https://elsewhere.example"}, "calls itself https://elsewhere.example"),
        ({"token_endpoint": "http://localhost/token"}, "must begin with https"),
        ({"jwks_uri": 7}, "cannot be used"),
    ],
)
def test_what_the_provider_says_of_itself_must_hold(provider: Provider, metadata: dict[str, object], told: str) -> None:
    provider.metadata = metadata

    with pytest.raises(Unavailable, match=told):
        asyncio.run(provider.connected().authorization_url(CHALLENGE, BACK))


def test_an_issuer_that_is_not_there_is_unavailable(provider: Provider) -> None:
    with pytest.raises(Unavailable):
        asyncio.run(provider.connected(issuer=f"{provider.issuer}/nowhere").authorization_url(CHALLENGE, BACK))


@pytest.mark.parametrize("secret", ["wrong", None])
def test_a_wrong_secret_is_told_as_a_wrong_setting(
    provider: Provider, secret: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(Unavailable, match="oidc_client_secret"):
        asyncio.run(_signed_in(provider, secret))

    assert [record.reason for record in caplog.records if hasattr(record, "reason")] == [
        "invalid_client client authentication failed"
    ]


def test_a_code_that_was_used_is_no_sign_in(provider: Provider) -> None:
    with pytest.raises(Unauthenticated, match="did not confirm"):
        asyncio.run(provider.connected().identify("used", CHALLENGE, BACK))


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_the_secret_goes_the_way_that_the_provider_takes(provider: Provider, method: str) -> None:
    provider.metadata = {"token_endpoint_auth_methods_supported": [method]}

    assert asyncio.run(_signed_in(provider, CLIENT_SECRET)).subject == "42"


@pytest.mark.parametrize("apart", [True, False])
def test_what_somebody_is_called_is_in_the_token_or_asked_for(provider: Provider, *, apart: bool) -> None:
    provider.tells_names_apart = apart
    provider.requests.clear()

    assert asyncio.run(_signed_in(provider)).names == ("dora",)
    assert ("userinfo" in provider.requests) is apart


@pytest.mark.parametrize("userinfo", [{"sub": "43"}, {"preferred_username": 7}])
def test_what_is_said_of_somebody_else_or_not_in_words_names_nobody(
    provider: Provider, userinfo: dict[str, object]
) -> None:
    provider.tells_names_apart, provider.userinfo = True, userinfo

    assert asyncio.run(_signed_in(provider)) == Identified(provider.issuer, "42")


def test_who_would_get_no_name_for_a_fault_of_the_moment_is_asked_to_come_again(provider: Provider) -> None:
    provider.tells_names_apart, provider.userinfo_status = True, 503

    with pytest.raises(Unavailable, match="out of order"):
        asyncio.run(_signed_in(provider))


def test_keys_that_nobody_understands_stand_in_no_way(provider: Provider) -> None:
    provider.strange_keys = [{"kty": "EC", "crv": "secp999", "x": "eA", "y": "eQ"}, {"kty": "AKP", "kid": "1"}, {}]

    assert asyncio.run(_signed_in(provider)).subject == "42"


@pytest.mark.parametrize("endpoint", [None, "keys", "nowhere"])
def test_who_is_not_called_anything_comes_in_all_the_same(provider: Provider, endpoint: str | None) -> None:
    url = endpoint and f"{provider.issuer}/{endpoint}"
    provider.tells_names_apart, provider.metadata = True, {"userinfo_endpoint": url}

    assert asyncio.run(_signed_in(provider)) == Identified(provider.issuer, "42")


async def _signed_in(provider: Provider, secret: str | None = CLIENT_SECRET) -> Identified:
    asked = {
        "nonce": CHALLENGE.nonce,
        "redirect_uri": BACK,
        "code_challenge": challenge_of(CHALLENGE.verifier),
        "code_challenge_method": "S256",
    }
    provider.codes["code"] = asked
    return await provider.connected(secret).identify("code", CHALLENGE, BACK)
