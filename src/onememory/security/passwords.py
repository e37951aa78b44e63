"""Passwords as Argon2id hashes (RFC 9106, the library's defaults: its low-memory profile)."""

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from onememory.domain.errors import InvalidInput

SHORTEST = 8  # characters; NIST SP 800-63B, section 5.1.1.2
LONGEST = 1_000

_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """What is kept of a password; raises InvalidInput for one that is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise InvalidInput(f"A password has {SHORTEST} to {LONGEST:,} characters.")
    return _hasher.hash(password)


def is_password(password: str, password_hash: str | None) -> bool:
    """Whether this is the password behind the hash; None, where there is no password, takes the same time to refuse."""
    nobodys = _nobodys_hash()
    try:
        return _hasher.verify(password_hash or nobodys, password) and password_hash is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


@cache
def _nobodys_hash() -> str:
    return _hasher.hash(secrets.token_urlsafe())
