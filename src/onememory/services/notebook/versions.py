"""The history of memories: versions with what changed, the state at a date, redaction and purge."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from onememory.domain.actors import Action, Actor, require
from onememory.domain.errors import InvalidInput, NotFound
from onememory.domain.memories import Change, Memory, MemoryState, Version
from onememory.formats.text_diff import DiffPart, diff
from onememory.ports import EVERYTHING, Clock, MemoryQuery, Store, Transaction
from onememory.services.audit import Audit
from onememory.services.notebook.changes import Changes
from onememory.services.notebook.lists import found_in
from onememory.services.reach import House, Open, Reach, Split


@dataclass(frozen=True, slots=True)
class VersionWithDiff:
    """A version and what its text changed against the one before; no diff where either text is redacted."""

    version: Version
    diff: list[DiffPart]


@dataclass(frozen=True, slots=True)
class Purged:
    """What was taken away, or would be."""

    memory_ids: list[str]
    proposal_ids: list[str]


class Versions:
    """The use cases of history."""

    def __init__(self, store: Store, reach: Reach, changes: Changes, audit: Audit, clock: Clock) -> None:
        self._store = store
        self._reach = reach
        self._changes = changes
        self._audit = audit
        self._clock = clock

    async def of(self, actor: Actor, memory_id: str) -> list[VersionWithDiff]:
        """Every version of a memory, newest first; raises NotFound.

        To a guest only those within the bucket, and none but the present one from before they were invited.
        """
        require(actor, Action.READ)
        house, versions = await self._reach.together(actor, lambda rooms: _versions_in(rooms, memory_id))
        self._audit.note_read(house.actor, "memory.versions", [memory_id])
        before: list[Version | None] = [None, *versions]
        pairs = zip(versions, before, strict=False)
        # Two long texts may take a quarter of a second to compare.
        return await asyncio.to_thread(lambda: [VersionWithDiff(new, _changed(old, new)) for new, old in pairs][::-1])

    async def as_of(self, actor: Actor, moment: datetime, limit: int, skip: int) -> list[Version]:
        """The version that each then active memory was in at that moment, newest first."""
        require(actor, Action.READ)
        versions, split = await self._reach.together(actor, lambda rooms: _as_of(rooms, moment, limit, skip))
        self._audit.note_reads(actor, "memory.as_of", split)
        return versions

    async def redact(self, actor: Actor, memory_id: str, number: int) -> list[int]:
        """Remove a text from the history for good: from this version and from all that hold the same text.

        Changes of this memory that were proposed go too, for they may quote it.
        The numbers of the redacted versions. Raises InvalidInput while the memory still says it.
        """
        actor = (await self._reach.memory(actor, memory_id)).actor
        require(actor, Action.ERASE)

        def work(tx: Transaction) -> list[int]:
            versions = _versions_of(tx, memory_id)
            named = next((v for v in versions if v.number == number), None)
            if named is None:
                raise NotFound(f"This memory has no version {number}.")
            if named.text is None:
                return [number]
            if tx.memories.get([memory_id])[memory_id].text == named.text:
                raise InvalidInput("The memory still has this text. Edit it first, then redact the old version.")
            same = [v.number for v in versions if v.text == named.text]
            for each in same:
                tx.memories.redact(memory_id, each, self._clock.now())
            tx.proposals.remove_about([memory_id])
            tx.index.scrub()
            self._audit.write(tx, actor, "memory.redact", [memory_id])
            return same

        return await self._store.write(actor.scope, work)

    async def purge(self, actor: Actor, query: MemoryQuery, *, erase: bool, dry_run: bool) -> Purged:
        """Put everything of one origin or time into the trash, or erase it for good, and drop what was proposed."""
        require(actor, Action.ERASE)
        if not (query.filters.sources or query.token_id or query.recorded_after or query.recorded_before):
            raise InvalidInput("Say what to purge: `source`, `tokenId`, `recordedAfter` or `recordedBefore`.")

        def work(tx: Transaction) -> Purged:
            memories = tx.memories.newest(query, EVERYTHING)
            proposals = [proposal.id for proposal in tx.proposals.written_as(query)]
            if not dry_run:
                tx.proposals.remove(proposals)
                self._take_away(tx, actor, memories, erase=erase)
            return Purged([m.id for m in memories], proposals)

        run = self._store.read if dry_run else self._store.write
        return await run(actor.scope, work)

    def _take_away(self, tx: Transaction, actor: Actor, memories: Sequence[Memory], *, erase: bool) -> None:
        ids = [m.id for m in memories]
        if erase:
            tx.index.remove(ids)
            tx.memories.erase(ids)
            tx.index.scrub()
        else:
            trashed = [replace(memory, state=MemoryState.TRASHED) for memory in memories]
            self._changes.apply_all(tx, trashed, Change.TRASHED, actor.provenance())
        self._audit.write(tx, actor, "memory.erase" if erase else "memory.trashed", ids)


def _versions_in(rooms: Sequence[Open], memory_id: str) -> tuple[House, list[Version]]:
    room, _ = found_in(rooms, memory_id)
    return room.house, _versions_of(room.tx, memory_id)


def _as_of(rooms: Sequence[Open], moment: datetime, limit: int, skip: int) -> tuple[list[Version], Split]:
    found = [(version, room.house) for room in rooms for version in room.tx.memories.as_of(moment, skip + limit)]
    found.sort(key=lambda each: (each[0].at, each[0].memory_id), reverse=True)
    part = found[skip : skip + limit]
    split = [(room.house, [version.memory_id for version, at in part if at is room.house]) for room in rooms]
    return [version for version, _ in part], split


def _versions_of(tx: Transaction, memory_id: str) -> list[Version]:
    if not tx.memories.get([memory_id]):
        raise NotFound("There is no memory with this id.")
    return tx.memories.versions([memory_id])[memory_id]


def _changed(old: Version | None, new: Version) -> list[DiffPart]:
    if old is None or old.text is None or new.text is None or old.text == new.text:
        return []
    return diff(old.text, new.text)
