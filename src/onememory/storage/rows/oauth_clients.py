"""Registered clients as rows; of a secret only its hash is kept."""

import json
from datetime import datetime

from onememory.domain.authorization import OAuthClient
from onememory.storage.scoped import Connection, Row, from_ms, optional_ms, optional_time, to_ms

_COLUMNS = "client_id, name, redirect_uris, uri, secret_hash, registered_at, last_used_at"


class OAuthClientTable:
    """The registered clients of everybody; implements the port OAuthClientRows."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, client: OAuthClient, secret_hash: bytes | None) -> None:
        """Insert a client that has the time of its registration."""
        self._db.rows(
            f"INSERT INTO oauth_clients ({_COLUMNS}) "
            "VALUES (:client_id, :name, :redirect_uris, :uri, :secret_hash, :registered_at, :last_used_at)",
            {
                "client_id": client.id,
                "name": client.name,
                "redirect_uris": json.dumps(client.redirect_uris),
                "uri": client.uri,
                "secret_hash": secret_hash,
                "registered_at": optional_ms(client.registered_at),
                "last_used_at": optional_ms(client.last_used_at),
            },
        )

    def get(self, client_id: str) -> tuple[OAuthClient, bytes | None] | None:
        """The client and the hash of its secret, where it has one."""
        sql = f"SELECT {_COLUMNS} FROM oauth_clients WHERE client_id = :client_id"
        rows = self._db.rows(sql, {"client_id": client_id})
        return _client(rows[0]) if rows else None

    def touch(self, client_id: str, at: datetime) -> None:
        """Record the last use."""
        self._db.rows(
            "UPDATE oauth_clients SET last_used_at = :at WHERE client_id = :client_id",
            {"client_id": client_id, "at": to_ms(at)},
        )

    def remove_unused(self, before: datetime, most: int) -> None:
        """Delete those never used that registered before this time, and of the rest all but the newest `most`."""
        self._db.rows(
            "DELETE FROM oauth_clients WHERE last_used_at IS NULL AND (registered_at < :before OR client_id IN ("
            "SELECT client_id FROM oauth_clients WHERE last_used_at IS NULL "
            "ORDER BY registered_at DESC, client_id DESC LIMIT 1000000 OFFSET :most))",
            {"before": to_ms(before), "most": most},
        )


def _client(row: Row) -> tuple[OAuthClient, bytes | None]:
    client_id, name, redirect_uris, uri, secret_hash, registered_at, last_used_at = row
    client = OAuthClient(
        id=client_id,
        name=name,
        redirect_uris=tuple(json.loads(redirect_uris)),
        uri=uri,
        has_secret=secret_hash is not None,
        registered_at=from_ms(registered_at),
        last_used_at=optional_time(last_used_at),
    )
    return client, secret_hash
