"""What waits for the user's review, new memories and proposed changes alike: list, approve, reject."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from onememory.domain.accounts import Token
from onememory.domain.actors import Action, Actor, require
from onememory.domain.buckets import Bucket
from onememory.domain.errors import NotFound, OneMemoryError
from onememory.domain.memories import Change, Memory, MemoryState, checked_ids
from onememory.domain.proposals import Proposal, ProposalKind, Sender, WaitingProposal
from onememory.domain.search import Filters
from onememory.ports import MemoryQuery, Place, Store, Transaction, Vectors
from onememory.services.audit import Audit
from onememory.services.index.indexing import Indexing
from onememory.services.notebook.browsing import cursor_of, place_of
from onememory.services.notebook.changes import Changes
from onememory.services.notebook.proposals import Proposals

REVIEWED_AT_ONCE = 1_000
WAITING = MemoryQuery(frozenset({MemoryState.INBOX}))


def waiting_from(token_id: str | None = None, source: str | None = None, until: datetime | None = None) -> MemoryQuery:
    """What waits through one connection or from one client, as far as it was there at that moment."""
    filters = Filters(sources=None if source is None else frozenset({source}))
    return replace(WAITING, filters=filters, token_id=token_id, recorded_before=until)


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """Part of what waits, newest first, and how much there is in all."""

    memories: list[Memory]
    memory_count: int
    proposals: list[WaitingProposal]
    proposal_count: int
    buckets: list[Bucket]  # every bucket within reach


@dataclass(frozen=True, slots=True)
class WaitingPart:
    """Some of what waits, memories and proposals in one list, newest first."""

    items: list[Memory | WaitingProposal]
    total: int  # how much of this kind there is in all
    replaced: Mapping[str, Memory]  # by id, what memories among them would take the place of
    senders: list[Sender]  # of all that waits
    tokens: Mapping[str, Token]  # by id, every one of the account
    buckets: list[Bucket]  # every bucket within reach
    next: str | None  # the cursor of the part behind it, where there is one


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What became of each of some ids."""

    done: list[str] = field(default_factory=list)
    memory_ids: list[str] = field(default_factory=list)  # those of them that are memories
    missing: list[str] = field(default_factory=list)  # nothing with this id waits
    refused: dict[str, str] = field(default_factory=dict)  # why, by id


@dataclass(frozen=True, slots=True)
class _Found:
    """What waits under some ids."""

    memories: dict[str, Memory]
    proposals: dict[str, Proposal]


