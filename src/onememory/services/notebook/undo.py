"""Take back one's own last change of memories."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from onememory.domain.actors import Action, Actor, require
from onememory.domain.errors import InvalidInput
from onememory.domain.memories import Change, Memory, MemoryState, Version, checked_ids
from onememory.domain.proposals import Outcome
from onememory.ports import Store, Transaction
from onememory.retrieval.dates import leading_date
from onememory.services.index.indexing import Indexing
from onememory.services.notebook.memories import SHIFTED_AT_ONCE
from onememory.services.notebook.proposals import Proposals
from onememory.services.reach import Open, Reach, resolved

_BACK = {
    Change.CREATED: Change.TRASHED,
    Change.EDITED: Change.EDITED,
    Change.MOVED: Change.MOVED,
    Change.TRASHED: Change.RESTORED,
    Change.RESTORED: Change.TRASHED,
    Change.REJECTED: Change.RESTORED,
}


@dataclass(frozen=True, slots=True)
class _Step:
    """One memory as it was before its last change, and what the way back is called."""

    after: Memory
    change: Change


class Undo:
    """The use case of taking a change back, as a version of its own."""

    def __init__(self, store: Store, reach: Reach, proposals: Proposals, indexing: Indexing) -> None:
        self._store = store
        self._reach = reach
        self._proposals = proposals
        self._indexing = indexing

    async def take_back(self, actor: Actor, memory_ids: Sequence[str]) -> Outcome:
        """Bring memories back to where they were before the actor's own last change; a new one goes to the trash.

        Missing are those that somebody else has changed since, and those whose way back is gone: a text that was
        redacted, a bucket that was deleted.
        """
        require(actor, Action.CHANGE)
        require(actor, Action.DELETE)
        ids, outcome = checked_ids(memory_ids, SHIFTED_AT_ONCE), Outcome()
        for house, of_house in await self._reach.memories(actor, ids):
            outcome += await self._take_back(house.actor, of_house)
        return outcome

    async def carry_back(self, actor: Actor, memory_ids: Sequence[str], copy_ids: Sequence[str]) -> Outcome:
        """Bring memories out of the trash that the actor moved into buckets of others, and put the copies into theirs.

        The copies are given in the same order. Missing are those of which either has changed since: both then stay.
        """
        require(actor, Action.CHANGE)
        require(actor, Action.DELETE)
        ids, copies = checked_ids(memory_ids, SHIFTED_AT_ONCE), checked_ids(copy_ids, SHIFTED_AT_ONCE)
        if len(ids) != len(copies):
            raise InvalidInput("Name one copy for each memory, in the same order.")
        pairs = dict(zip(ids, copies, strict=True))
        ready = await self._reach.together(actor, lambda rooms: _returning(rooms, pairs))
        # First what is to be there again: should a copy change this very moment, there is one too many and not too few.
        outcome = await self._take_back(actor, list(ready))
        back = {memory.id for memory in outcome.changed}
        outcome = replace(outcome, missing=[memory_id for memory_id in ids if memory_id not in back])
        for house, of_house in await self._reach.memories(actor, [ready[memory_id] for memory_id in back]):
            trashed = await self._take_back(house.actor, of_house)
            outcome.in_trash_of.update({m.id: house.share.owner_name for m in trashed.changed if house.share})
        return outcome

    async def can_take_back(self, actor: Actor, memory_id: str) -> bool:
        """Whether `take_back` would bring this memory back; what it was before may be hidden from a guest."""
        require(actor, Action.READ)
        return await self._reach.together(actor, lambda rooms: _has_way_back(rooms, memory_id))

    async def _take_back(self, actor: Actor, ids: Sequence[str]) -> Outcome:
        steps = await self._store.read(actor.scope, lambda tx: _steps(tx, actor, ids))
        texts = sorted({step.after.text for step in steps.values() if step.after.state is MemoryState.ACTIVE})
        vectors = dict(zip(texts, await self._indexing.vectors(texts), strict=True)) if texts else {}

        def work(tx: Transaction) -> Outcome:
            steps = _steps(tx, actor, ids)
            outcome = Outcome(missing=[memory_id for memory_id in ids if memory_id not in steps])
            for change in dict.fromkeys(step.change for step in steps.values()):
                afters = [step.after for step in steps.values() if step.change is change]
                done = self._proposals.carry_out(tx, actor, afters, change, vectors)
                outcome.changed.extend(done.changed)
                outcome.proposed.extend(done.proposed)
            return outcome

        return await self._store.write(actor.scope, work)


def _returning(rooms: Sequence[Open], copies: Mapping[str, str]) -> dict[str, str]:
    """Those of the copies, by what each was made of, whose two ends are as the move left them."""
    own, *others = rooms
    at = resolved(rooms, list(copies.values()))
    steps = dict(_steps(own.tx, own.house.actor, list(copies)))
    for room in others:
        steps |= _steps(room.tx, room.house.actor, [copy for copy, (place, _) in at.items() if place == room])
    back = {memory_id: step.change for memory_id, step in steps.items()}
    wanted = (Change.RESTORED, Change.TRASHED)
    return {before: copy for before, copy in copies.items() if (back.get(before), back.get(copy)) == wanted}


def _has_way_back(rooms: Sequence[Open], memory_id: str) -> bool:
    found = resolved(rooms, [memory_id]).values()
    return any(_steps(room.tx, room.house.actor, [memory_id]) for room, _ in found)


def _steps(tx: Transaction, actor: Actor, memory_ids: Sequence[str]) -> Mapping[str, _Step]:
    memories, versions = tx.memories.get(memory_ids), tx.memories.versions(memory_ids)
    reach = {bucket.id for bucket in tx.buckets.all()}
    steps = {m.id: _step(actor, m, versions.get(m.id, [])) for m in memories.values()}
    return {k: step for k, step in steps.items() if step and step.after.bucket_id in reach}


def _step(actor: Actor, memory: Memory, versions: Sequence[Version]) -> _Step | None:
    last = versions[-1] if versions else None
    if last is None or last.change not in _BACK:
        return None
    if not actor.has_made(last.provenance):
        return None
    if last.change is Change.CREATED:
        return _Step(replace(memory, state=MemoryState.TRASHED), Change.TRASHED)
    before = versions[-2] if len(versions) > 1 else None
    if before is None or before.text is None:  # an earlier one may be hidden from a guest
        return None
    was = replace(memory, text=before.text, bucket_id=before.bucket_id, state=before.state)
    if before.text != memory.text:  # whoever vouched for it then does so again
        trusted = replace(memory.provenance, trust=before.provenance.trust)
        was = replace(was, about=leading_date(before.text)[0], provenance=trusted)
    return _Step(was, _BACK[last.change])
