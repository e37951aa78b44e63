"""The columns of a shelf: one array per field, one position per document in the order of arrival."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from operator import itemgetter
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from onememory.storage.index.signatures import joined, signs_of, unpack_joined

NO_SOURCE = -1

Values = NDArray[Any] | Sequence[int]


class Row(NamedTuple):
    """One change to a shelf: the present state of a document."""

    doc: int
    live: bool  # False takes it out
    bucket_id: int
    day: int  # ordinal of the day it is about; -1 where there is none
    source: str | None
    trust: str
    content_type: str
    cues: int
    length: int  # words
    superseded: bool
    vector: bytes | None  # as pack_vectors makes it; None while it is not embedded


class Packed(NamedTuple):
    """The present state of many documents: for each field of a Row the values of all, the vectors one after another."""

    doc: Values
    live: Values
    bucket_id: Values
    day: Values
    source: Sequence[str | None]
    trust: Sequence[str]
    content_type: Sequence[str]
    cues: Values
    length: Values
    superseded: Values
    vectors: bytes  # as pack_vectors makes each; zeros for one that is not embedded

    @classmethod
    def of(cls, rows: Sequence[Row], dimension: int) -> Self:
        """The rows, a column at a time: transposing by zip(*rows) would take five times as long."""
        columns: dict[str, Any] = {name: list(map(itemgetter(i), rows)) for i, name in enumerate(Row._fields)}
        return cls(vectors=joined(columns.pop("vector"), dimension), **columns)


class Names:
    """Small numbers for the few different texts of a column."""

    def __init__(self) -> None:
        self._numbers: dict[str | None, int] = {None: NO_SOURCE}

    def numbers(self, names: Iterable[str | None]) -> list[int]:
        """The number of each, new ones given as they come."""
        known = self._numbers
        return [known[name] if name in known else known.setdefault(name, len(known)) for name in names]

    def known(self, names: Iterable[str]) -> list[int]:
        """The numbers of those that have one."""
        return [self._numbers[name] for name in names if name in self._numbers]


@dataclass(frozen=True, slots=True)
class Table:
    """The arrays, of which the first `size` positions are filled."""

    keys: NDArray[np.int64]  # the documents ascending
    places: NDArray[np.int32]  # the position of each key
    docs: NDArray[np.int64]
    live: NDArray[np.bool_]
    buckets: NDArray[np.int32]
    days: NDArray[np.int32]
    sources: NDArray[np.int32]
    trusts: NDArray[np.int16]
    content_types: NDArray[np.int16]
    cues: NDArray[np.int32]
    lengths: NDArray[np.int32]
    superseded: NDArray[np.bool_]
    nominable: NDArray[np.bool_]  # live and with a vector
    scales: NDArray[np.float32]
    codes: NDArray[np.int8]  # (capacity, dimension)
    signs: NDArray[np.uint8]  # (capacity, ceil(dimension / 8))
    size: int
    living: int = 0  # how many are live
    nominees: int = 0  # how many are nominable

    @classmethod
    def of(cls, packed: Packed, dimension: int, names: tuple[Names, Names, Names]) -> Self:
        """The documents ascending; of several states of one the last counts."""
        sources, trusts, content_types = names
        docs = np.array(packed.doc, np.int64)
        live = np.array(packed.live, np.bool_)
        scales, codes = unpack_joined(packed.vectors, len(docs), dimension)
        table = cls(
            keys=docs,
            places=np.arange(len(docs), dtype=np.int32),
            docs=docs,
            live=live,
            buckets=np.array(packed.bucket_id, np.int32),
            days=np.array(packed.day, np.int32),
            sources=np.array(sources.numbers(packed.source), np.int32),
            trusts=np.array(trusts.numbers(packed.trust), np.int16),
            content_types=np.array(content_types.numbers(packed.content_type), np.int16),
            cues=np.array(packed.cues, np.int32),
            lengths=np.array(packed.length, np.int32),
            superseded=np.array(packed.superseded, np.bool_),
            nominable=live & (scales > 0),
            scales=scales,
            codes=codes,
            signs=signs_of(codes),
            size=len(docs),
        )
        return table._in_order()

    def _in_order(self) -> Self:
        if self.size == 0 or (np.diff(self.docs) > 0).all():
            return self
        order = np.argsort(self.docs, kind="stable")
        is_last = np.append(np.diff(self.docs[order]) > 0, True)
        return self.taken(order[is_last])

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays."""
        return sum(getattr(self, name).nbytes for name in ("keys", "places", *_COLUMNS))

    def positions(self, docs: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Where each document stands, and whether it is there at all."""
        keys = self.keys[: self.size]
        if self.size and keys[-1] - keys[0] + 1 == self.size:  # without gaps, as where one user stores alone
            at = docs - keys[0]
            there = (at >= 0) & (at < self.size)
            at[there] = self.places[at[there]]
            return at, there
        at = np.searchsorted(keys, docs).astype(np.int64)
        there = at < self.size
        there[there] = keys[at[there]] == docs[there]
        at[there] = self.places[at[there]]
        return at, there

    def counted(self) -> Self:
        """The same with its living and its nominees counted."""
        living, nominees = np.count_nonzero(self.live[: self.size]), np.count_nonzero(self.nominable[: self.size])
        return replace(self, living=int(living), nominees=int(nominees))

    def taken(self, positions: NDArray[Any]) -> Self:
        """A new table of these positions, in this order."""
        arrays = {name: getattr(self, name)[positions] for name in _COLUMNS}
        places = np.argsort(arrays["docs"], kind="stable").astype(np.int32)
        return replace(self, **arrays, keys=arrays["docs"][places], places=places, size=len(places))

    def overwrite(self, at: NDArray[np.int64], other: Self) -> None:
        """Put the rows of the other table at these positions, in place."""
        for name in _COLUMNS:
            getattr(self, name)[at] = getattr(other, name)[: other.size]

    def extended(self, other: Self) -> Self:
        """With the other's rows, of new documents, behind; shares arrays that have room, whose size hid them so far."""
        size = self.size + other.size
        if size > len(self.docs):
            return self.with_room(max(size, 2 * self.size)).extended(other)
        for name in _COLUMNS:
            getattr(self, name)[self.size : size] = getattr(other, name)[: other.size]
        return replace(self._indexed(other), size=size)

    def _indexed(self, other: Self) -> Self:
        places = (other.places + self.size).astype(np.int32)
        if self.size == 0 or other.keys[0] > self.keys[self.size - 1]:
            self.keys[self.size : self.size + other.size] = other.keys
            self.places[self.size : self.size + other.size] = places
            return self
        at = np.searchsorted(self.keys[: self.size], other.keys)
        merged = replace(self, keys=np.empty_like(self.docs), places=np.empty(len(self.docs), np.int32))
        merged.keys[: self.size + other.size] = np.insert(self.keys[: self.size], at, other.keys)
        merged.places[: self.size + other.size] = np.insert(self.places[: self.size], at, places)
        return merged

    def with_room(self, capacity: int) -> Self:
        """The same in arrays of this length."""
        arrays: dict[str, Any] = {}
        for name in ("keys", "places", *_COLUMNS):
            old = getattr(self, name)
            arrays[name] = np.empty((capacity, *old.shape[1:]), old.dtype)
            arrays[name][: self.size] = old[: self.size]
        return replace(self, **arrays)


_COLUMNS = tuple(f.name for f in fields(Table) if f.name not in {"keys", "places", "size", "living", "nominees"})
