"""Sign-ins that wait for a code as rows; of a secret only its hash is kept."""

from datetime import datetime

from onememory.domain.sessions import SignInStep
from onememory.storage.scoped import Connection, from_ms, to_ms


class SignInStepTable:
    """The sign-ins of everybody that are half done; implements the port SignInStepRows."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, secret_hash: bytes, step: SignInStep, most: int) -> None:
        """Insert; of one user the newest `most` are kept."""
        self._db.rows(
            "INSERT INTO sign_in_steps (secret_hash, user_id, name, password_mark, expires_at) "
            "VALUES (:secret_hash, :user_id, :name, :password_mark, :expires_at)",
            {
                "secret_hash": secret_hash,
                "user_id": step.user_id,
                "name": step.name,
                "password_mark": step.password_mark,
                "expires_at": to_ms(step.expires_at),
            },
        )
        self._db.rows(
            "DELETE FROM sign_in_steps WHERE user_id = :user_id AND secret_hash NOT IN (SELECT secret_hash "
            "FROM sign_in_steps WHERE user_id = :user_id ORDER BY expires_at DESC LIMIT :most)",
            {"user_id": step.user_id, "most": most},
        )

    def get(self, secret_hash: bytes) -> SignInStep | None:
        """The one with this secret, expired or not."""
        sql = "SELECT user_id, name, password_mark, expires_at FROM sign_in_steps WHERE secret_hash = :secret_hash"
        rows = self._db.rows(sql, {"secret_hash": secret_hash})
        if not rows:
            return None
        user_id, name, password_mark, expires_at = rows[0]
        return SignInStep(user_id, name, bytes(password_mark), from_ms(expires_at))

    def remove(self, secret_hash: bytes) -> None:
        """Delete one, if it is there."""
        self._db.rows("DELETE FROM sign_in_steps WHERE secret_hash = :secret_hash", {"secret_hash": secret_hash})

    def forget_expired(self, now: datetime) -> None:
        """Delete those that nobody has finished in time."""
        self._db.rows("DELETE FROM sign_in_steps WHERE expires_at <= :now", {"now": to_ms(now)})
