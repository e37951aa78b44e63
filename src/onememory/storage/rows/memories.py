"""Memories and their versions as rows."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from onememory.domain.memories import Change, ContentType, Memory, MemoryState, Version
from onememory.domain.proposals import Sender
from onememory.domain.provenance import Channel, Provenance, Trust
from onememory.ports import MemoryQuery, Place
from onememory.storage.rows.guests import Veil
from onememory.storage.scoped import (
    Row,
    Scoped,
    batches,
    from_ms,
    integers,
    optional_day,
    optional_ms,
    optional_time,
    placeholders,
    to_ms,
)

_ORIGIN = "channel, trust, token_id, source, conversation_id, message_id, parents, author_id"
_MEMORY = (
    "memory_id, bucket_id, text, content_type, state, about_day, created_at, updated_at, version, "
    f"supersedes, superseded_by, merged_into, {_ORIGIN}"
)
_DAY = "coalesce(about_day, created_at / 86400000 + 719163)"  # the day it is about, else the day it was recorded
_VERSION = f"memory_id, number, change, text, bucket_id, state, at, redacted_at, {_ORIGIN}"


def _named(columns: str) -> str:
    return ", ".join(f":{column.strip()}" for column in columns.split(","))


_INSERT_MEMORY = f"INSERT INTO memories (user_id, {_MEMORY}) VALUES (:user_id, {_named(_MEMORY)})"
_INSERT_VERSION = f"INSERT INTO memory_versions (user_id, {_VERSION}) VALUES (:user_id, {_named(_VERSION)})"
_UPDATE_MEMORY = """
    UPDATE memories
    SET bucket_id = :bucket_id, text = :text, state = :state, about_day = :about_day, updated_at = :updated_at,
        version = :version, trust = :trust, supersedes = coalesce(:supersedes, supersedes),
        superseded_by = coalesce(:superseded_by, superseded_by), merged_into = coalesce(:merged_into, merged_into)
    WHERE user_id = :user_id AND memory_id = :memory_id
"""
# What a guest was not told of a memory stays as it is; nothing else would ever take a link back.
_COUNT = """
    UPDATE buckets SET memory_count = memory_count + :by WHERE user_id = :user_id AND bucket_id = :bucket_id
"""
# From one name to the next in the index: as many steps as there are names, however many memories there are.
_SOURCES = """
    WITH RECURSIVE found (source) AS (
        SELECT min(source) FROM memories WHERE user_id = :user_id AND source IS NOT NULL{buckets}
        UNION ALL
        SELECT (SELECT min(source) FROM memories WHERE user_id = :user_id AND source > found.source{buckets})
        FROM found WHERE found.source IS NOT NULL
    )
    SELECT source FROM found WHERE source IS NOT NULL LIMIT :limit
