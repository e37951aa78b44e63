"""Tokens as rows; of a secret only its hash is kept."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from onememory.domain.accounts import Permission, Token, WritePolicy
from onememory.storage.scoped import Row, Scoped, from_ms, optional_ms, optional_time, to_ms

TOKEN_COLUMNS = (
    "user_id, token_id, name, permissions, policy, bucket_ids, created_at, expires_at, last_used_at, revoked_at, "  # noqa: S105
    "client_id, resource"
)


class TokenTable:
    """The tokens of one user; implements the port TokenRows."""

    def __init__(self, db: Scoped) -> None:
        self._db = db

    def add(self, token: Token, secret_hash: bytes | None) -> None:
        """Insert; without a secret where access tokens follow. Raises Conflict when this secret exists."""
        if secret_hash is not None:
            self._db.rows(
                "INSERT INTO token_owners (secret_hash, user_id, token_id) VALUES (:secret_hash, :user_id, :token_id)",
                secret_hash=secret_hash,
                token_id=token.id,
            )
        self._db.rows(
            "INSERT INTO tokens (user_id, token_id, name, permissions, policy, bucket_ids, created_at, expires_at, "
            "client_id, resource) VALUES (:user_id, :token_id, :name, :permissions, :policy, :bucket_ids, :created_at, "
            ":expires_at, :client_id, :resource)",
            token_id=token.id,
            name=token.name,
            permissions=_written_permissions(token),
            policy=token.policy,
            bucket_ids=_written_buckets(token),
            created_at=to_ms(token.created_at),
            expires_at=optional_ms(token.expires_at),
            client_id=token.client_id,
            resource=token.resource,
        )

    def all(self) -> list[Token]:
        """Newest first, revoked ones too."""
        sql = f"SELECT {TOKEN_COLUMNS} FROM tokens WHERE user_id = :user_id ORDER BY token_id DESC"
        return [token_of(row) for row in self._db.rows(sql)]

    def get(self, token_id: str) -> Token | None:
        """The token with this id."""
        sql = f"SELECT {TOKEN_COLUMNS} FROM tokens WHERE user_id = :user_id AND token_id = :token_id"
        row = self._db.row(sql, token_id=token_id)
        return token_of(row) if row else None

    def change(self, token: Token) -> None:
        """Replace name, permissions, policy, buckets and end."""
        self._db.rows(
            "UPDATE tokens SET name = :name, permissions = :permissions, policy = :policy, bucket_ids = :bucket_ids, "
            "expires_at = :expires_at WHERE user_id = :user_id AND token_id = :token_id",
            token_id=token.id,
            name=token.name,
            permissions=_written_permissions(token),
            policy=token.policy,
            bucket_ids=_written_buckets(token),
            expires_at=optional_ms(token.expires_at),
        )

    def revoke(self, token_id: str, at: datetime) -> None:
        """Mark as revoked."""
        self._db.rows(
            "UPDATE tokens SET revoked_at = :at WHERE user_id = :user_id AND token_id = :token_id",
            token_id=token_id,
            at=to_ms(at),
        )

    def touch(self, last_used: Mapping[str, datetime]) -> None:
        """Record last uses."""
        self._db.many(
            "UPDATE tokens SET last_used_at = :at WHERE user_id = :user_id AND token_id = :token_id",
            ({"token_id": token_id, "at": to_ms(at)} for token_id, at in last_used.items()),
        )


def _written_permissions(token: Token) -> str:
    return " ".join(sorted(token.permissions))


def _written_buckets(token: Token) -> str | None:
    return None if token.bucket_ids is None else " ".join(map(str, sorted(token.bucket_ids)))


def token_of(row: Row) -> Token:
    """The token in a row of TOKEN_COLUMNS."""
    user_id, token_id, name, permissions, policy, bucket_ids, *moments, client_id, resource = row
    created_at, expires_at, last_used_at, revoked_at = moments
    return Token(
        id=token_id,
        user_id=user_id,
        name=name,
        permissions=frozenset(map(Permission, permissions.split())),
        policy=WritePolicy(policy),
        bucket_ids=None if bucket_ids is None else frozenset(map(int, bucket_ids.split())),
        created_at=from_ms(created_at),
        expires_at=optional_time(expires_at),
        last_used_at=optional_time(last_used_at),
        revoked_at=optional_time(revoked_at),
        client_id=client_id,
        resource=resource,
    )


def access_of(token: Token, permissions: str, expires_at: datetime) -> Token:
    """The token as far as one of its access secrets reaches."""
    ends = min(token.expires_at or expires_at, expires_at)
    return replace(
        token, permissions=token.permissions & frozenset(map(Permission, permissions.split())), expires_at=ends
    )
