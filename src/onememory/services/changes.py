"""The one way in which a memory changes: its row, a new version and the index, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from onememory.domain.actors import Actor
from onememory.domain.memories import Change, Memory, MemoryState, Version
from onememory.domain.provenance import Provenance
from onememory.ports import Clock, Transaction, Vectors
from onememory.services.indexing import Indexing


class Changes:
    """Adds and changes memories with everything that hangs on them."""

    def __init__(self, indexing: Indexing, clock: Clock) -> None:
        self._indexing = indexing
        self._clock = clock

    def now(self) -> datetime:
        """The time of a change made now."""
        return self._clock.now()

    def add(
        self, tx: Transaction, memories: Sequence[Memory], vectors: Sequence[Mapping[str, Vectors]], change: Change
    ) -> None:
        """Insert new memories with their first version."""
        tx.memories.add(memories, [version_of(m, change, m.provenance) for m in memories])
        self._indexing.put(tx, memories, vectors)

    def restore(self, tx: Transaction, memories: Sequence[Memory], versions: Sequence[Version]) -> None:
        """Insert memories with the history that they bring along."""
        tx.memories.add(memories, versions)
        self._indexing.put(tx, memories, [{} for _ in memories])

    def apply(
        self,
        tx: Transaction,
        after: Memory,
        change: Change,
        actor: Actor,
        vectors: Mapping[str, Vectors] | None = None,
    ) -> Memory:
        """Bring a memory into a new state and append the version; `vectors` are those of a text that is new or back."""
        before = tx.memories.get([after.id])[after.id]
        after = replace(after, version=before.version + 1, updated_at=self._clock.now())
        provenance = actor.provenance(trust=after.provenance.trust)
        tx.memories.change(after, version_of(after, change, provenance))
        self._reindex(tx, before, after, vectors or {})
        return after

    def _reindex(self, tx: Transaction, before: Memory, after: Memory, vectors: Mapping[str, Vectors]) -> None:
        was_active, is_active = (m.state is MemoryState.ACTIVE for m in (before, after))
        if was_active and is_active and before.text == after.text:
            tx.index.describe([after])
        elif was_active or is_active:
            self._indexing.put(tx, [after], [vectors])


def version_of(memory: Memory, change: Change, provenance: Provenance) -> Version:
    """The version that a memory stands in."""
    return Version(
        memory_id=memory.id,
        number=memory.version,
        change=change,
        text=memory.text,
        bucket_id=memory.bucket_id,
        state=memory.state,
        at=memory.updated_at,
        provenance=provenance,
    )
