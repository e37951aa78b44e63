"""One-time links to choose a password as rows; found by a secret before there is a scope, so part of the directory."""

from datetime import datetime
from typing import Protocol


class PasswordLinkRows(Protocol):
    """The links of everybody; one for each at most."""

    def put(self, user_id: str, secret_hash: bytes, expires_at: datetime) -> None:
        """Insert, in place of an earlier one of this user."""
        ...

    def get(self, secret_hash: bytes) -> tuple[str, datetime] | None:
        """The user whom the link with this secret is for, and until when."""
        ...

    def remove(self, user_id: str) -> None:
        """Delete the one of a user, if there is one."""
        ...
