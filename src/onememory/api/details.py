"""One memory in full: provenance, versions with what changed, redaction, and many at once."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from onememory.api import wire
from onememory.api.naming import names_beside
from onememory.api.operations import Call
from onememory.api.wire import Count, MemoryId
from onememory.domain.errors import InvalidInput, OneMemoryError
from onememory.domain.memories import Change, Draft, Memory, MemoryState, Version
from onememory.domain.provenance import Channel, Provenance, Trust
from onememory.security.instructions import Flag, flags
from onememory.services.notebook.versions import VersionWithDiff
from onememory.services.shared_buckets.authors import Author

MOST_AT_ONCE = 1_000


Flags = Annotated[
    list[Flag],
    Meta(description="What to look at in a review, of texts that the user does not vouch for; no defence."),
]


class ProvenanceBody(Struct, rename="camel"):
    """Where it came from."""

    channel: Channel
    trust: Trust
    token_id: str | None
    source: str | None
    conversation_id: str | None
    message_id: str | None
    parents: list[str]


class MemoryDetails(wire.MemoryBody, rename={"content_type": "content_type"}, kw_only=True):
    """A memory with everything that is known of it."""

    state: MemoryState
    about: date | None
    updatedAt: datetime  # noqa: N815 - beside the contract's own mixture of styles
    version: int
    provenance: ProvenanceBody
    supersedes: str | None
    supersededBy: str | None  # noqa: N815
    mergedInto: str | None  # noqa: N815
    flags: Flags


class DiffBody(Struct):
    """A stretch of text that stayed, went or came."""

    kind: Literal["same", "removed", "added"]
    text: str


class VersionBody(Struct, rename="camel"):
    """One state that a memory was in; its text is null once it was redacted."""

    number: int
    change: Change
    text: str | None
    bucket_id: int
    state: MemoryState
    at: datetime
    provenance: ProvenanceBody
    redacted_at: datetime | None
    diff: list[DiffBody]
    author: Annotated[str | UnsetType, Meta(description="Who made it, of what several people share.")] = UNSET


class Versions(Struct, rename="camel"):
    """The history of one memory, newest first."""

    memory_id: str
    versions: list[VersionBody]


class OneMemory(Struct, rename="camel"):
    """Names one memory."""

    memory_id: MemoryId


class OneVersion(Struct, rename="camel"):
    """Names one version."""

    memory_id: MemoryId
    number: Annotated[int, Meta(ge=1, le=wire.LARGEST)]


class Redacted(Struct):
    """The versions whose text is gone."""

    redacted: list[int]


class AsOf(Struct):
    """Arguments of GET /api/memories/as-of."""

    moment: Annotated[datetime, Meta(tz=True, description="A time with its zone, such as 2026-03-01T00:00:00Z.")]
    count: Annotated[int, Meta(ge=0, le=1_000)] = 100
    skip: Count = 0


class PastMemory(Struct, rename="camel"):
    """What a memory said at that moment."""

    id: str
    text: str | None
    version: int
    bucket_id: int
    at: datetime


class PastMemories(Struct):
    """The memories that were active at that moment, newest first."""

    data: list[PastMemory]


class ManyMemories(Struct):
    """Arguments of POST /api/memories/bulk; each item is judged by itself."""

    memories: Annotated[
        list[msgspec.Raw], Meta(description="1 to 1,000 memories, each as POST /api/memory takes it, or a bare text.")
    ]


class ItemStored(Struct, rename="camel", omit_defaults=True):
    """What became of one item."""

    index: int
    memory_id: str | UnsetType = UNSET
    error: str | UnsetType = UNSET


class ManyStored(Struct):
    """What became of each item, in order."""

    stored: int
    failed: int
    results: list[ItemStored]


def provenance_body(provenance: Provenance) -> ProvenanceBody:
    """Where it came from, as JSON."""
    p = provenance
    return ProvenanceBody(p.channel, p.trust, p.token_id, p.source, p.conversation_id, p.message_id, list(p.parents))


def details_of(memory: Memory, names: wire.Names) -> MemoryDetails:
    """A memory with everything that is known of it."""
    body = wire.memory_body(memory, names)
    return MemoryDetails(
        body.id,
        body.text,
        body.content_type,
        body.metadata,
        body.source,
        body.trust,
        author=body.author,
        state=memory.state,
        about=memory.about,
        updatedAt=memory.updated_at,
        version=memory.version,
        provenance=provenance_body(memory.provenance),
        supersedes=memory.supersedes,
        supersededBy=memory.superseded_by,
        mergedInto=memory.merged_into,
        flags=flags(memory.text, memory.provenance.trust),
    )


async def all_details(memories: Sequence[Memory], names: wire.Names) -> list[MemoryDetails]:
    """Memories with everything that is known of them; a page of long texts may take seconds to look through."""
    return await asyncio.to_thread(lambda: [details_of(memory, names) for memory in memories])


async def get_memory(call: Call, given: OneMemory) -> MemoryDetails:
    """Get one memory, whatever its state."""
    memory = await call.services.memories.get(call.actor, given.memory_id)
    return details_of(memory, await names_beside(call, [memory]))


async def list_versions(call: Call, given: OneMemory) -> Versions:
    """List a memory's versions with what changed, newest first."""
    versions = await call.services.versions.of(call.actor, given.memory_id)
    buckets = await call.services.buckets.all(call.actor)
    authors = await call.services.authors.of_versions([each.version for each in versions], buckets)
    return Versions(given.memory_id, [_version_body(each, authors) for each in versions])


