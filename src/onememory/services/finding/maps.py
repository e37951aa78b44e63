"""Memories as pictures: by month and bucket, and by meaning in groups with names."""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from onememory.domain.actors import Action, Actor, Scope, require
from onememory.domain.buckets import Bucket
from onememory.domain.errors import NotFound
from onememory.domain.memories import Memory
from onememory.domain.search import Filters
from onememory.ports import Clock, Store, Transaction, Vectors
from onememory.ports.search import Calendar
from onememory.retrieval.clusters import FEWEST, Labels, groups_of, nearest
from onememory.retrieval.layout import Discs, discs_of, dots_of
from onememory.retrieval.topics import names_of
from onememory.services.audit import Audit
from onememory.services.index.indexing import body_of
from onememory.services.index.meaning import Meaning
from onememory.services.notebook.buckets import bucket_of

DOTS = 1_200
KEPT = 16  # maps in memory
SHOWN = 120  # characters of a memory beside its dot

_ABSENT = "No model gives memories a meaning, so they are shown by month alone. An administrator can choose one."
_WAITING = "The memories are still waiting for their vectors. The map by meaning is drawn as soon as they have them."
_DRAWING = "The map is being drawn. It appears here in a moment, or when you open this page again."
_FEW = f"A map by meaning is drawn from {FEWEST} memories on."


_1970 = date(1970, 1, 1).toordinal()
_MONTHS = 10_000 * 12  # until the last year that there are dates of

_Place = tuple[Scope, int | None]  # whose memories, and of which bucket


@dataclass(frozen=True, slots=True)
class Dot:
    """One memory on the map."""

    memory_id: str
    text: str  # the beginning
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Cluster:
    """Memories that are near to each other in meaning."""

    memory_id: str  # the most typical one, by which the cluster is found again
    text: str  # its beginning
    words: tuple[str, ...]  # that tell it from the others, the most telling one first
    count: int
    x: float
    y: float
    radius: float
    dots: tuple[Dot, ...]  # a sample


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)  # so that what is drawn of it can be kept beside it
class MeaningMap:
    """The largest cluster first; the plane's unit is a pixel of a picture about 960 wide."""

    clusters: tuple[Cluster, ...]
    dot_size: float  # how far two dots lie apart
    total: int  # memories in all clusters


