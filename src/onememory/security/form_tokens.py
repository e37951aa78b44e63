"""Tokens in forms, bound to the visitor's secret: another site can send a form, but cannot know what belongs in it."""

import hashlib
import hmac

_PURPOSE = b"onememory form"
_ONCE = b"onememory once "


def form_token(secret: str) -> str:
    """What belongs in every form of the visitor with this secret."""
    return hmac.new(secret.encode(), _PURPOSE, hashlib.sha256).hexdigest()


def is_form_token(token: str, secret: str) -> bool:
    """Whether this token belongs to that visitor."""
    return hmac.compare_digest(token.encode(), form_token(secret).encode())


def once_mark(secret: str, made_id: str) -> str:
    """What belongs in a form that makes one thing once: the id that the thing will have, signed for this visitor."""
    return f"{made_id}.{_signature(secret, made_id)}"


def once_id(mark: str, secret: str) -> str | None:
    """The id in a mark of that visitor's; None for any other text."""
    made_id, _, signature = mark.partition(".")
    return made_id if hmac.compare_digest(signature.encode(), _signature(secret, made_id).encode()) else None


def _signature(secret: str, made_id: str) -> str:
    return hmac.new(secret.encode(), _ONCE + made_id.encode(), hashlib.sha256).hexdigest()
