"""Packed postings of one user's turns, in segments that were indexed together and are merged as they grow many."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

import numpy as np

from onememory.retrieval.archive import PackedPostings
from onememory.retrieval.levels import Postings
from onememory.storage.scoped import Row, Scoped, batches, integers, placeholders

MANY = 16  # small segments beside each other; a question reads every segment of a term
SMALL = 5_000  # turns
LARGEST = 50_000  # turns of a merged segment, which is written in one transaction

_PUT = """
    INSERT INTO archive_postings (user_id, term, segment, turns, counts)
    VALUES (:user_id, :term, :segment, :turns, :counts)
"""
_CHANGE = """
    UPDATE archive_postings SET turns = :turns, counts = :counts
    WHERE user_id = :user_id AND term = :term AND segment = :segment
"""
_DROP = "DELETE FROM archive_postings WHERE user_id = :user_id AND term = :term AND segment = :segment"


class PostingTable:
    """In which turns each term stands; a segment bears the number of its first turn."""

    def __init__(self, db: Scoped) -> None:
        self._db = db

    def add(self, segment: int, size: int, postings: Mapping[str, PackedPostings]) -> None:
        """Add a segment of so many turns."""
        self._put(segment, postings)
        self._db.rows(
            "INSERT INTO archive_segments (user_id, segment, count) VALUES (:user_id, :segment, :count)",
            segment=segment,
            count=size,
        )

    def _put(self, segment: int, postings: Mapping[str, PackedPostings]) -> None:
        self._db.many(
            _PUT, ({"term": t, "segment": segment, "turns": p.turns, "counts": p.counts} for t, p in postings.items())
        )

    def of(self, terms: Iterable[str]) -> dict[str, Postings]:
        """The postings of each term; empty ones for a term that nobody used."""
        found: dict[str, list[Row]] = {term: [] for term in terms}
        for batch in batches(list(found)):
            names, values = placeholders("term", batch)
            sql = (
                "SELECT term, segment, turns, counts FROM archive_postings "
                f"WHERE user_id = :user_id AND term IN ({names}) ORDER BY term, segment"
            )
            for row in self._db.rows(sql, **values):
                found[row[0]].append(row[1:])
        return {term: _joined(rows) for term, rows in found.items()}

    def forget(self, terms: Iterable[str], first: int, count: int) -> None:
        """Take turns out of the postings of these terms."""
        segment = self._db.number(
            "SELECT max(segment) FROM archive_segments WHERE user_id = :user_id AND segment <= :first", first=first
        )
        changed: list[dict[str, object]] = []
        emptied: list[dict[str, object]] = []
        for term in terms:
            row = self._db.row(
                "SELECT turns, counts FROM archive_postings "
                "WHERE user_id = :user_id AND term = :term AND segment = :segment",
                term=term,
                segment=segment,
            )
            if row:
                kept = _without(PackedPostings(*row), first - segment, count)
                values: dict[str, object] = {"term": term, "segment": segment}
                if kept.turns:
                    changed.append(values | {"turns": kept.turns, "counts": kept.counts})
                else:
                    emptied.append(values)
        self._db.many(_CHANGE, changed)
        self._db.many(_DROP, emptied)

    def merge(self) -> bool:
        """Make one segment of many small ones beside each other; whether there were any."""
        small = self._small_neighbours()
        if len(small) < MANY:
            return False
        first, numbers = small[0][0], integers(number for number, _ in small)
        rows = self._db.rows(
            "SELECT term, segment, turns, counts FROM archive_postings "
            f"WHERE user_id = :user_id AND segment IN ({numbers}) ORDER BY term, segment"
        )
        merged = {term: _packed(_joined([row[1:] for row in group]), first) for term, group in groupby(rows, _term)}
        for table in ("archive_postings", "archive_segments"):
            self._db.rows(f"DELETE FROM {table} WHERE user_id = :user_id AND segment IN ({numbers})")
        self.add(first, sum(count for _, count in small), merged)
        return True

    def _small_neighbours(self) -> list[tuple[int, int]]:
        """The longest run of small segments that fits one, as (segment, turns)."""
        rows = self._db.rows("SELECT segment, count FROM archive_segments WHERE user_id = :user_id ORDER BY segment")
        best: list[tuple[int, int]] = []
        run: list[tuple[int, int]] = []
        for segment, count in rows:
            if count >= SMALL or sum(c for _, c in run) + count > LARGEST:
                run = []
            if count < SMALL:
                run.append((segment, count))
            best = max(best, run[:], key=len)
        return best

    def clear(self) -> None:
        """Forget everything of this user."""
        for table in ("archive_postings", "archive_segments"):
            self._db.rows(f"DELETE FROM {table} WHERE user_id = :user_id")


def _term(row: Row) -> str:
    return str(row[0])


def _joined(rows: Sequence[Row]) -> Postings:
    turns = [np.frombuffer(turns, "<u4").astype(np.int64) + segment for segment, turns, _ in rows]
    counts = [np.frombuffer(counts, np.uint8).astype(np.float32) for _, _, counts in rows]
    if not turns:
        return Postings(np.zeros(0, np.int64), np.zeros(0, np.float32))
    return Postings(np.concatenate(turns), np.concatenate(counts))


def _packed(postings: Postings, segment: int) -> PackedPostings:
    turns = (postings.turns - segment).astype("<u4")
    return PackedPostings(turns.tobytes(), postings.counts.astype(np.uint8).tobytes())


def _without(postings: PackedPostings, first: int, count: int) -> PackedPostings:
    turns, counts = np.frombuffer(postings.turns, "<u4"), np.frombuffer(postings.counts, np.uint8)
    kept = (turns < first) | (turns >= first + count)
    return PackedPostings(turns[kept].tobytes(), counts[kept].tobytes())
