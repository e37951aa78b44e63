"""Tools on memories."""

from collections.abc import Sequence
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from onememory.domain.actors import Action, may
from onememory.domain.buckets import Bucket
from onememory.domain.errors import InvalidInput, NoBucket, NotFound, UnknownIds
from onememory.domain.memories import Draft, Memory, MemoryState, checked_ids
from onememory.domain.proposals import Outcome
from onememory.domain.search import Filters
from onememory.mcp.tools.buckets import NO_CATEGORIES
from onememory.mcp.tools.calls import ToolCall
from onememory.mcp.tools.render import (
    LIST_TOKENS,
    NOTE,
    BucketItem,
    MemoryItem,
    bucket_items,
    memory_items,
    names_beside,
)
from onememory.mcp.tools.schemas import LARGEST
from onememory.ports import MemoryQuery
from onememory.security.plain_text import plain_line
from onememory.services.finding.search import Ask
from onememory.services.notebook.memories import Edit
from onememory.services.screening import LEFT_OUT

MOST_IDS = 100
ALL_TOKENS = 10_000  # of a list that was asked for in full
MOST_LISTED = 1_000
NO_MATCH = "No match: nothing in memory is about this."
WEAK = "Only weak matches: what is asked may not be in memory."
SIMILAR = "Much the same is stored already: consider to keep one (update_or_move_memories, delete_memories)."
WAITS = "Stored; waits in the inbox for the user's review."
PROPOSED = "Proposed; waits for the user's review, nothing is changed yet."

Ids = Annotated[list[str], Meta(description="1 to 100 ids")]


class StoreMemory(Struct, rename="camel"):
    """Arguments of store_memory."""

    text: Annotated[str, Meta(description="May start with YYYY-MM-DD")]
    bucket_id: Annotated[int, Meta(description="Default: General")] | None = None


class Stored(Struct, rename="camel"):
    """The memory that was stored, and those that say the same."""

    id: str
    bucket: str
    message: str
    near_duplicates: list[MemoryItem]
    note: str = NOTE


class SearchMemories(Struct, rename="camel"):
    """Arguments of search_memories."""

    query: str
    bucket_id: int | None = None
    limit: Annotated[int, Meta(ge=1, le=50)] = 8


class FoundMemories(Struct):
    """What was found, best first."""

    memories: list[MemoryItem]
    confidence: str
    message: str
    note: str = NOTE


class ListMemories(Struct, rename="camel"):
    """Arguments of get_memories_and_buckets."""

    bucket_id: int | None = None
    count: Annotated[int, Meta(ge=0, le=MOST_LISTED)] = 10
    latest: bool = False
    all: bool = False
    skip: Annotated[int, Meta(ge=0, le=LARGEST)] = 0
    query: str | None = None


class Listed(Struct, rename="camel"):
    """Memories and every bucket."""

    memories: list[MemoryItem]
    buckets: list[BucketItem]
    message: str
    next_skip: int | UnsetType = UNSET
    note: str = NOTE


class UpdateMemories(Struct, rename="camel"):
    """Arguments of update_or_move_memories."""

    memory_id: str | None = None
    memory_ids: Annotated[list[str], Meta(description="To move 1 to 100")] | None = None
    text: str | None = None
    bucket_id: int | None = None
    bucket_name: str | None = None


class ManyIds(Struct, rename="camel"):
    """Arguments of delete_memories and restore_memories."""

    memory_ids: Ids


class Changed(Struct, rename="camel"):
    """What became of the memories: changed, waiting as proposals, or not found."""

    message: str
    changed: list[str]
    proposal_ids: list[str]
    rejected_ids: list[str]


class CategoryMemories(Struct, rename="camel"):
    """Arguments of list_category_memories."""

    category_id: str


class OfCategory(Struct):
    """The memories of a category."""

    memories: list[MemoryItem]
    note: str


async def store_memory(call: ToolCall, given: StoreMemory) -> Stored:
    """Keep one memory, and name those that say the same."""
    draft = Draft(given.text, given.bucket_id, call.client)
    if not may(call.actor, Action.READ):
        memory = await call.services.memories.store(call.actor, draft)
        return Stored(memory.id, "", _how_kept(memory, draft), [])
    kept = await call.services.duplicates.store(call.actor, draft)
    names = await names_beside(call.services, call.actor, kept.same, kept.buckets)
    items = await memory_items(kept.same, names, call.services.tokens)
    said = [_how_kept(kept.memory, draft), *([SIMILAR] if kept.same else [])]
    return Stored(kept.memory.id, names.buckets.get(kept.memory.bucket_id, ""), " ".join(said), items)


def _how_kept(memory: Memory, draft: Draft) -> str:
    said = WAITS if memory.state is MemoryState.INBOX else "Stored."
    return said if memory.text == draft.text else f"{said} {LEFT_OUT}"


async def search_memories(call: ToolCall, given: SearchMemories) -> FoundMemories:
    """Find memories; a query that nothing is about finds none."""
    ask = Ask(given.query, _filters(given.bucket_id), given.limit, floor="weak", source=call.client)
    found = await call.services.search.find(call.actor, ask)
    memories = [hit.memory for hit in found.hits]
    names = await names_beside(call.services, call.actor, memories)
    items = await memory_items(memories, names, call.services.tokens)
    said = [_outcome(len(items), found.confidence), *found.notes]
    if len(items) < len(memories):
        said.append(f"{len(memories) - len(items)} more had no room.")
    return FoundMemories(items, found.confidence, " ".join(said))


