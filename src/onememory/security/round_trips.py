"""What a browser carries to an identity provider and back, bound to its cookie: nothing is kept here meanwhile.

The state is signed together with the visitor's secret, so it is worth nothing in another browser; the nonce and the
verifier of PKCE are made of both and of our key, so only we can know them, and any process of ours knows them again.
"""

import base64
import binascii
import json
import secrets
from dataclasses import dataclass

from onememory.security.signed_links import is_signed, signature

_STATE, _NONCE, _VERIFIER = "provider state", "provider nonce", "provider verifier"


@dataclass(frozen=True, slots=True)
class Trip:
    """Why the browser was sent away; the provider can read it, and logs may hold it, so nothing of ours is told."""

    user_id: str  # of who links an account there with the one here; empty for a sign-in
    until: int  # seconds since 1970 in UTC


def sealed(key: bytes, visitor: str, trip: Trip) -> str:
    """The state of a new trip; no two are alike."""
    written = json.dumps([trip.until, trip.user_id, secrets.token_urlsafe(12)])
    payload = base64.urlsafe_b64encode(written.encode()).decode()
    return f"{payload}.{signature(key, _STATE, visitor, payload)}"


def opened(key: bytes, visitor: str, state: str, now: float) -> Trip | None:
    """The trip, where this browser was sent on it and has not been away too long."""
    payload, _, signed = state.partition(".")
    if not is_signed(key, signed, _STATE, visitor, payload):
        return None
    try:
        until, user_id, _ = json.loads(base64.urlsafe_b64decode(payload))
    except (ValueError, binascii.Error):
        return None
    return Trip(user_id, until) if now < until else None


def nonce_of(key: bytes, visitor: str, state: str) -> str:
    """What the provider must say again in its signed answer (OpenID Connect Core, section 3.1.2.1)."""
    return signature(key, _NONCE, visitor, state)


def verifier_of(key: bytes, visitor: str, state: str) -> str:
    """The verifier of PKCE (RFC 7636, section 4.1): 43 characters."""
    return signature(key, _VERIFIER, visitor, state)
