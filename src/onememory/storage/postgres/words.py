"""The words leg in PostgreSQL: packed postings of one user in segments that grow by merging.

The database's own full text would score each user's words by how common they are among all users, and its ranking
visits every row that holds a term. Postings that are handed over whole are ranked on the shelf exactly as SQLite's are,
so that both databases find the same.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np

from onememory.storage.index.words import Postings, telling
from onememory.storage.scoped import Row, Scoped, batches, integers

MANY = 16  # segments of one size; so many are made one of the next size
SIZES = (1, 16, 256, 4_096)  # documents, at least; segments of the last size stay as they are

_TERM = "user_id = :user_id AND term = :term AND segment = :segment"
_PUT = """
    INSERT INTO search_postings (user_id, term, segment, docs, counts)
    VALUES (:user_id, :term, :segment, :docs, :counts)
    ON CONFLICT (user_id, term, segment) DO UPDATE SET docs = excluded.docs, counts = excluded.counts
"""
_DROP = f"DELETE FROM search_postings WHERE {_TERM}"
_PUT_TERMS = "INSERT INTO search_terms (user_id, doc, terms) VALUES (:user_id, :doc, :terms)"


class _Held(NamedTuple):
    """The documents of a segment that hold a term, ascending, and how often."""

    docs: np.ndarray
    counts: np.ndarray

    @classmethod
    def unpacked(cls, docs: bytes, counts: bytes) -> "_Held":
        return cls(np.frombuffer(docs, "<u4").astype(np.int64), np.frombuffer(counts, np.uint8).astype(np.int64))

    def without(self, docs: np.ndarray) -> "_Held":
        kept = ~np.isin(self.docs, docs)
        return _Held(self.docs[kept], self.counts[kept])

    def with_more(self, docs: Sequence[int], counts: Sequence[int]) -> "_Held":
        all_docs = np.concatenate([self.docs, np.array(docs, np.int64)])
        order = np.argsort(all_docs, kind="stable")
        return _Held(all_docs[order], np.concatenate([self.counts, np.array(counts, np.int64)])[order])

    def packed(self) -> dict[str, object]:
        docs, counts = self.docs.astype("<u4"), np.minimum(self.counts, 255).astype(np.uint8)
        return {"docs": docs.tobytes(), "counts": counts.tobytes()}


_NOTHING = _Held(np.zeros(0, np.int64), np.zeros(0, np.int64))


class PackedWords:
    """The words of one user; implements the protocol WordIndex."""

    def __init__(self, db: Scoped) -> None:
        self._db = db

    def put(self, terms: Iterable[tuple[int, Sequence[str]]]) -> None:
        """Index documents that are not here."""
        counted = {doc: Counter(words) for doc, words in terms}
        if not counted:
            return
        self._db.many(_PUT_TERMS, ({"doc": doc, "terms": " ".join(words)} for doc, words in counted.items()))
        segments = self._segments()
        end = max((first + count for first, count in segments), default=0)
        by_segment: dict[int, dict[int, Counter[str]]] = {}
        fresh = min((doc for doc in counted if doc >= end), default=None)
        for doc, words in counted.items():
            home = fresh if fresh is not None and doc >= end else _home(segments, doc)
            by_segment.setdefault(home, {})[doc] = words
        for segment, documents in by_segment.items():
            self._insert(segment, documents, is_new=segment == fresh)
        if fresh is not None:
            self._begin(fresh, max(counted) + 1 - fresh)
            self._merge([*segments, (fresh, max(counted) + 1 - fresh)])

    def _insert(self, segment: int, documents: Mapping[int, Counter[str]], *, is_new: bool) -> None:
        gathered: dict[str, tuple[list[int], list[int]]] = {}
        for doc, words in sorted(documents.items()):
            for term, count in words.items():
                docs, counts = gathered.setdefault(term, ([], []))
                docs.append(doc)
                counts.append(count)
        held = {} if is_new else self._held(segment, list(gathered))
        changed = {term: held.get(term, _NOTHING).with_more(*added) for term, added in gathered.items()}
        self._db.many(_PUT, ({"term": term, "segment": segment, **h.packed()} for term, h in changed.items()))

    def remove(self, docs: Iterable[int]) -> None:
        """Take documents out; unknown ones are ignored."""
        segments = self._segments()
        gone: dict[int, tuple[set[str], list[int]]] = {}
        for batch in batches(list(docs)):
            sql = (
                f"DELETE FROM search_terms WHERE user_id = :user_id AND doc IN ({integers(batch)}) RETURNING doc, terms"
            )
            for doc, terms in self._db.rows(sql):
                of_segment, removed = gone.setdefault(_home(segments, doc), (set(), []))
                of_segment.update(terms.split(" "))
                removed.append(doc)
        for segment, (of_segment, removed) in gone.items():
            self._take_out(segment, sorted(of_segment), np.array(removed, np.int64))

    def _take_out(self, segment: int, terms: Sequence[str], docs: np.ndarray) -> None:
        kept = {term: held.without(docs) for term, held in self._held(segment, terms).items()}
        changed = ({"term": t, "segment": segment, **held.packed()} for t, held in kept.items() if len(held.docs))
        self._db.many(_PUT, changed)
        self._db.many(_DROP, ({"term": t, "segment": segment} for t, held in kept.items() if not len(held.docs)))

    def scrub(self) -> None:
        """Nothing is left: what is taken out leaves the rows at once, and their pages with the next vacuum."""

    def clear(self) -> None:
        """Forget every document."""
        for table in ("search_postings", "search_segments", "search_terms"):
            self._db.rows(f"DELETE FROM {table} WHERE user_id = :user_id")

    def frequencies(self, terms: Sequence[str]) -> dict[str, int]:
        """In how many documents each term stands."""
        sql = (
            "SELECT term, sum(octet_length(counts)) FROM search_postings "
            "WHERE user_id = :user_id AND term = ANY(:terms) GROUP BY term"
        )
        return dict.fromkeys(terms, 0) | dict(self._db.rows(sql, terms=list(terms)))

    def postings(self, frequencies: Mapping[str, int]) -> dict[str, Postings]:
        """For each term worth looking up the documents that hold it, ascending, and as often as each does."""
        terms = telling(frequencies)
        sql = (
            "SELECT term, docs, counts FROM search_postings "
            "WHERE user_id = :user_id AND term = ANY(:terms) ORDER BY term, segment"
        )
        rows = self._db.rows(sql, terms=terms)
        by_term = {term: _joined(row[1:] for row in group) for term, group in groupby(rows, _first)}
        return {term: np.repeat(*by_term[term]) for term in terms if term in by_term}

    def _segments(self) -> list[tuple[int, int]]:
        rows = self._db.rows("SELECT segment, count FROM search_segments WHERE user_id = :user_id ORDER BY segment")
        return [(first, count) for first, count in rows]

    def _begin(self, segment: int, count: int) -> None:
        self._db.rows(
            "INSERT INTO search_segments (user_id, segment, count) VALUES (:user_id, :segment, :count)",
            segment=segment,
            count=count,
        )

    def _held(self, segment: int, terms: Sequence[str]) -> dict[str, _Held]:
        sql = (
            "SELECT term, docs, counts FROM search_postings "
            "WHERE user_id = :user_id AND segment = :segment AND term = ANY(:terms)"
        )
        rows = self._db.rows(sql, segment=segment, terms=list(terms))
        return {term: _Held.unpacked(docs, counts) for term, docs, counts in rows}

    def _merge(self, segments: list[tuple[int, int]]) -> None:
        """Make one of the last segments wherever so many of one size lie there; so each document moves a few times."""
        while len(last := _of_last_size(segments)) >= MANY:
            first, count = last[0][0], sum(count for _, count in last)
            numbers = integers(number for number, _ in last)
            rows = self._db.rows(
                "SELECT term, docs, counts FROM search_postings "
                f"WHERE user_id = :user_id AND segment IN ({numbers}) ORDER BY term, segment"
            )
            for table in ("search_postings", "search_segments"):
                self._db.rows(f"DELETE FROM {table} WHERE user_id = :user_id AND segment IN ({numbers})")
            merged = {term: _joined(row[1:] for row in group) for term, group in groupby(rows, _first)}
            self._db.many(_PUT, ({"term": t, "segment": first, **held.packed()} for t, held in merged.items()))
            self._begin(first, count)
            segments = [*segments[: -len(last)], (first, count)]


def _of_last_size(segments: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The segments at the end that are no larger than the size of the last; none where they are of the largest."""
    if not segments:
        return []
    limit = next((size for size in SIZES if size > segments[-1][1]), None)
    found: list[tuple[int, int]] = []
    for segment in reversed(segments):
        if limit is None or segment[1] >= limit:
            break
        found.insert(0, segment)
    return found


def _home(segments: Sequence[tuple[int, int]], doc: int) -> int:
    return max((first for first, _ in segments if first <= doc), default=0)


def _joined(rows: Iterable[Row]) -> _Held:
    held = [_Held.unpacked(*row) for row in rows]
    return _Held(np.concatenate([h.docs for h in held]), np.concatenate([h.counts for h in held]))


def _first(row: Row) -> str:
    return str(row[0])
