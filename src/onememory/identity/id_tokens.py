"""ID tokens: who has signed in, signed by the provider (OpenID Connect Core 1.0, section 3.1.3.7)."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, import_key

from onememory.domain.errors import Unauthenticated
from onememory.domain.identities import Identified

LEEWAY = 60  # seconds by which its clock and ours may differ
LONGEST_SUBJECT = 255  # characters (section 2)

_UNREADABLE = (JoseError, ValueError, KeyError, TypeError)
_NAMES = ("preferred_username", "email", "name")


@dataclass(frozen=True, slots=True)
class Expected:
    """What must stand in the token."""

    issuer: str
    client_id: str
    nonce: str
    now: datetime


class UnknownKey(Exception):
    """The token is signed by none of these keys, as far as they are known."""


def claims_of(token: str, keys: bytes, algorithms: list[str]) -> Mapping[str, Any]:
    """What the token says; raises UnknownKey, where newer keys may help."""
    try:
        return jwt.decode(token, _readable(keys), algorithms=algorithms).claims
    except _UNREADABLE as error:
        raise UnknownKey(str(error)) from error


def _readable(keys: bytes) -> KeySet:
    """Those that we understand; others are no reason to refuse these (RFC 7517, section 5)."""
    found = []
    for key in msgspec.json.decode(keys)["keys"]:
        with contextlib.suppress(*_UNREADABLE):
            found.append(import_key(key))
    return KeySet(found)


def identified_by(claims: Mapping[str, Any], expected: Expected) -> Identified:
    """Who it is; raises Unauthenticated where one of the claims is not as it must be."""
    registry = jwt.JWTClaimsRegistry(
        now=lambda: int(expected.now.timestamp()),
        leeway=LEEWAY,
        iss={"essential": True, "value": expected.issuer},
        aud={"essential": True, "value": expected.client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": expected.nonce},
    )
    try:
        registry.validate(dict(claims))
    except (JoseError, TypeError, ValueError) as error:
        raise Unauthenticated("The identity provider's answer does not belong to this sign-in. Begin again.") from error
    subject = claims["sub"]
    if not isinstance(subject, str) or not 1 <= len(subject) <= LONGEST_SUBJECT:
        raise Unauthenticated("The identity provider's answer names nobody.")
    if claims.get("azp", expected.client_id) != expected.client_id:
        raise Unauthenticated("The identity provider's answer is meant for another program.")
    return Identified(expected.issuer, subject, names_in(claims))


def names_in(claims: Mapping[str, Any]) -> tuple[str, ...]:
    """What the claims call somebody, the best first (section 5.1)."""
    return tuple(claims[name] for name in _NAMES if isinstance(claims.get(name), str) and claims[name].strip())
