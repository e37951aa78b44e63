"""The contract's memory operations."""

from collections.abc import Sequence
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from onememory.api import wire
from onememory.api.naming import names_beside
from onememory.api.operations import Answer, Call
from onememory.api.wire import BucketId, Count, Explain, MemoryId, QueryText, Source
from onememory.domain.buckets import Bucket
from onememory.domain.errors import InvalidInput
from onememory.domain.memories import ContentType
from onememory.domain.proposals import Outcome
from onememory.domain.search import Filters, Found
from onememory.ports import MemoryQuery
from onememory.services.finding.search import Ask
from onememory.services.notebook.memories import Edit, Page

ANSWERED_BY_V1 = 5  # hits of a query
LISTED = 10  # where no count is given
MOST = 1_000  # memories in one answer; `skip` goes on from there

Skip = Annotated[Count, Meta(description="How many to leave out from the start of the list.")]


class ListMemories(Struct, rename="camel"):
    """Arguments of GET /api/memory."""

    query: QueryText | None = None
    all: Annotated[bool, Meta(description="List everything, newest first.")] = False
    latest: Annotated[bool, Meta(description="List the newest.")] = False
    count: Annotated[Count, Meta(description="How many to answer; a query answers at most 5.")] | None = None
    v: Annotated[int, Meta(ge=1, le=2, description="2 answers objects, 1 an array of texts.")] = 2
    skip: Skip = 0
    source: Source | None = None
    explain: Explain = False


class ListMemoriesAndBuckets(Struct, rename="camel"):
    """Arguments of GET /api/v2/memory."""

    query: QueryText | None = None
    bucket_id: BucketId | None = None
    count: Annotated[Count, Meta(description="How many memories to answer.")] = 10
    all: Annotated[bool, Meta(description="List everything, newest first.")] = False
    latest: Annotated[bool, Meta(description="List the newest.")] = False
    skip: Skip = 0
    include_ids: Annotated[
        bool, Meta(description="Answer memories as objects with id and date, not as bare texts.")
    ] = False
    content_type: Annotated[ContentType, Meta(description="Only memories of this kind.")] | None = None
    v: Annotated[int, Meta(ge=1, le=2, description="2 answers memories as objects.")] = 1
    source: Source | None = None
    explain: Explain = False

    @property
    def wants_objects(self) -> bool:
        """Whether memories are answered as objects."""
        return self.include_ids or self.v == 2 or self.explain

    @property
    def filters(self) -> Filters:
        """What the memories must be."""
        buckets = None if self.bucket_id is None else frozenset({self.bucket_id})
        return Filters(bucket_ids=buckets, content_type=self.content_type)


class UpdateMemory(Struct, rename="camel"):
    """Arguments of POST /api/v2/memory/update."""

    memory_id: MemoryId | None = None
    memory_ids: Annotated[list[MemoryId], Meta(description="Up to 100 ids, to move them all.")] | None = None
    text: Annotated[str, Meta(description="The new text.")] | None = None
    bucket_id: BucketId | None = None
    bucket_name: Annotated[str, Meta(description="The name of the bucket to move to.")] | None = None
    source: Source | None = None

    @property
    def edit(self) -> Edit:
        """What is to change."""
        return Edit(self.text, self.bucket_id, self.bucket_name, self.source)


class Updated(Struct, rename="camel"):
    """What was changed, and what waits for review."""

    message: str
    memory_ids: list[str]
    proposal_ids: wire.ProposalIds = UNSET
    note: wire.Note = UNSET


class DeleteOne(Struct, rename="camel"):
    """Arguments of DELETE /api/memories/{memoryId}."""

    memory_id: MemoryId
    source: Source | None = None


class ManyIds(Struct, rename="camel"):
    """Arguments of operations on many memories."""

    memory_ids: Annotated[list[MemoryId], Meta(description="1 to 100 ids.")]
    source: Source | None = None


class Deleted(Struct, rename="camel"):
    """How many went into the trash, and how many are not there."""

    deleted: int
    failed: int
    proposal_ids: wire.ProposalIds = UNSET
    note: Annotated[str | UnsetType, Meta(description="In whose trash it is, where not in the caller's own.")] = UNSET


async def add_memory(call: Call, given: wire.NewMemory) -> wire.Stored:
    """Store a new memory."""
    draft = given.draft()
    memory = await call.services.memories.store(call.actor, draft)
    return wire.Stored("ok", memory.id, memory.id, wire.note_on(draft.text, memory.text))


