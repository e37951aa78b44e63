"""The audit log as rows."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter

from onememory.domain.audit import ACCESS, READS, ActKind, ActsOfDay, AuditEntry
from onememory.domain.ids import id_behind, least_id
from onememory.domain.provenance import Channel
from onememory.ports import AuditQuery
from onememory.storage.scoped import Row, Scoped, from_ms, placeholders, to_ms

_DAY = 86_400_000  # milliseconds
_ENTRY = "entry_id, at, action, channel, token_id, source, items, count, author_id"


class AuditTable:
    """The audit log of one user; implements the port AuditRows."""

    def __init__(self, db: Scoped) -> None:
        self._db = db

    def add(self, entries: Sequence[AuditEntry]) -> None:
        """Append, but for what is there already: a commit of which nobody knew whether it took place is tried again."""
        self._db.many(
            f"INSERT INTO audit (user_id, {_ENTRY}) "
            "VALUES (:user_id, :entry_id, :at, :action, :channel, :token_id, :source, :items, :count, :author_id) "
            "ON CONFLICT DO NOTHING",
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
                    "author_id": entry.author_id,
                }
                for entry in entries
            ),
        )

    def newest(self, query: AuditQuery, limit: int, skip: int = 0) -> list[AuditEntry]:
        """Newest first."""
        condition, values = _condition(query)
        # What is asked for is found first, for an index holds all of it where one token is asked for.
        sql = (
            f"SELECT {_ENTRY} FROM audit WHERE user_id = :user_id AND entry_id IN (SELECT entry_id FROM audit "
            f"WHERE user_id = :user_id{condition} ORDER BY entry_id DESC LIMIT :limit OFFSET :skip) "
            "ORDER BY entry_id DESC"
        )
        return [_entry(row) for row in self._db.rows(sql, **values, limit=limit, skip=skip)]

    def days_of_token(self, token_id: str, since: datetime, offset: timedelta) -> list[ActsOfDay]:
        """What one token did by days, oldest first; days begin at midnight of a zone this far ahead of UTC."""
        sql = (
            f"SELECT (at + :offset) / {_DAY} AS day, action, count(*) FROM audit "
            "WHERE user_id = :user_id AND token_id = :token_id AND entry_id >= :first GROUP BY day, action ORDER BY day"
        )
        ahead = offset // timedelta(milliseconds=1)
        rows = self._db.rows(sql, token_id=token_id, first=least_id(since), offset=ahead)
        return [_acts(day, list(of_day)) for day, of_day in groupby(rows, key=itemgetter(0))]

    def of_actions(self, actions: Sequence[str], since: datetime, limit: int) -> list[AuditEntry]:
        """The newest entries of these actions, newest first."""
        names, values = placeholders("action", actions)
        sql = (
            f"SELECT {_ENTRY} FROM audit WHERE user_id = :user_id AND entry_id >= :first AND action IN ({names}) "
            "ORDER BY entry_id DESC LIMIT :limit"
        )
        return [_entry(row) for row in self._db.rows(sql, first=least_id(since), limit=limit, **values)]

    def forget_before(self, moment: datetime) -> int:
        """Drop what is older; how many were dropped."""
        rows = self._db.rows(
            "DELETE FROM audit WHERE user_id = :user_id AND at < :moment RETURNING entry_id", moment=to_ms(moment)
        )
        return len(rows)


def _acts(day: int, rows: Sequence[Row]) -> ActsOfDay:
    reads = sum(count for _, action, count in rows if action in READS)
    writes = sum(count for _, action, count in rows if action not in READS | ACCESS)
    return ActsOfDay(from_ms(day * _DAY).date(), reads, writes)


def _condition(query: AuditQuery) -> tuple[str, dict[str, object]]:
    """A condition to append."""
    optional: list[tuple[str, str, object]] = [
        ("token_id = :token_id", "token_id", query.token_id),
        ("entry_id >= :first", "first", query.since and least_id(query.since)),
        ("entry_id < :stop", "stop", query.until and id_behind(query.until)),
        ("entry_id < :older_than", "older_than", query.older_than),
    ]
    parts = [part for part, _, value in optional if value is not None]
    if query.kind:
        parts.append(_KINDS[query.kind])
    if not query.has_own_reads and query.token_id is None:  # on the pages nobody comes with a token
        parts.append(f"NOT (channel = '{Channel.WEB}' AND action IN ({_literals(READS)}))")
    return "".join(f" AND {part}" for part in parts), {name: value for _, name, value in optional if value is not None}


def _literals(actions: Iterable[str]) -> str:
    """For `IN (...)`: our own names of actions, written out."""
    return ", ".join(f"'{action}'" for action in sorted(actions))


_KINDS = {
    ActKind.READ: f"action IN ({_literals(READS)})",
    ActKind.WRITE: f"action NOT IN ({_literals(READS | ACCESS)})",
    ActKind.ACCESS: f"action IN ({_literals(ACCESS)})",
}


def _entry(row: Row) -> AuditEntry:
    entry_id, at, action, channel, token_id, source, items, count, author_id = row
    named = tuple(items.split())
    return AuditEntry(entry_id, from_ms(at), action, Channel(channel), token_id, source, named, count, author_id)
