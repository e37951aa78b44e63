"""Sign-in sessions as rows; of a secret only its hash is kept."""

from datetime import datetime

from onememory.domain.sessions import Session
from onememory.storage.scoped import Connection, Row, from_ms, to_ms

_COLUMNS = "session_id, user_id, agent, created_at, expires_at"


class SessionTable:
    """The sessions of everybody; implements the port SessionRows."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, session: Session, secret_hash: bytes) -> None:
        """Insert."""
        self._db.rows(
            f"INSERT INTO sessions (secret_hash, {_COLUMNS}) "
            "VALUES (:secret_hash, :session_id, :user_id, :agent, :created_at, :expires_at)",
            {
                "secret_hash": secret_hash,
                "session_id": session.id,
                "user_id": session.user_id,
                "agent": session.agent,
                "created_at": to_ms(session.created_at),
                "expires_at": to_ms(session.expires_at),
            },
        )

    def get(self, secret_hash: bytes) -> Session | None:
        """The session with this secret, expired or not."""
        sql = f"SELECT {_COLUMNS} FROM sessions WHERE secret_hash = :secret_hash"
        rows = self._db.rows(sql, {"secret_hash": secret_hash})
        return _session(rows[0]) if rows else None

    def of_user(self, user_id: str) -> list[Session]:
        """One user's, newest first, expired ones too."""
        sql = f"SELECT {_COLUMNS} FROM sessions WHERE user_id = :user_id ORDER BY created_at DESC, session_id DESC"
        return [_session(row) for row in self._db.rows(sql, {"user_id": user_id})]

    def end(self, secret_hash: bytes) -> None:
        """Delete one, if it is there."""
        self._db.rows("DELETE FROM sessions WHERE secret_hash = :secret_hash", {"secret_hash": secret_hash})

    def end_one(self, user_id: str, session_id: str) -> None:
        """Delete one of a user, if it is there."""
        self._db.rows(
            "DELETE FROM sessions WHERE user_id = :user_id AND session_id = :session_id",
            {"user_id": user_id, "session_id": session_id},
        )

    def end_all(self, user_id: str, except_for: bytes | None = None) -> None:
        """Delete every one of a user, except for the one with this secret."""
        self._db.rows(
            "DELETE FROM sessions WHERE user_id = :user_id AND secret_hash <> :kept",
            {"user_id": user_id, "kept": except_for or b""},
        )

    def forget_expired(self, user_id: str, now: datetime) -> None:
        """Delete those of a user that have expired."""
        self._db.rows(
            "DELETE FROM sessions WHERE user_id = :user_id AND expires_at <= :now",
            {"user_id": user_id, "now": to_ms(now)},
        )


def _session(row: Row) -> Session:
    session_id, user_id, agent, created_at, expires_at = row
    return Session(session_id, user_id, agent, from_ms(created_at), from_ms(expires_at))
