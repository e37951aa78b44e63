"""Proof Key for Code Exchange (RFC 7636), S256 alone: who redeems a code must know what its challenge was made of."""

import base64
import hashlib
import hmac
import re

from onememory.domain.authorization import OAuthError

METHOD = "S256"

_VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}")  # section 4.1
_CHALLENGE = re.compile(r"[A-Za-z0-9\-_]{43}")  # section 4.2: SHA-256 in base64url without padding


def checked_challenge(challenge: str | None, method: str | None) -> str:
    """The challenge of an authorisation request; raises OAuthError `invalid_request` (sections 4.3 and 4.4.1)."""
    if challenge is None:
        raise OAuthError("invalid_request", "`code_challenge` is missing; PKCE with S256 is required.")
    if method != METHOD:  # one that is left out means `plain`
        raise OAuthError("invalid_request", "`code_challenge_method` must be S256.")
    if not _CHALLENGE.fullmatch(challenge):
        raise OAuthError("invalid_request", "`code_challenge` must be the 43 characters of a SHA-256 in base64url.")
    return challenge


def check_verifier(verifier: str | None, challenge: str) -> None:
    """Refuse a verifier that the challenge was not made of (section 4.6).

    Raises OAuthError: `invalid_request` where it is missing or malformed, `invalid_grant` where it is another one.
    """
    if verifier is None or not _VERIFIER.fullmatch(verifier):
        raise OAuthError("invalid_request", "`code_verifier` must be the 43 to 128 characters that PKCE began with.")
    if not hmac.compare_digest(challenge_of(verifier), challenge):
        raise OAuthError("invalid_grant", "`code_verifier` does not fit the code's challenge.")


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a verifier (section 4.2)."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).decode("ascii").rstrip("=")
