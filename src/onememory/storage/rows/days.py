"""Counts of rows day by day."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from onememory.domain.ids import least_id
from onememory.storage.scoped import Scoped, placeholders, to_ms

# Days are given as their bounds, because in most zones some have 23 hours and some 25.


class DayTable:
    """What happened day by day in one scope; implements the port DayRows."""

    def __init__(self, db: Scoped) -> None:
        self._db = db

    def added(self, bounds: Sequence[datetime]) -> list[int]:
        """Active memories by the day they were recorded."""
        return self._counted(
            "SELECT count(*) FROM memories WHERE user_id = :user_id AND state = 'active' "
            f"AND created_at >= start AND created_at < stop{self._db.bucket_clause}",
            bounds,
        )

    def chats(self, bounds: Sequence[datetime]) -> list[int]:
        """Conversations that are recalled, by the day they began."""
        return self._counted(
            "SELECT count(*) FROM conversations WHERE user_id = :user_id AND state = 'active' "
            "AND coalesce(created_at, recorded_at) >= start AND coalesce(created_at, recorded_at) < stop",
            bounds,
        )

    def acts(self, actions: Sequence[str], bounds: Sequence[datetime]) -> list[int]:
        """Entries of the audit log with these actions that were done through a token."""
        names, values = placeholders("action", actions)
        ids = [f"'{least_id(bound)}'" for bound in bounds]
        return self._counted_between(
            "SELECT count(*) FROM audit WHERE user_id = :user_id AND entry_id >= start AND entry_id < stop "
            f"AND token_id IS NOT NULL AND action IN ({names})",
            ids,
            values,
        )

    def _counted(self, count: str, bounds: Sequence[datetime]) -> list[int]:
        return self._counted_between(count, [str(to_ms(bound)) for bound in bounds], {})

    def _counted_between(self, count: str, bounds: Sequence[str], values: dict[str, object]) -> list[int]:
        days = ", ".join(f"({n}, {start}, {stop})" for n, (start, stop) in enumerate(pairwise(bounds)))
        sql = f"WITH days (number, start, stop) AS (VALUES {days}) SELECT ({count}) FROM days ORDER BY number"
        return [row[0] for row in self._db.rows(sql, **values)]
