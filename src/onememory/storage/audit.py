"""The audit log as rows."""

from collections.abc import Sequence
from datetime import datetime

from onememory.domain.audit import AuditEntry
from onememory.domain.provenance import Channel
from onememory.storage.scoped import Row, Scoped, from_ms, placeholders, to_ms

_ENTRY = "entry_id, at, action, channel, token_id, source, items, count"


class AuditTable:
    """The audit log of one user; implements the port AuditRows."""

    def __init__(self, db: Scoped) -> None:
        self._db = db

    def add(self, entries: Sequence[AuditEntry]) -> None:
        """Append."""
        self._db.many(
            f"INSERT INTO audit (user_id, {_ENTRY}) "
            "VALUES (:user_id, :entry_id, :at, :action, :channel, :token_id, :source, :items, :count)",
            (
                {
                    "entry_id": entry.id,
                    "at": to_ms(entry.at),
                    "action": entry.action,
                    "channel": entry.channel,
                    "token_id": entry.token_id,
                    "source": entry.source,
                    "items": " ".join(entry.items),
                    "count": entry.count,
                }
                for entry in entries
            ),
        )

    def newest(self, limit: int, skip: int = 0) -> list[AuditEntry]:
        """Newest first."""
        sql = f"SELECT {_ENTRY} FROM audit WHERE user_id = :user_id ORDER BY entry_id DESC LIMIT :limit OFFSET :skip"
        return [_entry(row) for row in self._db.rows(sql, limit=limit, skip=skip)]

    def of_actions(self, actions: Sequence[str], since: datetime, limit: int) -> list[AuditEntry]:
        """The newest entries of these actions, newest first."""
        names, values = placeholders("action", actions)
        sql = (
            f"SELECT {_ENTRY} FROM audit WHERE user_id = :user_id AND at >= :since AND action IN ({names}) "
            "ORDER BY entry_id DESC LIMIT :limit"
        )
        return [_entry(row) for row in self._db.rows(sql, since=to_ms(since), limit=limit, **values)]

    def forget_before(self, moment: datetime) -> int:
        """Drop what is older; how many were dropped."""
        rows = self._db.rows(
            "DELETE FROM audit WHERE user_id = :user_id AND at < :moment RETURNING entry_id", moment=to_ms(moment)
        )
        return len(rows)


def _entry(row: Row) -> AuditEntry:
    entry_id, at, action, channel, token_id, source, items, count = row
    return AuditEntry(entry_id, from_ms(at), action, Channel(channel), token_id, source, tuple(items.split()), count)
