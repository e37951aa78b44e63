"""The one way in which a memory changes: its row, a new version and the index, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from onememory.domain.memories import Change, Memory, MemoryState, Version
from onememory.domain.provenance import Provenance
from onememory.ports import Clock, Transaction, Vectors
from onememory.services import quotas
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
        """Insert new memories with their first version; raises OverQuota."""
        quotas.take(tx, len(memories), (text for m in memories for text in (m.text, m.text)))  # the version's text too
        tx.memories.add(memories, [version_of(m, change, m.provenance) for m in memories])
        self._indexing.put(tx, memories, vectors)

    def restore(self, tx: Transaction, memories: Sequence[Memory], versions: Sequence[Version]) -> None:
        """Insert memories with the history that they bring along; raises OverQuota."""
        quotas.take(tx, len(memories), (*(m.text for m in memories), *(v.text or "" for v in versions)))
        tx.memories.add(memories, versions)
        self._indexing.put(tx, memories, [{} for _ in memories])

    def apply(
        self,
        tx: Transaction,
        after: Memory,
        change: Change,
        by: Provenance,
        vectors: Mapping[str, Vectors] | None = None,
    ) -> Memory:
        """Bring a memory into a new state and append the version; `vectors` are those of a text that is new or back.

        Raises OverQuota for a new text; what only moves a memory is never refused.
        The version has the origin of the change and the trust of the text, which a new text takes from its writer
        where `after` names no other.
        """
        before = tx.memories.get([after.id])[after.id]
        if after.text != before.text:
            quotas.take(tx, 0, [after.text, after.text])
        else:
            quotas.note(tx, [after.text])
        if after.text != before.text and after.provenance.trust is before.provenance.trust:
            trust = before.provenance.trust.of_edit_by(by.trust)
            after = replace(after, provenance=replace(after.provenance, trust=trust))
        after = replace(after, version=before.version + 1, updated_at=self._clock.now())
        tx.memories.change(after, version_of(after, change, replace(by, trust=after.provenance.trust)))
        if before.state is not after.state and MemoryState.TRASHED in {before.state, after.state}:
            tx.proposals.remove_about([after.id])  # they were about a memory that was there, or one that was not
        self._reindex(tx, before, after, vectors or {})
        return after

    def supersede(self, tx: Transaction, memories: Sequence[Memory], by: Provenance) -> None:
        """Mark what active memories replace; one in the inbox replaces nothing before it is approved."""
        for memory in memories:
            if memory.supersedes and memory.state is MemoryState.ACTIVE:
                old = tx.memories.get([memory.supersedes]).get(memory.supersedes)
                if old:  # it may have been erased while the new one waited for review
                    self.apply(tx, replace(old, superseded_by=memory.id), Change.SUPERSEDED, by)

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
