"""The user's verdict on all that one sender left in the inbox, and on what the user puts right first."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from onememory.domain.actors import Action, Actor, require
from onememory.domain.errors import InvalidInput, NotFound
from onememory.domain.memories import Change, Draft, Memory, MemoryState
from onememory.domain.proposals import Proposal, ProposalKind
from onememory.ports import EVERYTHING, MemoryQuery, Place, Store, Transaction, Vectors
from onememory.retrieval.dates import leading_date
from onememory.security.instructions import flags
from onememory.services.audit import Audit
from onememory.services.notebook.buckets import bucket_of
from onememory.services.notebook.changes import Changes
from onememory.services.notebook.inbox import Inbox, Verdicts
from onememory.services.notebook.memories import Memories
from onememory.services.notebook.proposals import Proposals

BATCH = 200


@dataclass(frozen=True, slots=True)
class Swept:
    """What became of all that a verdict was about."""

    done: list[str] = field(default_factory=list)
    memory_ids: list[str] = field(default_factory=list)  # those of them that are memories
    flagged: list[str] = field(default_factory=list)  # still wait, for they read like orders to an AI
    refused: dict[str, str] = field(default_factory=dict)  # why, by id
    is_all: bool = True  # whether nothing was left for another time


@dataclass(frozen=True, slots=True)
class Correction:
    """A text and a bucket that the user has chosen; None leaves the bucket that was asked for."""

    text: str
    bucket_id: int | None = None


class Reviews:
    """The use cases of a review that are made of single verdicts."""

    def __init__(
        self,
        store: Store,
        inbox: Inbox,
        memories: Memories,
        changes: Changes,
        proposals: Proposals,
        audit: Audit,
    ) -> None:
        self._store = store
        self._inbox = inbox
        self._memories = memories
        self._changes = changes
        self._proposals = proposals
        self._audit = audit

    async def approve_all(
        self, actor: Actor, query: MemoryQuery, *, with_flagged: bool = False, at_most: int = EVERYTHING
    ) -> Swept:
        """Approve what the query names, the newest first; what reads like an order to an AI only where asked to."""
        require(actor, Action.REVIEW)
        return await self._sweep(actor, query, self._inbox.approve, with_flagged=with_flagged, at_most=at_most)

    async def reject_all(self, actor: Actor, query: MemoryQuery, *, at_most: int = EVERYTHING) -> Swept:
        """Reject what the query names, the newest first."""
        require(actor, Action.REVIEW)
        return await self._sweep(actor, query, self._inbox.reject, with_flagged=True, at_most=at_most)

    async def _sweep(
        self,
        actor: Actor,
        query: MemoryQuery,
        settle: Callable[[Actor, Sequence[str]], Awaitable[Verdicts]],
        *,
        with_flagged: bool,
        at_most: int,
    ) -> Swept:
        swept, place, seen = Swept(), None, 0
        while items := await self._inbox.after(actor, query, min(BATCH, at_most - seen), place):
            place, seen = Place(items[-1].created_at, items[-1].id), seen + len(items)
            left = [] if with_flagged else await asyncio.to_thread(_flagged, items)
            swept.flagged.extend(left)
            if ids := [item.id for item in items if item.id not in left]:
                verdicts = await settle(actor, ids)
                swept.done.extend(verdicts.done)
                swept.memory_ids.extend(verdicts.memory_ids)
                swept.refused.update(verdicts.refused)
            if seen >= at_most:
                rest = await self._inbox.after(actor, query, 1, place)
                return replace(swept, is_all=not rest)
        return swept

    async def approve_corrected(self, actor: Actor, item_id: str, correction: Correction) -> Memory:
        """Approve a memory or a proposed edit with another text; the correction is a version of the user's own.

        Raises NotFound where nothing with this id waits, Conflict where it is outdated, and InvalidInput.
        """
        require(actor, Action.REVIEW)
        ready = await self._memories.ready(actor, Draft(correction.text))
        correction, vectors = replace(correction, text=ready.draft.text), ready.vectors

        def work(tx: Transaction) -> Memory:
            memory = tx.memories.get([item_id]).get(item_id)
            if memory and memory.state is MemoryState.INBOX:
                return self._approve_memory(tx, actor, memory, correction, vectors)
            proposal = tx.proposals.get([item_id]).get(item_id)
            if proposal is None:
                raise NotFound("Nothing with this id waits for review; it may have been decided on already.")
            return self._approve_proposal(tx, actor, proposal, correction, vectors)

        return await self._store.write(actor.scope, work)

    def _approve_memory(
        self, tx: Transaction, actor: Actor, memory: Memory, correction: Correction, vectors: Mapping[str, Vectors]
    ) -> Memory:
        by = actor.provenance()
        corrected = self._correct(tx, actor, memory, correction, vectors)
        approved = self._changes.apply(tx, replace(corrected, state=MemoryState.ACTIVE), Change.APPROVED, by, vectors)
        self._changes.supersede(tx, [approved], by)
        self._audit.write(tx, actor, "memory.approved", [memory.id])
        return approved

    def _approve_proposal(
        self, tx: Transaction, actor: Actor, proposal: Proposal, correction: Correction, vectors: Mapping[str, Vectors]
    ) -> Memory:
        if proposal.kind is not ProposalKind.EDIT:
            raise InvalidInput("This proposal changes no text; approve it or reject it.")
        self._audit.write(tx, actor, "proposal.approve", [proposal.memory_id])
        before = tx.memories.get([proposal.memory_id])[proposal.memory_id]
        if proposal.text == correction.text:
            self._proposals.approve(tx, actor, proposal, vectors)
            return self._correct(tx, actor, tx.memories.get([before.id])[before.id], correction, vectors)
        corrected = self._correct(tx, actor, self._proposals.take_up(tx, proposal), correction, {})
        origin = replace(before.provenance, trust=before.provenance.trust.of_edit_by(actor.trust))
        after = replace(corrected, state=before.state, provenance=origin)
        return self._changes.apply(tx, after, Change.APPROVED, actor.provenance(), vectors)

    def _correct(
        self, tx: Transaction, actor: Actor, memory: Memory, correction: Correction, vectors: Mapping[str, Vectors]
    ) -> Memory:
        bucket_id = memory.bucket_id if correction.bucket_id is None else bucket_of(tx, correction.bucket_id).id
        about = leading_date(correction.text)[0]
        after = replace(memory, text=correction.text, bucket_id=bucket_id, about=about)
        if after == memory:
            return memory
        change = Change.MOVED if after.text == memory.text else Change.EDITED
        self._audit.write(tx, actor, f"memory.{change}", [memory.id])
        return self._changes.apply(tx, after, change, actor.provenance(), vectors)


def _flagged(items: Sequence[Memory | Proposal]) -> list[str]:
    return [item.id for item in items if flags(item.text or "", item.provenance.trust)]
