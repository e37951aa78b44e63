"""Erase for good what is in the trash."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from onememory.domain.actors import Action, Actor, require
from onememory.domain.memories import MemoryState, checked_ids
from onememory.ports import EVERYTHING, Clock, MemoryQuery, Store, Transaction
from onememory.services.audit import Audit
from onememory.services.notebook.memories import SHIFTED_AT_ONCE

BATCH = 500


@dataclass(frozen=True, slots=True)
class Erased:
    """What is gone, and which ids were not in the trash."""

    memory_ids: list[str]
    missing: list[str]


@dataclass(frozen=True, slots=True)
class Content:
    """How many memories are in the trash, and when that was."""

    total: int
    at: datetime


class Trash:
    """The use cases of erasing memories that were deleted."""

    def __init__(self, store: Store, audit: Audit, clock: Clock) -> None:
        self._store = store
        self._audit = audit
        self._clock = clock

    async def content(self, actor: Actor) -> Content:
        """What emptying it would erase now."""
        require(actor, Action.READ)
        now = self._clock.now()
        query = _in_trash(now)
        return Content(await self._store.read(actor.scope, lambda tx: tx.memories.count(query)), now)

    async def erase(self, actor: Actor, memory_ids: Sequence[str]) -> Erased:
        """Erase these with their versions; what is not in the trash stays as it is."""
        require(actor, Action.ERASE)
        ids = checked_ids(memory_ids, SHIFTED_AT_ONCE)

        def work(tx: Transaction) -> Erased:
            found = tx.memories.get(ids)
            gone = [memory_id for memory_id, memory in found.items() if memory.state is MemoryState.TRASHED]
            self._erase(tx, actor, gone)
            return Erased(gone, [memory_id for memory_id in ids if memory_id not in gone])

        return await self._store.write(actor.scope, work)

    async def empty(self, actor: Actor, until: datetime | None = None, at_most: int = EVERYTHING) -> int:
        """Erase what is in the trash and was at that moment, the newest first; how many that were."""
        require(actor, Action.ERASE)
        query, total = _in_trash(until), 0

        def work(tx: Transaction) -> int:
            ids = [memory.id for memory in tx.memories.newest(query, BATCH)]
            self._erase(tx, actor, ids)
            return len(ids)

        while total < at_most and (count := await self._store.write(actor.scope, work)):
            total += count
        return total

    def _erase(self, tx: Transaction, actor: Actor, memory_ids: Sequence[str]) -> None:
        if memory_ids:
            tx.index.remove(memory_ids)
            tx.memories.erase(memory_ids)
            tx.index.scrub()
            self._audit.write(tx, actor, "memory.erase", memory_ids)


def _in_trash(until: datetime | None) -> MemoryQuery:
    return MemoryQuery(frozenset({MemoryState.TRASHED}), changed_before=until)
