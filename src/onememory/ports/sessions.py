"""Browsers in which people are signed in; found by a secret before there is a scope, so part of the directory."""

from datetime import datetime
from typing import Protocol

from onememory.domain.sessions import Session


class SessionRows(Protocol):
    """The sessions of everybody."""

    def add(self, session: Session, secret_hash: bytes) -> None:
        """Insert."""
        ...

    def get(self, secret_hash: bytes) -> Session | None:
        """The session with this secret, expired or not."""
        ...

    def of_user(self, user_id: str) -> list[Session]:
        """One user's, newest first, expired ones too."""
        ...

    def end(self, secret_hash: bytes) -> None:
        """Delete one, if it is there."""
        ...

    def end_one(self, user_id: str, session_id: str) -> None:
        """Delete one of a user, if it is there."""
        ...

    def end_all(self, user_id: str, except_for: bytes | None = None) -> None:
        """Delete every one of a user, except for the one with this secret."""
        ...

    def forget_expired(self, user_id: str, now: datetime) -> None:
        """Delete those of a user that have expired."""
        ...