async def list_memories(call: Call, given: ListMemories) -> object:
    """Find or list memories."""
    if given.query:
        limit = ANSWERED_BY_V1 if given.count is None else min(given.count, ANSWERED_BY_V1)
        ask = Ask(
            given.query,
            limit=limit,
            skip=given.skip,
            explain=given.explain,
            source=given.source,
            counts_all=given.v == 2,
        )
        found = await call.services.search.find(call.actor, ask)
        names = await names_beside(call, [hit.memory for hit in found.hits])
        return _hits_answer(given, found, names)
    page = await _page(call, MemoryQuery(), given)
    if given.v == 1:
        return wire.fitting((m.text for m in page.memories), given.source)
    names = await names_beside(call, page.memories, page.buckets)
    data = wire.fitting((wire.memory_body(m, names) for m in page.memories), given.source)
    return wire.MemoryList(data, page.total)


def _hits_answer(given: ListMemories, found: Found, names: wire.Names) -> Answer:
    headers = wire.confidence_headers(found)
    if given.v == 1:
        return Answer(wire.fitting((hit.memory.text for hit in found.hits), given.source), headers)
    hits = wire.fitting((wire.hit_body(hit, names, explain=given.explain) for hit in found.hits), given.source)
    return Answer(wire.MemoryList(hits, found.candidates, found.confidence), headers)


async def list_memories_and_buckets(call: Call, given: ListMemoriesAndBuckets) -> object:
    """Find or list memories, with every bucket beside them."""
    if given.query:
        limit = MOST if given.all else min(given.count, MOST)
        ask = Ask(given.query, given.filters, limit, given.skip, given.explain, source=given.source)
        found = await call.services.search.find(call.actor, ask)
        buckets = await call.services.buckets.all(call.actor)
        names = await names_beside(call, [hit.memory for hit in found.hits], buckets)
        bodies = [wire.hit_body(hit, names, explain=given.explain) for hit in found.hits]
        answer = _beside_buckets(bodies, buckets, given)
        answer.confidence = found.confidence
        return Answer(answer, wire.confidence_headers(found))
    page = await _page(call, MemoryQuery(filters=given.filters), given)
    names = await names_beside(call, page.memories, page.buckets)
    return _beside_buckets([wire.memory_body(m, names) for m in page.memories], page.buckets, given)


def _beside_buckets(
    bodies: list[wire.MemoryBody], buckets: Sequence[Bucket], given: ListMemoriesAndBuckets
) -> wire.MemoriesAndBuckets:
    as_text = ContentType.TEXT if not given.wants_objects else None
    shown = (body.text if body.content_type == as_text else body for body in bodies)
    numbered = wire.fitting_buckets([wire.numbered_bucket(bucket) for bucket in buckets], given.source)
    return wire.MemoriesAndBuckets(wire.fitting(shown, given.source, numbered), numbered)


async def _page(call: Call, query: MemoryQuery, given: ListMemories | ListMemoriesAndBuckets) -> Page:
    limit = MOST if given.all else min(LISTED if given.count is None else given.count, MOST)
    return await call.services.memories.page(call.actor, query, limit, given.skip, given.source)


async def update_memory(call: Call, given: UpdateMemory) -> Updated:
    """Edit or move one memory, or move many."""
    if given.memory_ids is not None:
        if given.memory_id is not None or given.text is not None:
            raise InvalidInput(
                "With `memoryIds` send `bucketId` or `bucketName` only: many memories can only be moved."
            )
        outcome = await call.services.memories.move_many(call.actor, given.memory_ids, given.edit)
        return _updated("Memories moved", outcome)
    if given.memory_id is None:
        raise InvalidInput("Send `memoryId`, or `memoryIds` to move many.")
    outcome = await call.services.memories.edit(call.actor, given.memory_id, given.edit)
    answer = _updated("Memory updated", outcome)
    kept: list[str | None] = [memory.text for memory in outcome.changed]
    kept += [proposal.text for proposal in outcome.proposed]
    answer.note = wire.note_on(given.text, kept[0] if kept else None)
    return answer


def _updated(done: str, outcome: Outcome) -> Updated:
    ids = [memory.id for memory in outcome.changed]
    return Updated(wire.told(done, outcome), ids, wire.proposal_ids(outcome))


async def delete_memory(call: Call, given: DeleteOne) -> wire.Requested:
    """Put one memory into the trash."""
    outcome = await call.services.memories.delete(call.actor, given.memory_id, given.source)
    return wire.Requested(wire.told("Memory deleted", outcome), proposal_ids=wire.proposal_ids(outcome))


async def delete_nothing(call: Call, given: object) -> wire.Message:
    """A delete without an id."""
    raise InvalidInput("Memory ID is required")


async def bulk_delete_memories(call: Call, given: ManyIds) -> Deleted:
    """Put many memories into the trash."""
    outcome = await call.services.memories.delete_many(call.actor, given.memory_ids, given.source)
    return Deleted(len(outcome.changed), len(outcome.missing), wire.proposal_ids(outcome), outcome.note or UNSET)
