"""Clients that registered themselves; they belong to nobody, so they are part of the directory."""

from datetime import datetime
from typing import Protocol

from onememory.domain.authorization import OAuthClient


class OAuthClientRows(Protocol):
    """The registered clients. One counts as used once it has been given access."""

    def add(self, client: OAuthClient, secret_hash: bytes | None) -> None:
        """Insert a client that has the time of its registration."""
        ...

    def get(self, client_id: str) -> tuple[OAuthClient, bytes | None] | None:
        """The client and the hash of its secret, where it has one."""
        ...

    def touch(self, client_id: str, at: datetime) -> None:
        """Record the last use."""
        ...

    def remove_unused(self, before: datetime, most: int) -> None:
        """Delete those never used that registered before this time, and of the rest all but the newest `most`."""
        ...
