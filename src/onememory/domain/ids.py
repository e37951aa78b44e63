"""Ids are opaque and URL-safe; those of things with a time sort by it."""

import base64
import itertools
import re
import secrets
from datetime import datetime

_SEQUENCE_BITS = 16
_RANDOM_BYTES = 8
_USER_ID = re.compile("u[0-9a-v]{13}")

_sequence = itertools.count()  # keeps ids of one process and one millisecond in the order they were made


def mint(now: datetime) -> str:
    """A new id of 26 characters that sorts by time: 48 bits of milliseconds, 16 of a counter, 64 random."""
    moment = int(now.timestamp() * 1000) << _SEQUENCE_BITS | next(_sequence) % (1 << _SEQUENCE_BITS)
    return _encode(moment.to_bytes(8, "big") + secrets.token_bytes(_RANDOM_BYTES))


def mint_user_id() -> str:
    """A new user id: `u` and 64 random bits."""
    return "u" + mint_request_id()


def is_user_id(text: str) -> bool:
    """Whether this could be a user id."""
    return _USER_ID.fullmatch(text) is not None


def mint_request_id() -> str:
    """A new id for one request: 64 random bits."""
    return _encode(secrets.token_bytes(_RANDOM_BYTES))


def mint_bucket_id() -> int:
    """A new bucket id: a positive 31-bit integer, because clients send it as one and models copy it."""
    return secrets.randbelow(2**31 - 1_000_000) + 1_000_000


def least_id(moment: datetime) -> str:
    """What sorts before every id that is made at this moment or later, and behind all earlier ones."""
    return _start(_milliseconds(moment))


def id_behind(moment: datetime) -> str:
    """What sorts behind every id that is made at this moment or earlier, and before all later ones."""
    return _start(_milliseconds(moment) + 1)


def _milliseconds(moment: datetime) -> int:
    return max(0, int(moment.timestamp() * 1000))  # nothing has an id of before 1970


def _start(milliseconds: int) -> str:
    return _encode((milliseconds << _SEQUENCE_BITS).to_bytes(8, "big"))[:12]


def is_id(text: str) -> bool:
    """Whether this could be an id at all."""
    return 0 < len(text) <= 64 and all(c.isascii() and (c.isalnum() or c in "-_") for c in text)


def _encode(content: bytes) -> str:
    # Base 32 with the digits before the letters (RFC 4648, section 7) sorts as the bytes do.
    return base64.b32hexencode(content).decode().rstrip("=").lower()
