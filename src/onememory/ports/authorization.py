"""What has been handed out over OAuth, as rows: codes, access and refresh tokens, each by the hash of its secret."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from onememory.domain.accounts import Permission
from onememory.domain.authorization import Code, Grant, RefreshToken


class GrantRows(Protocol):
    """The codes, access tokens and refresh tokens of one user; a connection itself is a row of the tokens."""

    def add_code(self, secret_hash: bytes, grant: Grant, expires_at: datetime) -> None:
        """Insert."""
        ...

    def code(self, secret_hash: bytes) -> Code | None:
        """The code with this secret, redeemed or not."""
        ...

    def redeem(self, secret_hash: bytes, token_id: str) -> None:
        """Record which connection a code has made."""
        ...

    def add_access(
        self, token_id: str, secret_hash: bytes, permissions: Collection[Permission], expires_at: datetime
    ) -> None:
        """Insert an access token of a connection."""
        ...

    def add_refresh(self, token_id: str, secret_hash: bytes, expires_at: datetime) -> None:
        """Insert a refresh token of a connection."""
        ...

    def refresh(self, secret_hash: bytes) -> RefreshToken | None:
        """The refresh token with this secret, used or not."""
        ...

    def use_refresh(self, secret_hash: bytes, at: datetime) -> None:
        """Record that a refresh token has been used."""
        ...

    def extend(self, token_id: str, until: datetime) -> None:
        """Move the end of a connection."""
        ...

    def forget_expired(self, codes_before: datetime, now: datetime) -> None:
        """Delete codes that expired before that time, and what else has expired."""
        ...
