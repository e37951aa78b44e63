"""What a sign-in leaves in a browser, so that strangers' wrong tries keep no one out who has been there before.

A mark proves nothing but that; who steals one may try as many passwords as anybody else.
"""

import secrets

from onememory.security.signed_links import is_signed, signature

_PURPOSE = "known browser"


def mint_mark(key: bytes, user_id: str) -> str:
    """A new mark for a browser in which this user has signed in."""
    number = secrets.token_urlsafe(16)
    return f"{number}.{signature(key, _PURPOSE, user_id, number)}"


def is_mark(key: bytes, user_id: str, mark: str) -> bool:
    """Whether this user has signed in where this mark was left."""
    number, _, signed = mark.partition(".")
    return is_signed(key, signed, _PURPOSE, user_id, number)
