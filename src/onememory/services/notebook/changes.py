"""The one way in which a memory changes: its row, a new version and the index, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from onememory.domain.memories import Change, Memory, MemoryState, Version
from onememory.domain.provenance import Provenance
from onememory.ports import Clock, Transaction, Vectors
from onememory.services import quotas
from onememory.services.index.indexing import Indexing


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
        return self.apply_all(tx, [after], change, by, {after.text: vectors or {}})[0]

    def apply_all(
        self,
        tx: Transaction,
        afters: Sequence[Memory],
        change: Change,
        by: Provenance,
        vectors: Mapping[str, Mapping[str, Vectors]] | None = None,
    ) -> list[Memory]:
        """The same for different memories, in as many statements as for one; `vectors` are by text."""
        befores = tx.memories.get([after.id for after in afters])
        new = [after.text for after in afters if after.text != befores[after.id].text]
        if new:
            quotas.take(tx, 0, [*new, *new])
        if kept := [after.text for after in afters if after.text == befores[after.id].text]:
            quotas.note(tx, kept)
        made = [self._next(befores[after.id], after, by) for after in afters]
        tx.memories.change(made, [version_of(m, change, replace(by, trust=m.provenance.trust)) for m in made])
        if crossed := [m.id for m in made if _has_crossed(befores[m.id], m)]:
            tx.proposals.remove_about(crossed)  # they were about a memory that was there, or one that was not
        self._reindex(tx, befores, made, vectors or {})
        return made

    def _next(self, before: Memory, after: Memory, by: Provenance) -> Memory:
        if after.text != before.text and after.provenance.trust is before.provenance.trust:
            trust = before.provenance.trust.of_edit_by(by.trust)
            after = replace(after, provenance=replace(after.provenance, trust=trust))
        return replace(after, version=before.version + 1, updated_at=self._clock.now())

    def supersede(self, tx: Transaction, memories: Sequence[Memory], by: Provenance) -> None:
        """Mark what active memories replace; one in the inbox replaces nothing before it is approved."""
        for memory in memories:
            if memory.supersedes and memory.state is MemoryState.ACTIVE:
                old = tx.memories.get([memory.supersedes]).get(memory.supersedes)
                if old:  # it may have been erased while the new one waited for review
                    self.apply(tx, replace(old, superseded_by=memory.id), Change.SUPERSEDED, by)

    def _reindex(
        self,
        tx: Transaction,
        befores: Mapping[str, Memory],
        afters: Sequence[Memory],
        vectors: Mapping[str, Mapping[str, Vectors]],
    ) -> None:
        described, put = [], []
        for after in afters:
            before = befores[after.id]
            was_active, is_active = (m.state is MemoryState.ACTIVE for m in (before, after))
            if was_active and is_active and before.text == after.text:
                described.append(after)
            elif was_active or is_active:
                put.append(after)
        if described:
            tx.index.describe(described)
        if put:
            self._indexing.put(tx, put, [vectors.get(m.text, {}) for m in put])


def _has_crossed(before: Memory, after: Memory) -> bool:
    """Whether it has gone into the trash, or come out of it."""
    return before.state is not after.state and MemoryState.TRASHED in {before.state, after.state}


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
