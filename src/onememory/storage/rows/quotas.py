"""Quotas as rows; there is one only where somebody is limited."""

from onememory.domain.quotas import Quota, Usage
from onememory.storage.scoped import Scoped

_TEXTS = ("memories", "memory_versions", "messages", "proposals")


class QuotaTable:
    """The quota of one person, whatever buckets the scope is limited to; implements the port QuotaRows."""

    def __init__(self, db: Scoped) -> None:
        self._db = db

    def get(self) -> tuple[Quota, Usage] | None:
        """The limits, and at most what they count; None where there are none."""
        row = self._db.row(
            "SELECT memories, bytes, used_memories, used_bytes FROM quotas WHERE user_id = :user_id",
        )
        return (Quota(row[0], row[1]), Usage(row[2], row[3])) if row else None

    def put(self, quota: Quota, used: Usage) -> None:
        """Insert or replace."""
        self._db.rows(
            "INSERT INTO quotas (user_id, memories, bytes, used_memories, used_bytes) "
            "VALUES (:user_id, :memories, :size, :used_memories, :used_size) "
            "ON CONFLICT (user_id) DO UPDATE SET memories = excluded.memories, bytes = excluded.bytes, "
            "used_memories = excluded.used_memories, used_bytes = excluded.used_bytes",
            memories=quota.memories,
            size=quota.size,
            used_memories=used.memories,
            used_size=used.size,
        )

    def remove(self) -> None:
        """Delete."""
        self._db.rows("DELETE FROM quotas WHERE user_id = :user_id")

    def count(self) -> Usage:
        """What is kept, counted now over every row."""
        memories = self._db.number("SELECT count(*) FROM memories WHERE user_id = :user_id")
        sizes = (
            self._db.number(f"SELECT coalesce(sum(octet_length(text)), 0) FROM {table} WHERE user_id = :user_id")
            for table in _TEXTS
        )
        return Usage(memories, sum(sizes))
