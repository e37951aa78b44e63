"""One user's memories as columns in memory: the vector scan and what the fusion asks of a pool."""

import math
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import length_hint

import numpy as np
from numpy.typing import NDArray

from onememory.ports.search import Corpus
from onememory.storage.index.shelf_table import Names, Packed, Row, Table
from onememory.storage.index.signatures import Positions, Vectors, closest, pack_vectors, signs_of

__all__ = ["Columns", "Packed", "Row", "Shelf", "ShelfFilters", "View", "pack_vectors"]

Docs = NDArray[np.int64]

_K1, _B = 1.2, 0.75  # of BM25
_LEAST_RARITY = 1e-6  # so that a term in more than half of the documents still finds them
RESCORED = 1_000  # the least number of candidates of the bit scan whose cosines are taken
_SHARE_DEAD = 0.25  # above it, the dead are dropped
_SHARE_COPIED = 0.25  # below it, the admitted rows are copied out; above, too many are found and sieved
_CHUNK = 50_000  # rows at a time while loading


@dataclass(frozen=True, slots=True)
class ShelfFilters:
    """What a document must be; None means anything. Days are ordinals and inclusive."""

    bucket_ids: frozenset[int] | None = None
    after: int | None = None
    before: int | None = None
    sources: frozenset[str] | None = None
    trusts: frozenset[str] | None = None
    content_type: str | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """What the fusion needs of each document of a pool, in the pool's order."""

    cosines: NDArray[np.float32]  # nan where the document or the question has no vector
    cues: NDArray[np.int64]
    lengths: NDArray[np.int64]
    days: NDArray[np.int32]  # ordinals; -1 where there is none
    superseded: NDArray[np.bool_]