"""


def _is_active(memory: Memory) -> bool:
    return memory.state is MemoryState.ACTIVE


class MemoryTable:
    """The memories of one scope; implements the port MemoryRows."""

    def __init__(self, db: Scoped, veil: Veil) -> None:
        self._db = db
        self._veil = veil

    def add(self, memories: Sequence[Memory], versions: Sequence[Version]) -> None:
        """Insert; raises Conflict when an id exists."""
        self._db.many(_INSERT_MEMORY, map(_memory_values, memories))
        self._db.many(_INSERT_VERSION, map(_version_values, versions))
        self._count([(m.bucket_id, 1) for m in memories if m.state is MemoryState.ACTIVE])

    def change(self, memories: Sequence[Memory], versions: Sequence[Version]) -> None:
        """Replace the present states and append the versions."""
        befores = self.get([memory.id for memory in memories]).values()
        self._db.many(_UPDATE_MEMORY, map(_memory_values, memories))
        self._db.many(_INSERT_VERSION, map(_version_values, versions))
        moves = ((m.bucket_id, by) for of_all, by in ((befores, -1), (memories, 1)) for m in of_all if _is_active(m))
        self._count(list(moves))

    def _count(self, moves: Sequence[tuple[int, int]]) -> None:
        by_bucket: dict[int, int] = {}
        for bucket_id, by in moves:
            by_bucket[bucket_id] = by_bucket.get(bucket_id, 0) + by
        self._db.many(_COUNT, ({"bucket_id": bucket_id, "by": by} for bucket_id, by in by_bucket.items() if by))

    def get(self, memory_ids: Sequence[str]) -> dict[str, Memory]:
        """Those of the ids that resolve within the scope, whatever their state."""
        found = {}
        for batch in batches(memory_ids):
            names, values = placeholders("id", batch)
            sql = f"SELECT {_MEMORY} FROM memories WHERE user_id = :user_id AND memory_id IN ({names})"
            for memory in self._seen(self._db.rows(sql + self._veil.reach, **values)):
                found[memory.id] = memory
        return found

    def _seen(self, rows: Sequence[Row]) -> Sequence[Memory]:
        return self._veil.memories([_memory(row) for row in rows])

    def newest(self, query: MemoryQuery, limit: int, skip: int = 0, older_than: Place | None = None) -> list[Memory]:
        """Newest first; behind that place, where one is given."""
        condition, values = self._condition(query)
        if older_than:
            condition += " AND (created_at, memory_id) < (:older_than, :older_id)"
            values |= {"older_than": to_ms(older_than.recorded_at), "older_id": older_than.memory_id}
        sql = f"SELECT {_MEMORY} FROM memories WHERE user_id = :user_id AND {condition}"
        order = " ORDER BY created_at DESC, memory_id DESC LIMIT :limit OFFSET :skip"
        return list(self._seen(self._db.rows(sql + order, **values, limit=limit, skip=skip)))

    def page_after(self, memory_id: str | None, limit: int) -> list[Memory]:
        """All memories of every state in the order of their ids, from the one after `memory_id`."""
        sql = f"SELECT {_MEMORY} FROM memories WHERE user_id = :user_id AND memory_id > :after{self._veil.reach}"
        rows = self._db.rows(sql + " ORDER BY memory_id LIMIT :limit", after=memory_id or "", limit=limit)
        return list(self._seen(rows))

    def count(self, query: MemoryQuery) -> int:
        """How many there are."""
        if query == MemoryQuery(filters=replace(query.filters, bucket_ids=None)) and query.filters.is_plain:
            return self._count_active(query.filters.bucket_ids)
        condition, values = self._condition(query)
        return self._db.number(f"SELECT count(*) FROM memories WHERE user_id = :user_id AND {condition}", **values)

    def _count_active(self, bucket_ids: frozenset[int] | None) -> int:
        only = "" if bucket_ids is None else f" AND bucket_id IN ({integers(bucket_ids)})"
        sql = f"SELECT coalesce(sum(memory_count), 0) FROM buckets WHERE user_id = :user_id{only}"
        return self._db.number(sql + self._db.bucket_clause)

    def _condition(self, query: MemoryQuery) -> tuple[str, dict[str, object]]:
        filters = query.filters
        states, values = placeholders("state", sorted(query.states))
        parts = [f"state IN ({states})"]
        if filters.bucket_ids is not None:
            parts.append(f"bucket_id IN ({integers(filters.bucket_ids)})")
        for column, prefix, allowed in (("source", "source", filters.sources), ("trust", "trust", filters.trusts)):
            if allowed is not None:
                names, named = placeholders(prefix, sorted(allowed))
                parts.append(f"{column} IN ({names})")
                values |= named
        optional: list[tuple[str, str, object]] = [
            (f"{_DAY} >= :after_day", "after_day", optional_day(filters.after)),
            (f"{_DAY} <= :before_day", "before_day", optional_day(filters.before)),
            ("content_type = :content_type", "content_type", filters.content_type),
            ("token_id = :of_token", "of_token", query.token_id),
            ("created_at >= :recorded_after", "recorded_after", optional_ms(query.recorded_after)),
            ("created_at <= :recorded_before", "recorded_before", optional_ms(query.recorded_before)),
            ("updated_at <= :changed_before", "changed_before", optional_ms(query.changed_before)),
        ]
        for part, name, value in optional:
            if value is not None:
                parts.append(part)
                values[name] = value
        return " AND ".join(parts) + self._veil.reach, values

    def versions(self, memory_ids: Sequence[str]) -> dict[str, list[Version]]:
        """Every version of each within the scope, oldest first."""
        found: dict[str, list[Version]] = {}
        for batch in batches(memory_ids):
            names, values = placeholders("id", batch)
            sql = f"SELECT {_VERSION} FROM memory_versions AS v WHERE user_id = :user_id AND memory_id IN ({names})"
            sql += f"{self._veil.version_reach} ORDER BY memory_id, number"
            for version in self._seen_versions(self._db.rows(sql, **values)):
                found.setdefault(version.memory_id, []).append(version)
        return found

    def as_of(self, moment: datetime, limit: int, skip: int = 0) -> list[Version]:
        """The version that each then active memory was in at that moment, newest first."""
        sql = f"""
            SELECT {_VERSION} FROM memory_versions AS v
            WHERE user_id = :user_id AND state = 'active' AND number = (
                SELECT max(number) FROM memory_versions AS w
                WHERE w.user_id = :user_id AND w.memory_id = v.memory_id AND w.at <= :moment
            ){self._veil.version_reach}
            ORDER BY at DESC, memory_id DESC LIMIT :limit OFFSET :skip
        """
        return list(self._seen_versions(self._db.rows(sql, moment=to_ms(moment), limit=limit, skip=skip)))

    def _seen_versions(self, rows: Sequence[Row]) -> Sequence[Version]:
        return self._veil.versions([_version(row) for row in rows])

    def redact(self, memory_id: str, number: int, at: datetime) -> None:
        """Remove the text of one version for good."""
        self._db.rows(
            "UPDATE memory_versions SET text = NULL, redacted_at = :at "
            "WHERE user_id = :user_id AND memory_id = :memory_id AND number = :number",
            memory_id=memory_id,
            number=number,
            at=to_ms(at),
        )

    def erase(self, memory_ids: Sequence[str]) -> None:
        """Remove rows and versions for good."""
        gone = self.get(memory_ids).values()
        self._count([(m.bucket_id, -1) for m in gone if m.state is MemoryState.ACTIVE])
        for table in ("memory_versions", "memories"):
            sql = f"DELETE FROM {table} WHERE user_id = :user_id AND memory_id = :memory_id"
            self._db.many(sql, ({"memory_id": m.id} for m in gone))

    def sources(self, limit: int) -> list[str]:
        """The names of the clients that wrote any, in order."""
        sql = _SOURCES.format(buckets=self._veil.reach)
        return [row[0] for row in self._db.rows(sql, limit=limit)]

    def senders(self, query: MemoryQuery) -> list[Sender]:
        """Who wrote how many of them."""
        condition, values = self._condition(query)
        sql = f"SELECT token_id, source, count(*) FROM memories WHERE user_id = :user_id AND {condition}"
        return [Sender(*row) for row in self._db.rows(f"{sql} GROUP BY token_id, source", **values)]

    def of_conversation(self, conversation_id: str, limit: int) -> list[Memory]:
        """Those that were made from this conversation and are not in the trash, newest first."""
        sql = (
            f"SELECT {_MEMORY} FROM memories WHERE user_id = :user_id AND conversation_id = :of AND state != 'trashed'"
        )
        order = " ORDER BY created_at DESC, memory_id DESC LIMIT :limit"
        return list(self._seen(self._db.rows(sql + self._veil.reach + order, of=conversation_id, limit=limit)))

    def trashed_before(self, moment: datetime, limit: int) -> list[str]:
        """Ids of memories that have been in the trash since before that moment."""
        rows = self._db.rows(
            "SELECT memory_id FROM memories "
            "WHERE user_id = :user_id AND state = 'trashed' AND updated_at < :moment LIMIT :limit",
            moment=to_ms(moment),
            limit=limit,
        )
        return [row[0] for row in rows]


def _origin_values(origin: Provenance) -> dict[str, object]:
    return {
        "channel": origin.channel,
        "trust": origin.trust,
        "token_id": origin.token_id,
        "source": origin.source,
        "conversation_id": origin.conversation_id,
        "message_id": origin.message_id,
        "parents": json.dumps(origin.parents) if origin.parents else None,
        "author_id": origin.author_id,
    }


def _origin(row: Row) -> Provenance:
    channel, trust, token_id, source, conversation_id, message_id, parents, author_id = row
    ids = tuple(json.loads(parents)) if parents else ()
    return Provenance(Channel(channel), Trust(trust), token_id, source, conversation_id, message_id, ids, author_id)


def _memory_values(memory: Memory) -> dict[str, object]:
    return {
        "memory_id": memory.id,
        "bucket_id": memory.bucket_id,
        "text": memory.text,
        "content_type": memory.content_type,
        "state": memory.state,
        "about_day": optional_day(memory.about),
        "created_at": to_ms(memory.created_at),
        "updated_at": to_ms(memory.updated_at),
        "version": memory.version,
        "supersedes": memory.supersedes,
        "superseded_by": memory.superseded_by,
        "merged_into": memory.merged_into,
        **_origin_values(memory.provenance),
    }


def _memory(row: Row) -> Memory:
    return Memory(
        id=row[0],
        bucket_id=row[1],
        text=row[2],
        content_type=ContentType(row[3]),
        state=MemoryState(row[4]),
        about=None if row[5] is None else date.fromordinal(row[5]),
        created_at=from_ms(row[6]),
        updated_at=from_ms(row[7]),
        version=row[8],
        supersedes=row[9],
        superseded_by=row[10],
        merged_into=row[11],
        provenance=_origin(row[12:]),
    )


def _version_values(version: Version) -> dict[str, object]:
    return {
        "memory_id": version.memory_id,
        "number": version.number,
        "change": version.change,
        "text": version.text,
        "bucket_id": version.bucket_id,
        "state": version.state,
        "at": to_ms(version.at),
        "redacted_at": optional_ms(version.redacted_at),
        **_origin_values(version.provenance),
    }


def _version(row: Row) -> Version:
    return Version(
        memory_id=row[0],
        number=row[1],
        change=Change(row[2]),
        text=row[3],
        bucket_id=row[4],
        state=MemoryState(row[5]),
        at=from_ms(row[6]),
        redacted_at=optional_time(row[7]),
        provenance=_origin(row[8:]),
    )
