"""Ids are opaque and URL-safe; those of things with a time sort by it."""

import itertools
import secrets
from datetime import datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32, in ASCII order
_SEQUENCE_BITS = 16
_RANDOM_BITS = 64
_LENGTH = 26

_sequence = itertools.count()  # keeps ids of one process and one millisecond in the order they were made


def mint(now: datetime) -> str:
    """A new id of 26 characters that sorts by time: 48 bits of milliseconds, 16 of a counter, 64 random."""
    milliseconds = int(now.timestamp() * 1000)
    number = milliseconds << _SEQUENCE_BITS | next(_sequence) % (1 << _SEQUENCE_BITS)
    return _encode(number << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS), _LENGTH)


def mint_user_id() -> str:
    """A new user id: `u` and 60 random bits."""
    return "u" + _encode(secrets.randbits(60), 12)


def mint_request_id() -> str:
    """A new id for one request: 60 random bits."""
    return _encode(secrets.randbits(60), 12)


def mint_bucket_id() -> int:
    """A new bucket id: a positive 31-bit integer, because clients send it as one and models copy it."""
    return secrets.randbelow(2**31 - 1_000_000) + 1_000_000


def is_id(text: str) -> bool:
    """Whether this could be an id at all."""
    return 0 < len(text) <= 64 and all(c.isascii() and (c.isalnum() or c in "-_") for c in text)


def _encode(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 32)
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))
