"""Identities at a provider as rows."""

from onememory.domain.identities import Identity
from onememory.storage.scoped import Connection, Row, from_ms, to_ms

_COLUMNS = "issuer, subject, user_id, name, linked_at"


class IdentityTable:
    """The identities of everybody; implements the port IdentityRows."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def get(self, issuer: str, subject: str) -> Identity | None:
        """Whoever this is here."""
        sql = f"SELECT {_COLUMNS} FROM identities WHERE issuer = :issuer AND subject = :subject"
        rows = self._db.rows(sql, {"issuer": issuer, "subject": subject})
        return _identity(rows[0]) if rows else None

    def of_user(self, user_id: str) -> list[Identity]:
        """One user's, in the order of their linking."""
        sql = f"SELECT {_COLUMNS} FROM identities WHERE user_id = :user_id ORDER BY linked_at, subject"
        return [_identity(row) for row in self._db.rows(sql, {"user_id": user_id})]

    def add(self, identity: Identity) -> None:
        """Insert; raises Conflict where it is somebody's already."""
        self._db.rows(
            f"INSERT INTO identities ({_COLUMNS}) VALUES (:issuer, :subject, :user_id, :name, :linked_at)",
            {
                "issuer": identity.issuer,
                "subject": identity.subject,
                "user_id": identity.user_id,
                "name": identity.name,
                "linked_at": to_ms(identity.linked_at),
            },
        )

    def remove(self, user_id: str, issuer: str, subject: str) -> None:
        """Delete one of a user, if it is there."""
        self._db.rows(
            "DELETE FROM identities WHERE user_id = :user_id AND issuer = :issuer AND subject = :subject",
            {"user_id": user_id, "issuer": issuer, "subject": subject},
        )


def _identity(row: Row) -> Identity:
    issuer, subject, user_id, name, linked_at = row
    return Identity(issuer, subject, user_id, name, from_ms(linked_at))
