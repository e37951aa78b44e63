"""Codes, access tokens and refresh tokens as rows; of a secret only its hash is kept."""

from collections.abc import Collection
from datetime import datetime

import msgspec

from onememory.domain.accounts import Permission
from onememory.domain.authorization import Code, Grant, RefreshToken
from onememory.storage.scoped import Scoped, from_ms, optional_time, to_ms


class GrantTable:
    """What one user has handed out over OAuth; implements the port GrantRows."""

    def __init__(self, db: Scoped) -> None:
        self._db = db

    def add_code(self, secret_hash: bytes, grant: Grant, expires_at: datetime) -> None:
        """Insert."""
        self._db.rows(
            "INSERT INTO oauth_codes (secret_hash, user_id, granted, expires_at) "
            "VALUES (:secret_hash, :user_id, :granted, :expires_at)",
            secret_hash=secret_hash,
            granted=msgspec.json.encode(grant).decode(),
            expires_at=to_ms(expires_at),
        )

    def code(self, secret_hash: bytes) -> Code | None:
        """The code with this secret, redeemed or not."""
        row = self._db.row(
            "SELECT granted, expires_at, token_id FROM oauth_codes "
            "WHERE user_id = :user_id AND secret_hash = :secret_hash",
            secret_hash=secret_hash,
        )
        return Code(msgspec.json.decode(row[0], type=Grant), from_ms(row[1]), row[2]) if row else None

    def redeem(self, secret_hash: bytes, token_id: str) -> None:
        """Record which connection a code has made."""
        self._db.rows(
            "UPDATE oauth_codes SET token_id = :token_id WHERE user_id = :user_id AND secret_hash = :secret_hash",
            secret_hash=secret_hash,
            token_id=token_id,
        )

    def add_access(
        self, token_id: str, secret_hash: bytes, permissions: Collection[Permission], expires_at: datetime
    ) -> None:
        """Insert an access token of a connection."""
        self._db.rows(
            "INSERT INTO token_owners (secret_hash, user_id, token_id, permissions, expires_at) "
            "VALUES (:secret_hash, :user_id, :token_id, :permissions, :expires_at)",
            secret_hash=secret_hash,
            token_id=token_id,
            permissions=" ".join(sorted(permissions)),
            expires_at=to_ms(expires_at),
        )

    def add_refresh(self, token_id: str, secret_hash: bytes, expires_at: datetime) -> None:
        """Insert a refresh token of a connection."""
        self._db.rows(
            "INSERT INTO oauth_refresh_tokens (secret_hash, user_id, token_id, expires_at) "
            "VALUES (:secret_hash, :user_id, :token_id, :expires_at)",
            secret_hash=secret_hash,
            token_id=token_id,
            expires_at=to_ms(expires_at),
        )

    def refresh(self, secret_hash: bytes) -> RefreshToken | None:
        """The refresh token with this secret, used or not."""
        row = self._db.row(
            "SELECT token_id, expires_at, used_at FROM oauth_refresh_tokens "
            "WHERE user_id = :user_id AND secret_hash = :secret_hash",
            secret_hash=secret_hash,
        )
        return RefreshToken(row[0], from_ms(row[1]), optional_time(row[2])) if row else None

    def use_refresh(self, secret_hash: bytes, at: datetime) -> None:
        """Record that a refresh token has been used."""
        self._db.rows(
            "UPDATE oauth_refresh_tokens SET used_at = :at WHERE user_id = :user_id AND secret_hash = :secret_hash",
            secret_hash=secret_hash,
            at=to_ms(at),
        )

    def extend(self, token_id: str, until: datetime) -> None:
        """Move the end of a connection."""
        self._db.rows(
            "UPDATE tokens SET expires_at = :until WHERE user_id = :user_id AND token_id = :token_id",
            token_id=token_id,
            until=to_ms(until),
        )

    def forget_expired(self, codes_before: datetime, now: datetime) -> None:
        """Delete codes that expired before that time, and what else has expired."""
        for table, moment in (("oauth_codes", codes_before), ("oauth_refresh_tokens", now), ("token_owners", now)):
            self._db.rows(
                f"DELETE FROM {table} WHERE user_id = :user_id AND expires_at < :moment", moment=to_ms(moment)
            )