class View:
    """A shelf as it was when it was asked for.

    A row that is changed meanwhile may show its new state, column by column; one that is added does not show.
    """

    def __init__(self, table: Table, names: tuple[Names, Names, Names]) -> None:
        self._table = table
        self._names = names

    def nearest(self, vector: Vectors, filters: ShelfFilters | None, limit: int) -> Docs:
        """The documents that the filters admit with the highest cosines, best first.

        An exact scan of the sign bits finds the candidates; their cosines with the stored int8 vectors decide.
        """
        table = self._table
        if table.nominees == 0 or limit <= 0 or not vector.any():
            return np.zeros(0, np.int64)
        pool = max(RESCORED, 4 * limit)
        everything = table.nominees == table.size and (filters is None or filters == ShelfFilters())
        mask = None if everything else table.nominable[: table.size] & self._admitted(filters or ShelfFilters())
        positions = self._candidates(signs_of(vector.reshape(1, -1)), mask, pool)
        docs = table.docs[positions]
        best = np.lexsort((docs, -self._cosines(positions, vector)))[:limit]
        return docs[best]

    def best(
        self, postings: Mapping[str, Docs], filters: ShelfFilters | None, limit: int, corpus: Corpus | None = None
    ) -> dict[int, float]:
        """BM25 of the documents that hold terms best, best first; each term has its documents, as often as they do.

        Computed as FTS5 does, with the length in words of the whole text. Without a corpus, the shelf is the corpus.
        """
        table = self._table
        scores = np.zeros(table.size, np.float32)
        lengths = table.lengths[: table.size]
        usual = corpus.words / max(corpus.total, 1) if corpus else float(lengths.mean()) if table.size else 0.0
        scale = _B / max(usual, 1.0)
        for term, docs in postings.items():
            at, counts = self._held(docs)
            rarity = _rarity(corpus.frequencies[term], corpus.total) if corpus else _rarity(len(at), table.living)
            dampened = counts + _K1 * (1 - _B + scale * lengths[at])
            scores[at] += max(rarity, _LEAST_RARITY) * (_K1 + 1) * counts / dampened
        found = np.flatnonzero(scores)
        if filters is not None:
            found = found[self._admitted(filters, found)]
        if len(found) > limit:
            found = found[np.argpartition(-scores[found], limit)[:limit]]
        found = found[np.lexsort((table.docs[found], -scores[found]))]
        return dict(zip(table.docs[found].tolist(), scores[found].tolist(), strict=True))

    def extent(self) -> tuple[int, int]:
        """How many documents there are, and how many words they have in all."""
        return self._table.living, int(self._table.lengths[: self._table.size].sum())

    def corpus(self, postings: Mapping[str, Docs], filters: ShelfFilters | None) -> Corpus:
        """What the terms are weighed by among the documents that the filters admit."""
        admitted = self._table.live[: self._table.size] & self._admitted(filters or ShelfFilters())
        held = {term: int(np.count_nonzero(admitted[self._held(docs)[0]])) for term, docs in postings.items()}
        words = int(self._table.lengths[: self._table.size][admitted].sum())
        return Corpus(int(np.count_nonzero(admitted)), words, held)

    def _held(self, docs: Docs) -> tuple[Positions, NDArray[np.int64]]:
        """Where the living ones among these ascending documents stand, and how often each is named."""
        first = np.flatnonzero(np.diff(docs, prepend=docs[:1] - 1))
        counts = np.diff(first, append=len(docs))
        at, there = self._table.positions(docs[first])
        there[there] = self._table.live[at[there]]
        return at[there], counts[there]

    def dated(self, filters: ShelfFilters, limit: int) -> Docs:
        """The documents that the filters admit, the latest days first."""
        table = self._table
        at = np.flatnonzero(table.live[: table.size] & self._admitted(filters))
        docs, days = table.docs[at], table.days[at]
        return docs[np.lexsort((-docs, -days))[:limit]]

    def sample(self, filters: ShelfFilters | None, limit: int) -> tuple[Docs, Vectors]:
        """Documents with a vector, evenly taken from the first to the last, and their vectors in the same order."""
        at = self._with_vector(filters)
        if len(at) > limit:
            at = at[np.linspace(0, len(at) - 1, limit).astype(np.int64)]
        return self._table.docs[at], self._vectors(at)

    def cosines(self, directions: Vectors, filters: ShelfFilters | None) -> tuple[Docs, Vectors]:
        """Every document with a vector, ascending, and its cosines with unit vectors, shape (documents, directions)."""
        at = self._with_vector(filters)
        cosines = np.empty((len(at), len(directions)), np.float32)
        for start in range(0, len(at), _CHUNK):
            part = slice(start, start + _CHUNK)
            cosines[part] = self._vectors(at[part]) @ directions.T
        return self._table.docs[at], cosines

    def days(self, filters: ShelfFilters | None) -> tuple[Docs, Docs, Docs]:
        """Buckets, days and how many documents each bucket has of each day."""
        table = self._table
        at = np.flatnonzero(table.live[: table.size] & self._admitted(filters or ShelfFilters()))
        pairs = table.buckets[at].astype(np.int64) << 32 | table.days[at].astype(np.int64)
        found, counts = np.unique(pairs, return_counts=True)
        return found >> 32, found & 0xFFFFFFFF, counts.astype(np.int64)

    def _with_vector(self, filters: ShelfFilters | None) -> Positions:
        """Positions of the admitted documents that have a vector, in the order of the documents."""
        table = self._table
        at = np.flatnonzero(table.nominable[: table.size] & self._admitted(filters or ShelfFilters()))
        return at[np.argsort(table.docs[at], kind="stable")]

    def _vectors(self, at: Positions) -> Vectors:
        vectors: Vectors = self._table.codes[at].astype(np.float32) * self._table.scales[at][:, None]
        return vectors

    def columns(self, docs: Docs, vector: Vectors | None) -> Columns:
        """The features of these documents; raises KeyError for one that is not here."""
        table = self._table
        at, there = table.positions(docs)
        if not there.all():
            raise KeyError(int(docs[~there][0]))
        has_vector = table.scales[at] > 0
        cosines = np.full(len(docs), np.nan, np.float32)
        if vector is not None and vector.any():
            cosines[has_vector] = self._cosines(at[has_vector], vector)
        cues, lengths = table.cues[at].astype(np.int64), table.lengths[at].astype(np.int64)
        return Columns(cosines, cues, lengths, table.days[at], table.superseded[at])

    def matching(self, docs: Docs, filters: ShelfFilters | None) -> NDArray[np.bool_]:
        """Which of these documents are here, live and admitted by the filters."""
        table = self._table
        at, there = table.positions(docs)
        there[there] = table.live[at[there]]
        if filters is not None:
            there[there] = self._admitted(filters, at[there])
        return there

    def _admitted(self, filters: ShelfFilters, at: Positions | None = None) -> NDArray[np.bool_]:
        table = self._table
        part = slice(table.size) if at is None else at
        mask = np.ones(table.size if at is None else len(at), np.bool_)
        sources, trusts, content_types = self._names
        if filters.bucket_ids is not None:
            mask &= _is_one_of(table.buckets[part], list(filters.bucket_ids))
        if filters.after is not None:
            mask &= table.days[part] >= filters.after
        if filters.before is not None:
            mask &= (table.days[part] <= filters.before) & (table.days[part] >= 0)
        if filters.sources is not None:
            mask &= _is_one_of(table.sources[part], sources.known(filters.sources))
        if filters.trusts is not None:
            mask &= _is_one_of(table.trusts[part], trusts.known(filters.trusts))
        if filters.content_type is not None:
            mask &= _is_one_of(table.content_types[part], content_types.known([filters.content_type]))
        return mask

    def _candidates(self, signature: NDArray[np.uint8], mask: NDArray[np.bool_] | None, pool: int) -> Positions:
        signs = self._table.signs[: self._table.size]
        if mask is None:
            return closest(signs, signature, pool)
        admitted = int(np.count_nonzero(mask))
        if admitted > pool and admitted >= _SHARE_COPIED * len(signs):
            found = closest(signs, signature, int(1.25 * pool * len(signs) / admitted) + 64)
            found = found[mask[found]]
            if len(found) >= pool:  # else the admitted lie farther away than the rest: take the other way
                return found[:pool]
        rows = np.flatnonzero(mask)
        return rows if admitted <= pool else rows[closest(signs[rows], signature, pool)]

    def _cosines(self, at: Positions, vector: Vectors) -> NDArray[np.float32]:
        unit = (vector / np.linalg.norm(vector)).astype(np.float32)
        cosines: NDArray[np.float32] = self._table.codes[at].astype(np.float32) @ unit * self._table.scales[at]
        return cosines


