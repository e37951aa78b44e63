"""PKCE with S256 alone."""

import pytest

from onememory.domain.authorization import OAuthError
from onememory.security.oauth.rfc7636_pkce import challenge_of, check_verifier, checked_challenge

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # RFC 7636, appendix B
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_the_example_of_the_rfc_comes_out() -> None:
    assert challenge_of(VERIFIER) == CHALLENGE
    check_verifier(VERIFIER, CHALLENGE)


@pytest.mark.parametrize("verifier", ["a" * 43, "a" * 128, "-._~" * 12])
def test_a_verifier_of_any_allowed_form_fits_its_own_challenge(verifier: str) -> None:
    check_verifier(verifier, checked_challenge(challenge_of(verifier), "S256"))


@pytest.mark.parametrize(
    ("verifier", "error"),
    [
        (None, "invalid_request"),
        ("a" * 42, "invalid_request"),
        ("a" * 129, "invalid_request"),
        ("a" * 42 + "+", "invalid_request"),
        ("a" * 42 + "é", "invalid_request"),
        ("a" * 43 + "\n", "invalid_request"),
        ("a" * 43, "invalid_grant"),
        (VERIFIER.swapcase(), "invalid_grant"),
        (CHALLENGE, "invalid_grant"),  # what would pass as `plain`
    ],
)
def test_another_verifier_is_refused(verifier: str | None, error: str) -> None:
    with pytest.raises(OAuthError) as caught:
        check_verifier(verifier, CHALLENGE)
    assert caught.value.error == error


@pytest.mark.parametrize(
    ("challenge", "method"),
    [
        (None, "S256"),
        (CHALLENGE, None),
        (CHALLENGE, "plain"),
        (CHALLENGE, "s256"),
        (CHALLENGE + "=", "S256"),
        (CHALLENGE[:-1], "S256"),
        (CHALLENGE[:-1] + "+", "S256"),
        ("", "S256"),
    ],
)
def test_a_challenge_that_is_not_s256_is_refused(challenge: str | None, method: str | None) -> None:
    with pytest.raises(OAuthError) as caught:
        checked_challenge(challenge, method)
    assert caught.value.error == "invalid_request"
