"""What waits for the user: the inbox, the trash, and taking away what a source wrote."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from onememory.api import wire
from onememory.api.details import MemoryDetails, details_of
from onememory.api.memories import ManyIds
from onememory.api.operations import Call
from onememory.api.wire import Count, MemoryId
from onememory.domain.errors import NotFound
from onememory.domain.memories import MemoryState
from onememory.domain.search import Filters
from onememory.ports import MemoryQuery


class ListPart(Struct):
    """Which part of a list."""

    count: Annotated[int, Meta(ge=0, le=1_000)] = 100
    skip: Count = 0


class Waiting(Struct):
    """Part of the inbox or the trash, newest first; `count` is how many there are in all."""

    data: list[MemoryDetails]
    count: int


class OneShifted(Struct, rename="camel"):
    """Names one memory."""

    memory_id: MemoryId


class Purge(Struct, rename="camel"):
    """What to take away: everything that matches all that is given."""

    source: Annotated[str, Meta(description="What this client wrote.")] | None = None
    token_id: Annotated[str, Meta(description="What was written with this token.")] | None = None
    recorded_after: Annotated[datetime, Meta(tz=True)] | None = None
    recorded_before: Annotated[datetime, Meta(tz=True)] | None = None
    erase: Annotated[bool, Meta(description="Erase for good instead of moving to the trash.")] = False
    dry_run: Annotated[bool, Meta(description="Only say what would go.")] = False


class Purged(Struct, rename="camel"):
    """What was taken away, or would be."""

    count: int
    memory_ids: list[str]
    erased: bool
    dry_run: bool


async def list_trash(call: Call, given: ListPart) -> Waiting:
    """List the trash, newest first."""
    return await _waiting(call, given, MemoryState.TRASHED)


async def list_inbox(call: Call, given: ListPart) -> Waiting:
    """List the memories that wait for review, newest first."""
    return await _waiting(call, given, MemoryState.INBOX)


async def _waiting(call: Call, given: ListPart, state: MemoryState) -> Waiting:
    query = MemoryQuery(states=frozenset({state}))
    page = await call.services.memories.page(call.actor, query, given.count, given.skip)
    names = wire.bucket_names(page.buckets)
    return Waiting([details_of(memory, names) for memory in page.memories], page.total)


async def restore_memory(call: Call, given: OneShifted) -> wire.Message:
    """Take one memory out of the trash."""
    if await call.services.memories.restore_many(call.actor, [given.memory_id]):
        raise NotFound("There is no memory with this id in the trash.")
    return wire.Message("Memory restored")


async def restore_memories(call: Call, given: ManyIds) -> wire.Shifted:
    """Take memories out of the trash."""
    return wire.shifted(given.memory_ids, await call.services.memories.restore_many(call.actor, given.memory_ids))


async def approve_memories(call: Call, given: ManyIds) -> wire.Shifted:
    """Let memories of the inbox be recalled from now on."""
    return wire.shifted(given.memory_ids, await call.services.memories.approve_many(call.actor, given.memory_ids))


async def reject_memories(call: Call, given: ManyIds) -> wire.Shifted:
    """Put memories of the inbox into the trash."""
    return wire.shifted(given.memory_ids, await call.services.memories.reject_many(call.actor, given.memory_ids))


async def purge_memories(call: Call, given: Purge) -> Purged:
    """Take away everything of one origin or time."""
    states = frozenset(MemoryState) if given.erase else frozenset({MemoryState.ACTIVE, MemoryState.INBOX})
    query = MemoryQuery(
        states=states,
        filters=Filters(sources=frozenset({given.source}) if given.source else None),
        token_id=given.token_id,
        recorded_after=given.recorded_after,
        recorded_before=given.recorded_before,
    )
    ids = await call.services.versions.purge(call.actor, query, erase=given.erase, dry_run=given.dry_run)
    return Purged(len(ids), ids, given.erase, given.dry_run)
