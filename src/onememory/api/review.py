"""What waits for the user: the inbox, the trash, and taking away what a source wrote."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from onememory.api import wire
from onememory.api.details import Flags, MemoryDetails, ProvenanceBody, all_details, details_of, provenance_body
from onememory.api.memories import ManyIds
from onememory.api.naming import names_beside
from onememory.api.operations import Call
from onememory.api.wire import BucketId, Count, MemoryId
from onememory.domain.errors import NotFound
from onememory.domain.memories import Memory, MemoryState
from onememory.domain.proposals import ProposalKind, WaitingProposal
from onememory.domain.search import Filters
from onememory.ports import MemoryQuery
from onememory.security.instructions import flags
from onememory.services.notebook.inbox import Verdicts, waiting_from
from onememory.services.notebook.reviews import Correction, Swept


class ListPart(Struct):
    """Which part of a list."""

    count: Annotated[int, Meta(ge=0, le=1_000)] = 100
    skip: Count = 0


class ListInbox(ListPart, rename="camel"):
    """Which part of what waits."""

    token_id: Annotated[str, Meta(description="Only what came through this connection.")] | None = None
    source: Annotated[str, Meta(description="Only what came from this client.")] | None = None


class Trash(Struct):
    """Part of the trash, newest first; `count` is how many there are in all."""

    data: list[MemoryDetails]
    count: int


class Side(Struct, rename="camel"):
    """What a memory is before or after a change."""

    text: str
    bucket_id: int
    bucket_name: str
    state: MemoryState


class ProposalBody(Struct, rename="camel"):
    """A change that waits; an outdated one can only be rejected, because what it would change has changed since."""

    id: str
    memory_id: str
    kind: ProposalKind
    before: Side
    after: Side
    created_at: datetime
    connection: Annotated[str | None, Meta(description="Who proposes it, by the name in the list of tokens.")]
    provenance: ProvenanceBody
    is_outdated: bool
    flags: Flags
    author: Annotated[str | UnsetType, Meta(description="Whom one lets into the bucket, where it was one of them.")] = (
        UNSET
    )


class Waiting(Struct, rename="camel"):
    """Part of what waits for review: memories and proposed changes, newest first, and how many of each there are."""

    data: list[MemoryDetails]
    count: int
    proposals: list[ProposalBody]
    proposal_count: int


class Review(Struct, rename="camel"):
    """What a verdict is about."""

    ids: Annotated[list[str], Meta(description="1 to 1,000 ids of memories and proposals, in any mixture.")] = []
    memory_ids: Annotated[list[MemoryId], Meta(description="More of them, under an older name.")] = []

    @property
    def all(self) -> list[str]:
        """Every id."""
        return [*self.ids, *self.memory_ids]


class SenderBody(Struct, rename="camel"):
    """How much waits through one connection, under one name of a client."""

    token_id: str | None
    source: str | None
    count: int


class Sweep(Struct, rename="camel"):
    """Arguments of a verdict on all that waits, or on all of it that matches all that is given."""

    token_id: Annotated[str, Meta(description="What came through this connection.")] | None = None
    source: Annotated[str, Meta(description="What came from this client.")] | None = None
    until: Annotated[datetime, Meta(tz=True, description="What was there at this moment.")] | None = None


class ApproveAll(Sweep, rename="camel"):
    """Arguments of POST /api/inbox/approve-all."""

    flagged: Annotated[bool, Meta(description="Also what is flagged, which is left waiting otherwise.")] = False


class Corrected(Struct, rename="camel"):
    """Arguments of POST /api/inbox/{itemId}/approve."""

    item_id: Annotated[str, Meta(description="The id of a memory that waits, or of a proposed edit.")]
    text: Annotated[str, Meta(description="What the memory is to say instead of what was asked for.")]
    bucket_id: Annotated[BucketId, Meta(description="Where it is to be.")] | None = None


class Refusal(Struct):
    """Why a proposal was left as it is."""

    id: str
    error: str


class Reviewed(wire.Shifted, rename="camel", kw_only=True):
    """What became of the ids: how many were settled, which do not wait, and which had to stay."""

    refused: list[Refusal]


class SweptBody(Struct):
    """How much was settled, what is flagged and waits for a verdict of its own, and what had to stay."""

    changed: int
    flagged: list[str]
    refused: list[Refusal]


class Restored(wire.Shifted, rename="camel", kw_only=True):
    """How many were taken out of the trash, which are not in it, and what waits for review."""

    proposal_ids: wire.ProposalIds = UNSET


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
    proposal_ids: list[str]  # of changes that were proposed and not made
    erased: bool
    dry_run: bool


async def list_trash(call: Call, given: ListPart) -> Trash:
    """List the trash, newest first."""
    query = MemoryQuery(states=frozenset({MemoryState.TRASHED}))
    page = await call.services.memories.page(call.actor, query, given.count, given.skip)
    names = await names_beside(call, page.memories, page.buckets)
    return Trash(await all_details(page.memories, names), page.total)


async def list_inbox(call: Call, given: ListInbox) -> Waiting:
    """List what waits for review, new memories and proposed changes, each newest first."""
    page = await call.services.inbox.page(
        call.actor, waiting_from(given.token_id, given.source), given.count, given.skip
    )
    names = await names_beside(call, page.memories, page.buckets)
    authors = await _authors(call, page.proposals)
    proposals = await asyncio.to_thread(lambda: [_proposal_body(each, names, authors) for each in page.proposals])
    return Waiting(await all_details(page.memories, names), page.memory_count, proposals, page.proposal_count)


async def _authors(call: Call, waiting: Sequence[WaitingProposal]) -> Mapping[str, str]:
    """The names of the guests who propose, by their ids."""
    return await call.services.authors.names([a for each in waiting if (a := each.proposal.provenance.author_id)])


def _proposal_body(waiting: WaitingProposal, names: wire.Names, authors: Mapping[str, str]) -> ProposalBody:
    proposal, before = waiting.proposal, waiting.memory
    return ProposalBody(
        id=proposal.id,
        memory_id=proposal.memory_id,
        kind=proposal.kind,
        before=_side(before, names),
        after=_side(proposal.applied_to(before), names),
        created_at=proposal.created_at,
        connection=waiting.connection,
        provenance=provenance_body(proposal.provenance),
        is_outdated=waiting.is_outdated,
        flags=flags(proposal.text or "", proposal.provenance.trust),
        author=authors.get(proposal.provenance.author_id or "", UNSET),
    )


def _side(memory: Memory, names: wire.Names) -> Side:
    return Side(memory.text, memory.bucket_id, names.of_bucket(memory.bucket_id), memory.state)


async def restore_memory(call: Call, given: OneShifted) -> wire.Requested:
    """Take one memory out of the trash."""
    outcome = await call.services.memories.restore_many(call.actor, [given.memory_id])
    if outcome.missing:
        raise NotFound("There is no memory with this id in the trash.")
    return wire.Requested(wire.told("Memory restored", outcome), proposal_ids=wire.proposal_ids(outcome))


async def restore_memories(call: Call, given: ManyIds) -> Restored:
    """Take memories out of the trash."""
    outcome = await call.services.memories.restore_many(call.actor, given.memory_ids, given.source)
    return Restored(len(outcome.changed), outcome.missing, proposal_ids=wire.proposal_ids(outcome))


async def approve(call: Call, given: Review) -> Reviewed:
    """Let memories of the inbox be recalled from now on, and make proposed changes."""
    return _reviewed(await call.services.inbox.approve(call.actor, given.all))


async def reject(call: Call, given: Review) -> Reviewed:
    """Put memories of the inbox into the trash, and drop proposed changes."""
    return _reviewed(await call.services.inbox.reject(call.actor, given.all))


async def list_senders(call: Call, given: object) -> list[SenderBody]:
    """List who wrote how much of what waits, the most first."""
    return [SenderBody(s.token_id, s.source, s.count) for s in await call.services.inbox.senders(call.actor)]


async def approve_all(call: Call, given: ApproveAll) -> SweptBody:
    """Approve all that waits, or all of one sender."""
    query = waiting_from(given.token_id, given.source, given.until)
    return _swept(await call.services.reviews.approve_all(call.actor, query, with_flagged=given.flagged))


async def reject_all(call: Call, given: Sweep) -> SweptBody:
    """Reject all that waits, or all of one sender."""
    query = waiting_from(given.token_id, given.source, given.until)
    return _swept(await call.services.reviews.reject_all(call.actor, query))


async def approve_corrected(call: Call, given: Corrected) -> MemoryDetails:
    """Approve with another text than was asked for."""
    correction = Correction(given.text, given.bucket_id)
    memory = await call.services.reviews.approve_corrected(call.actor, given.item_id, correction)
    return details_of(memory, await names_beside(call, [memory]))


def _swept(swept: Swept) -> SweptBody:
    return SweptBody(len(swept.done), swept.flagged, [Refusal(*each) for each in swept.refused.items()])


def _reviewed(outcome: Verdicts) -> Reviewed:
    refused = [Refusal(proposal_id, reason) for proposal_id, reason in outcome.refused.items()]
    return Reviewed(len(outcome.done), outcome.missing, refused=refused)


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
    purged = await call.services.versions.purge(call.actor, query, erase=given.erase, dry_run=given.dry_run)
    return Purged(len(purged.memory_ids), purged.memory_ids, purged.proposal_ids, given.erase, given.dry_run)