class Inbox:
    """The use cases of review."""

    def __init__(self, store: Store, changes: Changes, proposals: Proposals, indexing: Indexing, audit: Audit) -> None:
        self._store = store
        self._changes = changes
        self._indexing = indexing
        self._proposals = proposals
        self._audit = audit

    async def page(self, actor: Actor, query: MemoryQuery, limit: int, skip: int = 0) -> WaitingPage:
        """Part of both lists, each newest first."""
        require(actor, Action.READ)

        def work(tx: Transaction) -> WaitingPage:
            memories = tx.memories.newest(query, limit, skip)
            names = {token.id: token.name for token in tx.tokens.all()}
            proposals = [
                replace(each, connection=names.get(each.proposal.provenance.token_id or ""))
                for each in self._proposals.shown(tx, tx.proposals.newest(query, limit, skip))
            ]
            counts = tx.memories.count(query), tx.proposals.count(query)
            return WaitingPage(memories, counts[0], proposals, counts[1], tx.buckets.all())

        page = await self._store.read(actor.scope, work)
        self._note(actor, [*page.memories, *page.proposals])
        return page

    async def part(self, actor: Actor, query: MemoryQuery, limit: int, cursor: str | None = None) -> WaitingPart:
        """The part of one list of both behind a cursor; raises InvalidInput for a cursor."""
        require(actor, Action.READ)
        place = place_of(cursor) if cursor else None

        def work(tx: Transaction) -> WaitingPart:
            found = _newest(tx, query, limit + 1, place)
            items = found[:limit]
            memories = [item for item in items if isinstance(item, Memory)]
            proposals = [item for item in items if isinstance(item, Proposal)]
            shown = {each.proposal.id: each for each in self._proposals.shown(tx, proposals)}
            return WaitingPart(
                items=[item if isinstance(item, Memory) else shown[item.id] for item in items],
                total=tx.memories.count(query) + tx.proposals.count(query),
                replaced=tx.memories.get([memory.supersedes for memory in memories if memory.supersedes]),
                senders=_senders(tx),
                tokens={token.id: token for token in tx.tokens.all()},
                buckets=tx.buckets.all(),
                next=cursor_of(items[-1]) if len(found) > limit and items else None,
            )

        part = await self._store.read(actor.scope, work)
        self._note(actor, part.items)
        return part

    async def one(self, actor: Actor, item_id: str) -> WaitingPart:
        """One memory or proposal that waits, as a list of one; raises NotFound."""
        require(actor, Action.READ)

        def work(tx: Transaction) -> WaitingPart:
            found = _found(tx, [item_id])
            proposals = self._proposals.shown(tx, list(found.proposals.values()))
            items: list[Memory | WaitingProposal] = [*found.memories.values(), *proposals]
            if not items:
                raise NotFound("Nothing with this id waits for review; it may have been decided on already.")
            tokens = {token.id: token for token in tx.tokens.all()}
            return WaitingPart(items, len(items), {}, [], tokens, tx.buckets.all(), None)

        part = await self._store.read(actor.scope, work)
        self._note(actor, part.items)
        return part

    async def senders(self, actor: Actor) -> list[Sender]:
        """Who wrote how much of what waits, the most first."""
        require(actor, Action.READ)
        return await self._store.read(actor.scope, _senders)

    async def after(self, actor: Actor, query: MemoryQuery, limit: int, place: Place | None) -> list[Memory | Proposal]:
        """What waits behind a place, newest first."""
        require(actor, Action.READ)
        return await self._store.read(actor.scope, lambda tx: _newest(tx, query, limit, place))

    def _note(self, actor: Actor, items: Sequence[Memory | WaitingProposal]) -> None:
        read = [item.id if isinstance(item, Memory) else item.memory.id for item in items]
        self._audit.note_read(actor, "inbox.list", read)

    async def waiting(self, actor: Actor) -> int:
        """How many memories and proposed changes wait."""
        require(actor, Action.READ)
        return await self._store.read(
            actor.scope, lambda tx: tx.memories.count(WAITING) + tx.proposals.count(WAITING), brief=True
        )

    async def approve(self, actor: Actor, ids: Sequence[str]) -> Verdicts:
        """Let memories be recalled and make proposed changes; what became of each id."""
        require(actor, Action.REVIEW)
        wanted = checked_ids(ids, REVIEWED_AT_ONCE, "ids")
        vectors = await self._vectors(actor, wanted)

        def work(tx: Transaction) -> Verdicts:
            found = _found(tx, wanted)
            self._approve_memories(tx, actor, list(found.memories.values()), vectors)
            refused = self._approve_proposals(tx, actor, list(found.proposals.values()), vectors)
            return _reviewed(wanted, found, refused)

        return await self._store.write(actor.scope, work)

    async def _vectors(self, actor: Actor, ids: Sequence[str]) -> Mapping[str, Mapping[str, Vectors]]:
        """By text, the vectors of what may come into the index."""

        def work(tx: Transaction) -> list[str]:
            found = _found(tx, ids)
            restored = [p.memory_id for p in found.proposals.values() if p.kind is ProposalKind.RESTORE]
            returning = [*found.memories.values(), *tx.memories.get(restored).values()]
            return [m.text for m in returning] + [p.text for p in found.proposals.values() if p.text is not None]

        texts = await self._store.read(actor.scope, work)
        return dict(zip(texts, await self._indexing.vectors(texts), strict=True))

    def _approve_memories(
        self,
        tx: Transaction,
        actor: Actor,
        memories: Sequence[Memory],
        vectors: Mapping[str, Mapping[str, Vectors]],
    ) -> None:
        by = actor.provenance()
        for memory in memories:
            after = replace(memory, state=MemoryState.ACTIVE)
            approved = self._changes.apply(tx, after, Change.APPROVED, by, vectors.get(memory.text))
            self._changes.supersede(tx, [approved], by)
        if memories:
            self._audit.write(tx, actor, "memory.approved", [memory.id for memory in memories])

    def _approve_proposals(
        self,
        tx: Transaction,
        actor: Actor,
        proposals: Sequence[Proposal],
        vectors: Mapping[str, Mapping[str, Vectors]],
    ) -> dict[str, str]:
        """Make the changes; by id, why one could not be made."""
        refused = {}
        for proposal in proposals:
            memory = tx.memories.get([proposal.memory_id])[proposal.memory_id]
            try:
                self._proposals.approve(tx, actor, proposal, vectors.get(proposal.text or memory.text, {}))
            except OneMemoryError as error:
                refused[proposal.id] = str(error)
        if made := [p.memory_id for p in proposals if p.id not in refused]:
            self._audit.write(tx, actor, "proposal.approve", made)
        return refused

    async def reject(self, actor: Actor, ids: Sequence[str]) -> Verdicts:
        """Put memories into the trash and drop proposed changes; what became of each id."""
        require(actor, Action.REVIEW)
        wanted = checked_ids(ids, REVIEWED_AT_ONCE, "ids")

        def work(tx: Transaction) -> Verdicts:
            found = _found(tx, wanted)
            for memory in found.memories.values():
                after = replace(memory, state=MemoryState.TRASHED)
                self._changes.apply(tx, after, Change.REJECTED, actor.provenance())
            if found.memories:
                self._audit.write(tx, actor, "memory.rejected", list(found.memories))
            if found.proposals:
                tx.proposals.remove(list(found.proposals))
                self._audit.write(tx, actor, "proposal.reject", [p.memory_id for p in found.proposals.values()])
            return _reviewed(wanted, found, {})

        return await self._store.write(actor.scope, work)


def _newest(tx: Transaction, query: MemoryQuery, limit: int, place: Place | None) -> list[Memory | Proposal]:
    memories = tx.memories.newest(query, limit, older_than=place)
    both: list[Memory | Proposal] = [*memories, *tx.proposals.newest(query, limit, older_than=place)]
    return sorted(both, key=lambda item: (item.created_at, item.id), reverse=True)[:limit]


def _senders(tx: Transaction) -> list[Sender]:
    counts: Counter[tuple[str | None, str | None]] = Counter()
    for each in (*tx.memories.senders(WAITING), *tx.proposals.senders()):
        counts[each.token_id, each.source] += each.count
    return [Sender(*who, count) for who, count in counts.most_common()]


def _found(tx: Transaction, ids: Sequence[str]) -> _Found:
    waiting = {k: m for k, m in tx.memories.get(ids).items() if m.state is MemoryState.INBOX}
    return _Found(waiting, tx.proposals.get(ids))


def _reviewed(ids: Sequence[str], found: _Found, refused: dict[str, str]) -> Verdicts:
    known = found.memories.keys() | found.proposals.keys()
    done = [each for each in ids if each in known and each not in refused]
    return Verdicts(
        done=done,
        memory_ids=[each for each in done if each in found.memories],
        missing=[each for each in ids if each not in known],
        refused=refused,
    )
