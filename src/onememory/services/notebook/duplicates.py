"""Memories that say what a new one says already, so that an assistant can tidy up at once."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from onememory.domain.actors import Action, Actor, require
from onememory.domain.buckets import Bucket
from onememory.domain.memories import Draft, Memory
from onememory.domain.search import QUERY_LIMIT, Filters
from onememory.ports import Probe, Store, Transaction, Vectors
from onememory.retrieval.likeness import could_be_same, sameness, statement_of
from onememory.retrieval.words import query_terms
from onememory.services.audit import Audit
from onememory.services.index.indexing import Indexing, body_of
from onememory.services.notebook.lists import found_in
from onememory.services.notebook.memories import Memories
from onememory.services.reach import Reach, buckets_of

MOST = 3
# Nominated by meaning, at a fifth of what words cost. Of LoCoMo's 2,760 turns, with wordllama, all 196 that a look at
# the nearest 400 of each would name are among the nearest ten.
BY_MEANING = 12
BY_WORDS = 40  # nominated where there is no meaning


@dataclass(frozen=True, slots=True)
class Kept:
    """A memory that was stored, and what is told with it."""

    memory: Memory
    same: list[Memory]  # up to three active ones that say the same, the likest first
    buckets: list[Bucket]  # every bucket within reach


class NearDuplicates:
    """The use case of storing and being told what is known already."""

    def __init__(self, store: Store, reach: Reach, memories: Memories, indexing: Indexing, audit: Audit) -> None:
        self._store = store
        self._reach = reach
        self._memories = memories
        self._indexing = indexing
        self._audit = audit

    async def store(self, actor: Actor, draft: Draft) -> Kept:
        """As Memories.store, with the memories that say the same in the same house.

        Those are looked for while the new one is written: of two that are stored at once neither may be named.
        """
        require(actor, Action.READ)
        ready = await self._memories.ready(actor, draft)
        body = body_of(ready.draft.text)
        house = await self._reach.bucket(actor, draft.bucket_id)
        actor, share = house.actor, house.share
        looking = self._store.read(actor.scope, lambda tx: (_same(tx, body, ready.vectors), buckets_of(tx, share)))
        memory, (found, buckets) = await asyncio.gather(self._memories.keep(actor, ready), looking)
        same = [each for each in found if each.id != memory.id][:MOST]  # the look may have been the later one
        self._audit.note_read(actor, "memory.duplicates", [each.id for each in same])
        return Kept(memory, same, buckets)

    async def of(self, actor: Actor, memory_id: str) -> list[Memory]:
        """Up to three active memories that say what this one says, the likest first; raises NotFound."""
        require(actor, Action.READ)
        room, memory = await self._reach.together(actor, lambda rooms: found_in(rooms, memory_id), brief=True)
        actor = room.house.actor
        body = body_of(memory.text)
        vectors = (await self._indexing.vectors([memory.text]))[0]
        found = await self._store.read(actor.scope, lambda tx: _same(tx, body, vectors))
        same = [each for each in found if each.id != memory_id][:MOST]
        self._audit.note_read(actor, "memory.duplicates", [each.id for each in same])
        return same


def _same(tx: Transaction, body: str, vectors: Mapping[str, Vectors]) -> list[Memory]:
    """The memories that say the same, the likest first."""
    nominated = tx.index.nominate(Probe([], vectors, Filters(), BY_MEANING))
    if not len(nominated.keys):
        nominated = tx.index.nominate(Probe(query_terms(body[:QUERY_LIMIT]), {}, Filters(), BY_WORDS))
    cosines = dict(zip(nominated.keys, _known(nominated.pool.meaning), strict=True))
    ids = tx.index.memory_ids([key for key, cosine in cosines.items() if could_be_same(cosine)])
    memories = tx.memories.get(list(ids.values()))
    said = statement_of(body)
    alike = [
        (sameness(said, body_of(memories[memory_id].text), cosines[key]), memories[memory_id])
        for key, memory_id in ids.items()
        if memory_id in memories
    ]
    same = [(likeness, memory) for likeness, memory in alike if likeness is not None]
    return [memory for _, memory in sorted(same, key=lambda each: (-each[0], each[1].id))]


def _known(cosines: Vectors) -> Sequence[float | None]:
    return [None if np.isnan(cosine) else float(cosine) for cosine in cosines]
