"""Erase for good what is in the trash."""

from collections.abc import Sequence
from dataclasses import dataclass

from onememory.domain.actors import Action, Actor, require
from onememory.domain.memories import MemoryState, checked_ids
from onememory.ports import EVERYTHING, MemoryQuery, Store, Transaction
from onememory.services.audit import Audit
from onememory.services.memories import SHIFTED_AT_ONCE

BATCH = 500
IN_TRASH = MemoryQuery(frozenset({MemoryState.TRASHED}))


@dataclass(frozen=True, slots=True)
class Erased:
    """What is gone, and which ids were not in the trash."""

    memory_ids: list[str]
    missing: list[str]


class Trash:
    """The use cases of erasing memories that were deleted."""

    def __init__(self, store: Store, audit: Audit) -> None:
        self._store = store
        self._audit = audit

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

    async def empty(self, actor: Actor, at_most: int = EVERYTHING) -> int:
        """Erase what is in the trash, the newest first; how many that were."""
        require(actor, Action.ERASE)
        total = 0

        def work(tx: Transaction) -> int:
            ids = [memory.id for memory in tx.memories.newest(IN_TRASH, BATCH)]
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
