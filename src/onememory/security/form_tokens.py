"""Tokens in forms, bound to the visitor's secret: another site can send a form, but cannot know what belongs in it."""

import hashlib
import hmac

_PURPOSE = b"onememory form"


def form_token(secret: str) -> str:
    """What belongs in every form of the visitor with this secret."""
    return hmac.new(secret.encode(), _PURPOSE, hashlib.sha256).hexdigest()


def is_form_token(token: str, secret: str) -> bool:
    """Whether this token belongs to that visitor."""
    return hmac.compare_digest(token.encode(), form_token(secret).encode())