class Shelf:
    """The newest view, and the one place that makes the next.

    Readers take a view and need no lock. Writers take `lock`; whoever brings the shelf up to date holds it around
    reading the changes, `apply` and setting `seq`, so that an older state never overtakes a newer one.
    """

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self.seq = 0  # of the newest change applied
        self.lock = threading.RLock()
        self._names = (Names(), Names(), Names())  # sources, trusts, content types
        self._table = self._empty()

    def __len__(self) -> int:
        return self._table.living

    def __contains__(self, doc: int) -> bool:
        return bool(self.view().matching(np.array([doc], np.int64), None)[0])

    @property
    def nbytes(self) -> int:
        """Bytes of its columns, the room to grow included."""
        return self._table.nbytes

    def view(self) -> View:
        """The shelf as it is now, for one search."""
        return View(self._table, self._names)

    def nearest(self, vector: Vectors, filters: ShelfFilters | None, limit: int) -> Docs:
        """As View.nearest, now."""
        return self.view().nearest(vector, filters, limit)

    def columns(self, docs: Docs, vector: Vectors | None) -> Columns:
        """As View.columns, now."""
        return self.view().columns(docs, vector)

    def apply(self, rows: Sequence[Row]) -> None:
        """Bring each row's document to the row's state; raises ValueError for a vector of another dimension."""
        self.take(Packed.of(rows, self.dimension))

    def take(self, packed: Packed) -> None:
        """Bring each of these documents to its state; raises ValueError for vectors of another dimension."""
        with self.lock:
            changed = Table.of(packed, self.dimension, self._names)
            at, there = self._table.positions(changed.docs)
            self._table.overwrite(at[there], changed.taken(np.flatnonzero(there)))
            added = changed.taken(np.flatnonzero(~there & changed.live))
            table = (self._table.extended(added) if added.size else self._table).counted()
            if table.size - table.living > _SHARE_DEAD * table.size:
                table = table.taken(np.flatnonzero(table.live[: table.size])).counted()
            self._table = table

    def _empty(self) -> Table:
        return Table.of(Packed.of([], self.dimension), self.dimension, self._names)

    def reserve(self, documents: int) -> None:
        """Make room for so many at once, which spares an opening the copies of growing."""
        with self.lock:
            if documents > len(self._table.docs):
                self._table = self._table.with_room(documents)

    def load(self, rows: Iterable[Row]) -> None:
        """Take these rows in place of all others; fastest when the documents ascend."""
        rest = iter(rows)
        with self.lock:
            self._table = self._empty()
            self.reserve(length_hint(rows))
            while chunk := list(islice(rest, _CHUNK)):
                self.apply(chunk)


def _rarity(held: int, total: int) -> float:
    return math.log((total - held + 0.5) / (held + 0.5)) if 2 * held < total else 0.0


def _is_one_of(column: NDArray[np.int32] | NDArray[np.int16], wanted: list[int]) -> NDArray[np.bool_]:
    mask: NDArray[np.bool_] = column == wanted[0] if len(wanted) == 1 else np.isin(column, wanted)
    return mask
