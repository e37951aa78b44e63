"""Looking through memories with every filter, and what can be done to those that are chosen."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct

from onememory.api import wire
from onememory.api.details import MemoryDetails, OneMemory, all_details
from onememory.api.naming import names_beside
from onememory.api.narrowing import Narrowed
from onememory.api.operations import Call, Stream
from onememory.api.wire import MemoryId
from onememory.domain.memories import MemoryState
from onememory.ports import MemoryQuery

MOST = 1_000


class BrowseMemories(Narrowed):
    """Arguments of GET /api/memories."""

    state: MemoryState = MemoryState.ACTIVE
    token_id: Annotated[str, Meta(description="Only what was written with this token.")] | None = None
    recorded_after: Annotated[datetime, Meta(tz=True)] | None = None
    recorded_before: Annotated[datetime, Meta(tz=True)] | None = None
    count: Annotated[int, Meta(ge=0, le=MOST)] = 100
    cursor: Annotated[str, Meta(description="The `next` of the part before.")] | None = None

    @property
    def query(self) -> MemoryQuery:
        """Which memories are listed."""
        states = frozenset({self.state})
        return MemoryQuery(states, self.filters, self.token_id, self.recorded_after, self.recorded_before)


class MemoryPart(Struct):
    """Part of a list, newest first; `count` is how many the whole list has."""

    data: list[MemoryDetails]
    count: int
    next: Annotated[str | None, Meta(description="The `cursor` of the part behind this one, where there is one.")]


class Sources(Struct):
    """The names of the clients that wrote memories."""

    sources: list[str]


class Duplicates(Struct):
    """Up to three memories that say the same, the likest first."""

    data: list[MemoryDetails]


class ChosenMemories(Struct, rename="camel"):
    """Arguments of operations on the memories that are named."""

    memory_ids: Annotated[list[MemoryId], Meta(description="1 to 1,000 ids.")]


class ExportMemories(ChosenMemories, rename="camel"):
    """Arguments of POST /api/memories/export."""

    format: Annotated[
        Literal["json", "markdown", "csv"],
        Meta(description="json holds versions and origins and can be imported again."),
    ] = "json"


class UndoChanges(ChosenMemories, rename="camel"):
    """Arguments of POST /api/memories/undo."""

    copy_ids: Annotated[
        list[MemoryId] | None,
        Meta(
            description="For memories that were moved into somebody else's bucket the ids of the copies, in the same "
            "order; then both ends are taken back, or neither."
        ),
    ] = None


class Undone(wire.Shifted, rename="camel", kw_only=True):
    """How many are as they were before, which are not, and what waits for review."""

    proposal_ids: wire.ProposalIds = UNSET


class EmptyTrash(Struct):
    """Arguments of DELETE /api/trash."""

    until: Annotated[datetime, Meta(tz=True, description="Only what was in the trash at this moment.")] | None = None


class Emptied(Struct):
    """How many memories were erased."""

    erased: int


async def browse_memories(call: Call, given: BrowseMemories) -> MemoryPart:
    """List memories with every filter, newest first, part by part."""
    part = await call.services.browsing.part(call.actor, given.query, given.count, given.cursor)
    names = await names_beside(call, part.memories, part.buckets)
    return MemoryPart(await all_details(part.memories, names), part.total, part.next)


async def list_sources(call: Call, given: object) -> Sources:
    """List the clients that wrote memories."""
    return Sources(await call.services.browsing.sources(call.actor))


async def list_duplicates(call: Call, given: OneMemory) -> Duplicates:
    """List the memories that say what this one says."""
    memories = await call.services.duplicates.of(call.actor, given.memory_id)
    return Duplicates(await all_details(memories, await names_beside(call, memories)))


async def export_memories(call: Call, given: ExportMemories) -> Stream:
    """Export the memories that are named as one file."""
    file = await call.services.exports.of_some(call.actor, given.memory_ids, given.format)
    return Stream(_pieces(file.content), file.media_type, file.name)


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def undo_changes(call: Call, given: UndoChanges) -> Undone:
    """Take back the caller's own last change of each."""
    actor, ids, copies = call.actor, given.memory_ids, given.copy_ids
    undo = call.services.undo
    outcome = await (undo.take_back(actor, ids) if copies is None else undo.carry_back(actor, ids, copies))
    shifted = wire.shifted(given.memory_ids, outcome.missing)
    return Undone(shifted.changed, shifted.missing, proposal_ids=wire.proposal_ids(outcome))


async def erase_memories(call: Call, given: ChosenMemories) -> wire.Shifted:
    """Erase for good what is in the trash."""
    erased = await call.services.trash.erase(call.actor, given.memory_ids)
    return wire.Shifted(len(erased.memory_ids), erased.missing)


async def empty_trash(call: Call, given: EmptyTrash) -> Emptied:
    """Erase all that is in the trash."""
    return Emptied(await call.services.trash.empty(call.actor, given.until))
