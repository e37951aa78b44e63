"""ID tokens: who has signed in, signed by the provider (OpenID Connect Core 1.0, section 3.1.3.7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from onememory.domain.errors import Unauthenticated
from onememory.domain.identities import Identified

LEEWAY = 60  # seconds by which its clock and ours may differ
LONGEST_SUBJECT = 255  # characters (section 2)

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
    """What the token says; raises UnknownKey where newer keys may help, and Unauthenticated for all else."""
    try:
        key_set = KeySet.import_key_set(msgspec.json.decode(keys))
        return jwt.decode(token, key_set, algorithms=algorithms).claims
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise UnknownKey(str(error)) from error


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
    names = [claims[name] for name in _NAMES if isinstance(claims.get(name), str) and claims[name].strip()]
    return Identified(expected.issuer, subject, tuple(names))
