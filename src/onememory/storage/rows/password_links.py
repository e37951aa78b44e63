"""One-time links to choose a password as rows; of a secret only its hash is kept."""

from datetime import datetime

from onememory.storage.scoped import Connection, from_ms, to_ms


class PasswordLinkTable:
    """The links of everybody; implements the port PasswordLinkRows."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def put(self, user_id: str, secret_hash: bytes, expires_at: datetime) -> None:
        """Insert, in place of an earlier one of this user."""
        self.remove(user_id)
        self._db.rows(
            "INSERT INTO password_links (secret_hash, user_id, expires_at) "
            "VALUES (:secret_hash, :user_id, :expires_at)",
            {"secret_hash": secret_hash, "user_id": user_id, "expires_at": to_ms(expires_at)},
        )

    def get(self, secret_hash: bytes) -> tuple[str, datetime] | None:
        """The user whom the link with this secret is for, and until when."""
        sql = "SELECT user_id, expires_at FROM password_links WHERE secret_hash = :secret_hash"
        rows = self._db.rows(sql, {"secret_hash": secret_hash})
        return (str(rows[0][0]), from_ms(rows[0][1])) if rows else None

    def remove(self, user_id: str) -> None:
        """Delete the one of a user, if there is one."""
        self._db.rows("DELETE FROM password_links WHERE user_id = :user_id", {"user_id": user_id})
