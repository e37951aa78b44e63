"""Memories that say what a new one says already, so that an assistant can tidy up at once."""

from collections.abc import Mapping, Sequence

import numpy as np

from onememory.domain.actors import Action, Actor, require
from onememory.domain.memories import Memory
from onememory.domain.search import QUERY_LIMIT, Filters
from onememory.ports import Probe, Store, Transaction, Vectors
from onememory.retrieval.likeness import could_be_same, sameness, statement_of
from onememory.retrieval.words import query_terms
from onememory.services.audit import Audit
from onememory.services.indexing import body_of
from onememory.services.meaning import Meaning

MOST = 3
NOMINATED = 40  # by meaning, or by words where there is none


class NearDuplicates:
    """The use case of telling what is known already."""

    def __init__(self, store: Store, meaning: Meaning, audit: Audit) -> None:
        self._store = store
        self._meaning = meaning
        self._audit = audit

    async def of(self, actor: Actor, text: str, but_not: str | None = None) -> list[Memory]:
        """Up to three active memories that say the same, the likest first, without the one named."""
        require(actor, Action.READ)
        body = body_of(text)
        vectors = (await self._meaning.vectors([body]))[0]
        found = await self._store.read(actor.scope, lambda tx: _same(tx, body, vectors, but_not))
        self._audit.note_read(actor, "memory.duplicates", [memory.id for memory in found])
        return found


def _same(tx: Transaction, body: str, vectors: Mapping[str, Vectors], but_not: str | None) -> list[Memory]:
    # Meaning nominates at a fifth of what words cost; what says the same is among the nearest.
    nominated = tx.index.nominate(Probe([], vectors, Filters(), NOMINATED))
    if not len(nominated.keys):
        nominated = tx.index.nominate(Probe(query_terms(body[:QUERY_LIMIT]), {}, Filters(), NOMINATED))
    cosines = dict(zip(nominated.keys, _known(nominated.pool.meaning), strict=True))
    ids = tx.index.memory_ids([key for key, cosine in cosines.items() if could_be_same(cosine)])
    memories = tx.memories.get([memory_id for memory_id in ids.values() if memory_id != but_not])
    said = statement_of(body)
    alike = [
        (sameness(said, body_of(memories[memory_id].text), cosines[key]), memories[memory_id])
        for key, memory_id in ids.items()
        if memory_id in memories
    ]
    same = [(likeness, memory) for likeness, memory in alike if likeness is not None]
    return [memory for _, memory in sorted(same, key=lambda each: (-each[0], each[1].id))][:MOST]


def _known(cosines: Vectors) -> Sequence[float | None]:
    return [None if np.isnan(cosine) else float(cosine) for cosine in cosines]
