"""Who is at work on what as rows."""

from datetime import datetime

from onememory.storage.scoped import Scoped, to_ms


class ClaimTable:
    """The claims of one user's work; implements the port ClaimRows."""

    def __init__(self, db: Scoped) -> None:
        self._db = db

    def take(self, name: str, holder: str, now: datetime, until: datetime) -> bool:
        """Claim work or renew the claim; False where somebody else holds it still."""
        sql = """
            INSERT INTO claims (user_id, name, holder, until) VALUES (:user_id, :name, :holder, :until)
            ON CONFLICT (user_id, name) DO UPDATE SET holder = excluded.holder, until = excluded.until
            WHERE claims.user_id = :user_id AND (claims.holder = :holder OR claims.until <= :now)
            RETURNING holder
        """
        return bool(self._db.rows(sql, name=name, holder=holder, now=to_ms(now), until=to_ms(until)))

    def release(self, name: str, holder: str) -> None:
        """Give up a claim, where the holder still has it."""
        sql = "DELETE FROM claims WHERE user_id = :user_id AND name = :name AND holder = :holder"
        self._db.rows(sql, name=name, holder=holder)

    def is_held(self, name: str, now: datetime) -> bool:
        """Whether somebody is at work on it."""
        sql = "SELECT 1 FROM claims WHERE user_id = :user_id AND name = :name AND until > :now"
        return bool(self._db.rows(sql, name=name, now=to_ms(now)))