def _version_body(entry: VersionWithDiff, authors: Mapping[int, Author]) -> VersionBody:
    version: Version = entry.version
    return VersionBody(
        number=version.number,
        change=version.change,
        text=version.text,
        bucket_id=version.bucket_id,
        state=version.state,
        at=version.at,
        provenance=provenance_body(version.provenance),
        redacted_at=version.redacted_at,
        diff=[DiffBody(part.kind, part.text) for part in entry.diff],
        author=authors[version.number].name if version.number in authors else UNSET,
    )


async def redact_version(call: Call, given: OneVersion) -> Redacted:
    """Remove an old version's text for good."""
    return Redacted(await call.services.versions.redact(call.actor, given.memory_id, given.number))


async def list_as_of(call: Call, given: AsOf) -> PastMemories:
    """List what the memories said at a moment in the past."""
    versions = await call.services.versions.as_of(call.actor, given.moment, given.count, given.skip)
    return PastMemories([PastMemory(v.memory_id, v.text, v.number, v.bucket_id, v.at) for v in versions])


async def add_many(call: Call, given: ManyMemories) -> ManyStored:
    """Store many memories; each succeeds or fails by itself."""
    if not 1 <= len(given.memories) <= MOST_AT_ONCE:
        raise InvalidInput(f"`memories` has {len(given.memories)} items; send 1 to {MOST_AT_ONCE:,}.")
    drafts = [_draft(item) for item in given.memories]
    good = [draft for draft in drafts if isinstance(draft, Draft)]
    outcomes = iter(await call.services.memories.store_many(call.actor, good))
    results = [
        _item(index, next(outcomes) if isinstance(draft, Draft) else draft) for index, draft in enumerate(drafts)
    ]
    failed = sum(result.error is not UNSET for result in results)
    return ManyStored(len(results) - failed, failed, results)


def _draft(item: msgspec.Raw) -> Draft | InvalidInput:
    try:
        given = msgspec.json.decode(item, type=wire.NewMemory | str, strict=False)
    except (msgspec.MsgspecError, RecursionError) as error:
        return InvalidInput(f"This item is no memory: {error}.")
    return Draft(given) if isinstance(given, str) else given.draft()


def _item(index: int, outcome: Memory | OneMemoryError) -> ItemStored:
    if isinstance(outcome, OneMemoryError):
        return ItemStored(index, error=str(outcome))
    return ItemStored(index, memory_id=outcome.id)