def _outcome(count: int, confidence: str) -> str:
    if not count:
        return NO_MATCH
    return WEAK if confidence == "weak" else f"{count} found."


async def get_memories_and_buckets(call: ToolCall, given: ListMemories) -> Listed:
    """List or find memories, with every bucket beside them."""
    limit = MOST_LISTED if given.all else given.count
    filters = _filters(given.bucket_id)
    if given.query:
        ask = Ask(given.query, filters, limit, given.skip, floor="weak", source=call.client, counts_all=True)
        found = await call.services.search.find(call.actor, ask)
        memories, total = [hit.memory for hit in found.hits], found.candidates if found.hits else 0
        buckets: Sequence[Bucket] = await call.services.buckets.all(call.actor)
    else:
        page = await call.services.memories.page(
            call.actor, MemoryQuery(filters=filters), limit, given.skip, call.client
        )
        memories, total, buckets = page.memories, page.total, page.buckets
    budget = ALL_TOKENS if given.all else LIST_TOKENS
    names = await names_beside(call.services, call.actor, memories, buckets)
    items = await memory_items(memories, names, call.services.tokens, budget)
    return _listed(items, buckets, given, total)


def _listed(items: list[MemoryItem], buckets: Sequence[Bucket], given: ListMemories, total: int) -> Listed:
    end = given.skip + len(items)
    if items:
        message = f"{given.skip + 1} to {end} of {total}, {'best' if given.query else 'newest'} first."
    elif given.query and not given.skip:
        message = NO_MATCH
    else:
        message = "No memories here." if not total else f"None of {total} asked for or left."
    has_more = bool(items) and end < total
    return Listed(items, bucket_items(buckets), message, end if has_more else UNSET)


async def update_or_move_memories(call: ToolCall, given: UpdateMemories) -> Changed:
    """Edit or move one memory, or move many."""
    ids = given.memory_ids or []
    if given.memory_id and ids:
        raise InvalidInput("Send either `memoryId` or `memoryIds`.")
    if not given.memory_id and not ids:
        raise InvalidInput("Send `memoryId`, or `memoryIds` to move many.")
    one = given.memory_id or (ids[0] if len(ids) == 1 else None)
    if one is None and given.text is not None:
        raise InvalidInput("With several `memoryIds` send `bucketId` or `bucketName` only: many can only be moved.")
    edit = Edit(given.text, given.bucket_id, given.bucket_name, call.client)
    if one is not None:
        done = "Moved." if given.text is None else "Updated."
        return _changed(await _edited(call, one, edit), done)
    return _changed(await call.services.memories.move_many(call.actor, ids, edit), "Moved.")


async def _edited(call: ToolCall, memory_id: str, edit: Edit) -> Outcome:
    """As Memories.edit; an id that does not resolve is named as one."""
    try:
        return await call.services.memories.edit(call.actor, memory_id, edit)
    except NoBucket:
        raise
    except NotFound as error:
        raise UnknownIds(str(error), [memory_id]) from error


async def delete_memories(call: ToolCall, given: ManyIds) -> Changed:
    """Put memories into the trash."""
    ids = checked_ids(given.memory_ids, MOST_IDS)
    outcome = await call.services.memories.delete_many(call.actor, ids, call.client)
    _require_some(outcome, "There are no memories with these ids outside of the trash.")
    return _changed(outcome, _deleted(outcome))


def _deleted(outcome: Outcome) -> str:
    if not outcome.in_trash_of:
        return "Moved to the trash; restore_memories brings them back."
    has_own = len(outcome.in_trash_of) < len(outcome.changed)
    return "Deleted; restore_memories brings back the user's own." if has_own else "Deleted."


async def restore_memories(call: ToolCall, given: ManyIds) -> Changed:
    """Take memories out of the trash."""
    ids = checked_ids(given.memory_ids, MOST_IDS)
    outcome = await call.services.memories.restore_many(call.actor, ids, call.client)
    _require_some(outcome, "There are no memories with these ids in the trash.")
    return _changed(outcome, "Restored.")


async def list_category_memories(call: ToolCall, given: CategoryMemories) -> OfCategory:
    """List the memories of a category, of which there are none yet."""
    return OfCategory([], NO_CATEGORIES)


def _require_some(outcome: Outcome, problem: str) -> None:
    if not outcome.changed and not outcome.proposed:
        raise UnknownIds(problem, outcome.missing)


def _changed(outcome: Outcome, done: str) -> Changed:
    said = [done] if outcome.changed else []
    if outcome.note:
        said.append(plain_line(outcome.note))
    if outcome.proposed:
        said.append(
            PROPOSED if not outcome.changed else f"{len(outcome.proposed)} proposed: wait for the user's review."
        )
    if outcome.missing:
        said.append(f"{len(outcome.missing)} not found.")
    return Changed(
        " ".join(said),
        [memory.id for memory in outcome.changed],
        [proposal.id for proposal in outcome.proposed],
        outcome.missing,
    )


def _filters(bucket_id: int | None) -> Filters:
    return Filters(bucket_ids=None if bucket_id is None else frozenset({bucket_id}))