@dataclass(frozen=True, slots=True)
class MemoryMaps:
    """What there is to see; `note` says why there is no map by meaning."""

    calendar: Calendar
    buckets: Sequence[Bucket]
    meaning: MeaningMap | None
    note: str | None
    at: datetime
    is_drawing: bool = False

    def months(self) -> Counter[tuple[int, int, int]]:
        """How many memories each bucket has of each year and month."""
        bucket_ids, at = np.unique(self.calendar.bucket_ids, return_inverse=True)
        since_1970 = (self.calendar.days - _1970).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        filled, places = np.unique(at * _MONTHS + since_1970 + 1970 * 12, return_inverse=True)
        sums = np.zeros(len(filled), np.int64)
        np.add.at(sums, places, self.calendar.counts)
        ids, months = bucket_ids[filled // _MONTHS], filled % _MONTHS
        columns = (ids.tolist(), (months // 12).tolist(), (months % 12 + 1).tolist())
        return Counter(dict(zip(zip(*columns, strict=True), sums.tolist(), strict=True)))


@dataclass(frozen=True, slots=True)
class ClusterPart:
    """Part of a cluster's memories, the most typical first."""

    cluster: Cluster
    memories: tuple[Memory, ...]
    buckets: Sequence[Bucket]  # every one of one's own within reach


@dataclass(frozen=True, slots=True)
class _Known:
    """A map with every memory's place in it."""

    stamp: str
    map: MeaningMap
    keys: NDArray[np.int64]  # ascending
    labels: Labels
    closeness: Vectors  # of each memory to its own cluster


class Maps:
    """The use cases of maps; one is kept until the index changes."""

    def __init__(self, store: Store, meaning: Meaning, audit: Audit, clock: Clock) -> None:
        self._store = store
        self._meaning = meaning
        self._audit = audit
        self._clock = clock
        self._known: OrderedDict[_Place, _Known] = OrderedDict()
        self._drawing: dict[_Place, asyncio.Task[_Known | None]] = {}

    async def of(self, actor: Actor, bucket_id: int | None = None, patience: float | None = None) -> MemoryMaps:
        """The memories of a bucket or of all; raises NotFound for a bucket that is not there.

        After `patience` seconds the map by meaning is left out while it is still being drawn; None waits for it.
        """
        require(actor, Action.READ)

        def work(tx: Transaction) -> tuple[Calendar, list[Bucket], int]:
            filters = _filters(tx, bucket_id)
            buckets = tx.buckets.all()
            wanted = [bucket for bucket in buckets if bucket_id in {None, bucket.id}]
            return tx.index.calendar(filters), buckets, sum(bucket.memory_count for bucket in wanted)

        calendar, buckets, memories = await self._store.read(actor.scope, work)
        now = self._clock.now()
        try:
            async with asyncio.timeout(patience):
                known = await self._map(actor, bucket_id)
        except TimeoutError:
            return MemoryMaps(calendar, buckets, None, _DRAWING, now, is_drawing=True)
        return MemoryMaps(calendar, buckets, known.map if known else None, self._reason(known, memories), now)

    async def cluster(
        self, actor: Actor, memory_id: str, limit: int, skip: int = 0, bucket_id: int | None = None
    ) -> ClusterPart:
        """The cluster that this memory belongs to; raises NotFound where it is not on the map."""
        require(actor, Action.READ)
        known = await self._map(actor, bucket_id)
        if known is None:
            raise NotFound("There is no map by meaning at the moment; open the map to see why.")

        def work(tx: Transaction) -> ClusterPart:
            number = _cluster_of(known, tx.index.keys([memory_id]).get(memory_id))
            at = np.flatnonzero(known.labels == number)
            at = at[np.argsort(-known.closeness[at], kind="stable")][skip : skip + limit]
            ids = tx.index.memory_ids(known.keys[at].tolist())
            memories = tx.memories.get(list(ids.values()))
            found = (memories.get(ids.get(key, "")) for key in known.keys[at].tolist())
            present = tuple(memory for memory in found if memory)
            return ClusterPart(known.map.clusters[number], present, tx.buckets.all())

        part = await self._store.read(actor.scope, work)
        self._audit.note_read(actor, "memory.list", [memory.id for memory in part.memories])
        return part

    def _reason(self, known: _Known | None, memories: int) -> str | None:
        if known is not None:
            return None
        if self._meaning.is_absent:
            return _ABSENT
        return _FEW if memories < FEWEST else _WAITING

    async def _map(self, actor: Actor, bucket_id: int | None) -> _Known | None:
        """The map as it is now; None where too few memories have a vector."""
        place = (actor.scope, bucket_id)
        stamp = await self._store.read(actor.scope, lambda tx: tx.index.stamp(), brief=True)
        known = self._known.get(place)
        if known is not None and known.stamp == stamp:
            self._known.move_to_end(place)
            return known
        if place not in self._drawing:
            self._drawing[place] = asyncio.create_task(self._draw(place))
        return await asyncio.shield(self._drawing[place])  # it is drawn to its end, whoever loses patience

    async def _draw(self, place: _Place) -> _Known | None:
        scope, bucket_id = place
        try:
            known = await self._store.read(scope, lambda tx: _drawn(tx, bucket_id))
            self._keep(place, known)
            return known
        finally:
            del self._drawing[place]

    def _keep(self, place: _Place, known: _Known | None) -> None:
        self._known.pop(place, None)
        if known is not None:
            self._known[place] = known
        while len(self._known) > KEPT:
            self._known.popitem(last=False)


def _filters(tx: Transaction, bucket_id: int | None) -> Filters:
    if bucket_id is None:
        return Filters()
    return Filters(bucket_ids=frozenset({bucket_of(tx, bucket_id).id}))


def _cluster_of(known: _Known, key: int | None) -> int:
    at = int(np.searchsorted(known.keys, key)) if key is not None else len(known.keys)
    if at == len(known.keys) or known.keys[at] != key:
        raise NotFound("This memory is not on the map; it may have been deleted since. Open the map anew.")
    return int(known.labels[at])


def _drawn(tx: Transaction, bucket_id: int | None) -> _Known | None:
    filters = _filters(tx, bucket_id)
    sample = tx.index.sample(DOTS, filters)
    if len(sample.keys) < FEWEST:
        return None
    groups = groups_of(sample.vectors)
    keys, cosines = tx.index.cosines(groups.directions, filters)
    closeness = groups.closeness(cosines)
    shown = np.searchsorted(keys, np.array(sample.keys, np.int64))
    filled = np.unique(nearest(closeness[shown]))  # where many texts are the same, a group may get none of them
    closeness, centres = closeness[:, filled], groups.centres[filled]
    labels = nearest(closeness)
    discs = discs_of(centres, np.bincount(labels[shown]))
    drawing = _Drawing(discs, _texts(tx, sample.keys), np.array(sample.keys), closeness[shown], labels[shown])
    clusters = drawing.clusters(np.bincount(labels))
    own = closeness[np.arange(len(labels)), labels]
    return _Known(tx.index.stamp(), MeaningMap(clusters, discs.seat, len(keys)), keys, labels, own)


def _texts(tx: Transaction, keys: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Id and text of these memories."""
    ids = tx.index.memory_ids(keys)
    memories = tx.memories.get(list(ids.values()))
    return {key: (i, body_of(memories[i].text)) for key, i in ids.items() if i in memories}


@dataclass(frozen=True, slots=True)
class _Drawing:
    """The sampled memories, and where their clusters are drawn."""

    discs: Discs
    texts: Mapping[int, tuple[str, str]]
    keys: NDArray[np.int64]
    closeness: Vectors
    labels: Labels

    def clusters(self, counts: NDArray[np.int64]) -> tuple[Cluster, ...]:
        """Each with its name, its place and its dots; `counts` are of all memories."""
        members = [np.flatnonzero(self.labels == number) for number in range(len(counts))]
        names = names_of(
            [[self.texts[key][1] for key in self.keys[at].tolist() if key in self.texts] for at in members]
        )
        return tuple(
            self._cluster(number, at, words, int(count))
            for number, (at, words, count) in enumerate(zip(members, names, counts, strict=True))
        )

    def _cluster(self, number: int, at: NDArray[np.int64], words: tuple[str, ...], count: int) -> Cluster:
        places = dots_of(self.discs, number, self.closeness[at])
        order = np.argsort(-self.closeness[at, number], kind="stable")
        dots = [
            Dot(*_beginning(self.texts[key]), round(float(x), 1), round(float(y), 1))
            for key, (x, y) in zip(self.keys[at[order]].tolist(), places[order], strict=True)
            if key in self.texts
        ]
        x, y = (round(float(c), 1) for c in self.discs.middles[number])
        radius = round(float(self.discs.radii[number]), 1)
        return Cluster(dots[0].memory_id, dots[0].text, words, count, x, y, radius, tuple(dots))


def _beginning(named: tuple[str, str]) -> tuple[str, str]:
    memory_id, text = named
    plain = " ".join(text[: SHOWN * 2].split())
    return memory_id, plain if len(plain) <= SHOWN else f"{plain[: SHOWN - 1]}…"
