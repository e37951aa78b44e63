"""The adapter for OpenID providers: what is wrong with one is told to whoever set it up."""

import asyncio
from collections.abc import Iterator

import pytest

from onememory.domain.errors import Unauthenticated, Unavailable
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
    running.metadata = {}
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
def test_a_wrong_secret_is_no_sign_in(provider: Provider, secret: str | None) -> None:
    with pytest.raises(Unauthenticated, match="did not confirm"):
        asyncio.run(_signed_in(provider, secret))


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_the_secret_goes_the_way_that_the_provider_takes(provider: Provider, method: str) -> None:
    provider.metadata = {"token_endpoint_auth_methods_supported": [method]}

    assert asyncio.run(_signed_in(provider, CLIENT_SECRET)) == "42"


async def _signed_in(provider: Provider, secret: str | None) -> str:
    asked = {
        "nonce": CHALLENGE.nonce,
        "redirect_uri": BACK,
        "code_challenge": challenge_of(CHALLENGE.verifier),
        "code_challenge_method": "S256",
    }
    provider.codes["code"] = asked
    return (await provider.connected(secret).identify("code", CHALLENGE, BACK)).subject
