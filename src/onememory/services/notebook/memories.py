"""Store, list, edit, move, delete and restore memories."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from onememory.domain.accounts import WritePolicy
from onememory.domain.actors import Action, Actor, must_propose, require, require_on
from onememory.domain.buckets import Bucket
from onememory.domain.errors import AccessChanged, InvalidInput, NotFound, OneMemoryError, UnknownIds
from onememory.domain.ids import mint
from onememory.domain.memories import (
    Change,
    ContentType,
    Draft,
    Memory,
    MemoryState,
    checked_ids,
)
from onememory.domain.proposals import Outcome
from onememory.domain.provenance import Provenance
from onememory.ports import MemoryQuery, Store, Transaction, Vectors
from onememory.retrieval.dates import leading_date
from onememory.services.audit import Audit
from onememory.services.index.indexing import Indexing
from onememory.services.notebook.buckets import bucket_of, general_of
from onememory.services.notebook.changes import Changes
from onememory.services.notebook.lists import count_in, found_in, newest_in
from onememory.services.notebook.moves import Moves, Way
from onememory.services.notebook.proposals import Proposals
from onememory.services.reach import House, Open, Reach, Split, buckets_in, by_house, check_buckets
from onememory.services.screening import Screening

MOVED_AT_ONCE = 100
SHIFTED_AT_ONCE = 1_000  # into and out of trash and inbox
BRIEF = 50  # rows that may be read without handing over to another thread
EMBEDDED_AT_ONCE = 32  # of a bulk; vectors of more are left to the worker, their words are found at once


@dataclass(frozen=True, slots=True)
class Page:
    """Some memories of a list and how many it has in all."""

    memories: list[Memory]
    total: int
    buckets: list[Bucket]  # every bucket within reach


@dataclass(frozen=True, slots=True)
class Edit:
    """What to change of a memory; None leaves it as it is."""

    text: str | None = None
    bucket_id: int | None = None
    bucket_name: str | None = None
    source: str | None = None  # the client that asks for it

    @property
    def names_bucket(self) -> bool:
        """Whether it moves the memory."""
        return self.bucket_id is not None or self.bucket_name is not None


@dataclass(frozen=True, slots=True)
class Ready:
    """A draft whose text may be kept, with its vectors."""

    draft: Draft
    vectors: Mapping[str, Vectors]


@dataclass(frozen=True, slots=True)
class Makers:
    """What the use cases of memories are made of."""

    changes: Changes
    proposals: Proposals
    moves: Moves
    indexing: Indexing
    screening: Screening


class Memories:
    """The use cases of memories, one's own and those of shared buckets."""

    def __init__(self, store: Store, reach: Reach, makers: Makers, audit: Audit) -> None:
        self._store = store
        self._reach = reach
        self._changes = makers.changes
        self._proposals = makers.proposals
        self._moves = makers.moves
        self._indexing = makers.indexing
        self._screening = makers.screening
        self._audit = audit

    async def store(self, actor: Actor, draft: Draft) -> Memory:
        """Keep one memory; it is durable and can be found when this returns."""
        return await self.keep(actor, await self.ready(actor, draft))

    async def ready(self, actor: Actor, draft: Draft) -> Ready:
        """A draft as it may be kept; raises what Screening.checked raises."""
        require(actor, Action.ADD)
        draft = replace(draft, text=await self._screening.passed(draft.text))
        return Ready(draft, (await self._indexing.vectors([draft.text]))[0])

    async def keep(self, actor: Actor, ready: Ready) -> Memory:
        """Keep one memory that is ready; it is durable and can be found when this returns."""
        draft = ready.draft
        actor = (await self._reach.bucket(actor, draft.bucket_id)).actor
        require(actor, Action.ADD)

        def work(tx: Transaction) -> Memory:
            memory = self._memory(_Targets(tx, actor), draft)
            self._changes.add(tx, [memory], [ready.vectors], Change.CREATED)
            self._changes.supersede(tx, [memory], actor.provenance())
            self._audit.write(tx, actor, "memory.add", [memory.id], draft.source)
            return memory

        return await self._store.write(actor.scope, work)

    async def store_many(self, actor: Actor, drafts: Sequence[Draft]) -> list[Memory | OneMemoryError]:
        """Keep many memories; for each, in order, the memory or why it was not kept."""
        require(actor, Action.ADD)
        outcomes = await self._screening.outcomes([draft.text for draft in drafts])
        good = [
            replace(draft, text=text) for draft, text in zip(drafts, outcomes, strict=True) if isinstance(text, str)
        ]
        at_once = good if len(good) <= EMBEDDED_AT_ONCE else []
        vectors = await self._indexing.vectors([d.text for d in at_once]) if at_once else [{} for _ in good]
        ready = [Ready(draft, vector) for draft, vector in zip(good, vectors, strict=True)]
        results = iter(await self._keep_many(actor, ready))
        return [next(results) if isinstance(outcome, str) else outcome for outcome in outcomes]

    async def _keep_many(self, actor: Actor, ready: Sequence[Ready]) -> list[Memory | OneMemoryError]:
        """Those of each house in one transaction."""
        houses = await self._reach.buckets(actor, [each.draft.bucket_id for each in ready])
        made: dict[int, Memory | OneMemoryError] = {}
        for house in dict.fromkeys(houses.values()):
            places = [n for n, each in enumerate(ready) if houses[each.draft.bucket_id] == house]
            made |= zip(places, await self._keep_in(house, [ready[n] for n in places]), strict=True)
        return [made[n] for n in range(len(ready))]

    async def _keep_in(self, house: House, ready: Sequence[Ready]) -> Sequence[Memory | OneMemoryError]:
        actor = house.actor

        def work(tx: Transaction) -> list[Memory | OneMemoryError]:
            targets = _Targets(tx, actor)
            made = [self._attempt(targets, each.draft) for each in ready]
            kept = [(m, each.vectors) for m, each in zip(made, ready, strict=True) if isinstance(m, Memory)]
            memories = [m for m, _ in kept]
            self._changes.add(tx, memories, [v for _, v in kept], Change.CREATED)
            self._changes.supersede(tx, memories, actor.provenance())
            self._audit.write(tx, actor, "memory.add", [m.id for m in memories])
            return made

        try:
            return await self._store.write(actor.scope, work)
        except AccessChanged as error:
            return [error for _ in ready]

    def _attempt(self, targets: "_Targets", draft: Draft) -> Memory | OneMemoryError:
        try:
            return self._memory(targets, draft)
        except OneMemoryError as error:
            return error

    def _memory(self, targets: "_Targets", draft: Draft) -> Memory:
        tx, actor, now = targets.tx, targets.actor, self._changes.now()
        require(actor, Action.ADD)
        return Memory(
            id=mint(now),
            bucket_id=targets.bucket_id(draft.bucket_id),
            text=draft.text,
            content_type=ContentType.TEXT,
            state=_first_state(tx, actor, draft),
            about=leading_date(draft.text)[0],
            created_at=now,
            updated_at=now,
            version=1,
            provenance=_origin(actor, draft),
            supersedes=draft.supersedes,
        )

    async def get(self, actor: Actor, memory_id: str) -> Memory:
        """One memory, whatever its state; raises NotFound."""
        require(actor, Action.READ)
        room, memory = await self._reach.together(actor, lambda rooms: found_in(rooms, memory_id), brief=True)
        self._audit.note_read(room.house.actor, "memory.read", [memory.id])
        return memory

    async def page(
        self, actor: Actor, query: MemoryQuery, limit: int, skip: int = 0, source: str | None = None
    ) -> Page:
        """Part of a list, newest first; raises NotFound for a bucket out of reach."""
        require(actor, Action.READ)

        def work(rooms: Sequence[Open]) -> tuple[Page, Split]:
            check_buckets(rooms, query.filters.bucket_ids)
            memories = newest_in(rooms, query, limit, skip)
            return Page(memories, count_in(rooms, query), buckets_in(rooms)), by_house(rooms, memories)

        page, split = await self._reach.together(actor, work, brief=limit <= BRIEF and skip <= BRIEF)
        self._audit.note_reads(actor, "memory.list", split, source)
        return page

    async def edit(self, actor: Actor, memory_id: str, edit: Edit) -> Outcome:
        """Change the text, the bucket or both, each as a version, or let it wait for review. Raises NotFound.

        Into another one's bucket or out of it goes a copy, which `Outcome.copied` names.
        """
        require(actor, Action.CHANGE)
        if edit.text is None and not edit.names_bucket:
            raise InvalidInput("Nothing to change: send at least one of `text`, `bucketId`, `bucketName`.")
        text = None if edit.text is None else await self._screening.passed(edit.text)
        here = await self._reach.memory(actor, memory_id, Action.CHANGE)
        there, bucket_id = await self._target(actor, edit) if edit.names_bucket else (here, None)
        if bucket_id is not None and there != here:
            return await self._moves.over(Way(here, there, bucket_id, text, edit.source), [memory_id])
        vectors, actor = await self._vectors([] if text is None else [text]), here.actor

        def work(tx: Transaction) -> Outcome:
            memory = memory_of(tx, memory_id)
            if memory.state is MemoryState.TRASHED:
                raise NotFound("This memory is in the trash; restore it before you change it.")
            target = memory.bucket_id if bucket_id is None else bucket_of(tx, bucket_id).id
            after = replace(memory, bucket_id=target)
            if text is not None:
                after = replace(after, text=text, about=leading_date(text)[0])
            change = Change.MOVED if after.text == memory.text else Change.EDITED
            return self._proposals.carry_out(tx, actor, [after], change, vectors, edit.source)

        return await self._store.write(actor.scope, work)

    async def move_many(self, actor: Actor, memory_ids: Sequence[str], edit: Edit) -> Outcome:
        """Move all to one bucket, or let that wait for review; raises UnknownIds where one does not resolve.

        Into another one's bucket or out of it go copies, which `Outcome.copied` names.
        """
        require(actor, Action.CHANGE)
        ids = checked_ids(memory_ids, MOVED_AT_ONCE)
        if not edit.names_bucket:
            raise InvalidInput("Send `bucketId` or `bucketName`: many memories at once can only be moved.")

        there, bucket_id = await self._target(actor, edit)
        outcome = Outcome()
        split = await self._reach.memories(actor, ids, Action.CHANGE)
        # At home first: what does not exist is looked for there, and then nothing is moved.
        for here, of_house in sorted(split, key=lambda each: each[0].share is not None):
            if here == there:
                outcome += await self._move(here.actor, of_house, bucket_id, edit.source)
            else:
                outcome += await self._over(Way(here, there, bucket_id, source=edit.source), of_house)
        return outcome

    async def _move(self, actor: Actor, ids: Sequence[str], bucket_id: int, source: str | None) -> Outcome:
        def work(tx: Transaction) -> Outcome:
            memories = _there(tx, ids)
            target = bucket_of(tx, bucket_id).id
            afters = [replace(memory, bucket_id=target) for memory in memories]
            return self._proposals.carry_out(tx, actor, afters, Change.MOVED, {}, source)

        return await self._store.write(actor.scope, work)

    async def _over(self, way: Way, ids: Sequence[str]) -> Outcome:
        await self._store.read(way.here.actor.scope, lambda tx: _there(tx, ids))
        return await self._moves.over(way, ids)

    async def _target(self, actor: Actor, edit: Edit) -> tuple[House, int]:
        """The bucket that an edit names, and its house; raises NoBucket where there is none of this name."""
        if edit.bucket_id is not None:
            return await self._reach.bucket(actor, edit.bucket_id), edit.bucket_id
        house, bucket = await self._reach.named(actor, edit.bucket_name or "")
        return house, bucket.id

    async def delete(self, actor: Actor, memory_id: str, source: str | None = None) -> Outcome:
        """Put one memory into the trash, or let it wait for review; raises NotFound."""
        outcome = await self.delete_many(actor, [memory_id], source)
        if outcome.missing:
            raise NotFound("There is no memory with this id.")
        return outcome

    async def delete_many(self, actor: Actor, memory_ids: Sequence[str], source: str | None = None) -> Outcome:
        """Put memories into the trash, or let it wait for review."""
        require(actor, Action.DELETE)
        ids, outcome = checked_ids(memory_ids, SHIFTED_AT_ONCE), Outcome()
        for house, of_house in await self._reach.memories(actor, ids, Action.DELETE):
            done = await self._trash(house.actor, of_house, source)
            owners = {memory.id: house.share.owner_name for memory in done.changed} if house.share else {}
            outcome += replace(done, in_trash_of=owners)
        return outcome

    async def _trash(self, actor: Actor, ids: Sequence[str], source: str | None) -> Outcome:
        def work(tx: Transaction) -> Outcome:
            found = {k: m for k, m in tx.memories.get(ids).items() if m.state is not MemoryState.TRASHED}
            afters = [replace(memory, state=MemoryState.TRASHED) for memory in found.values()]
            outcome = self._proposals.carry_out(tx, actor, afters, Change.TRASHED, {}, source)
            return replace(outcome, missing=[memory_id for memory_id in ids if memory_id not in found])

        return await self._store.write(actor.scope, work)

    async def restore_many(self, actor: Actor, memory_ids: Sequence[str], source: str | None = None) -> Outcome:
        """Take memories out of one's own trash, or let it wait for review; missing are those that are not in it."""
        require(actor, Action.CHANGE)
        ids = checked_ids(memory_ids, SHIFTED_AT_ONCE)
        trashed = await self._store.read(actor.scope, lambda tx: _trashed(tx, ids))
        vectors = await self._vectors([memory.text for memory in trashed.values()])

        def work(tx: Transaction) -> Outcome:
            found = _trashed(tx, ids)
            afters = [replace(memory, state=MemoryState.ACTIVE) for memory in found.values()]
            outcome = self._proposals.carry_out(tx, actor, afters, Change.RESTORED, vectors, source)
            return replace(outcome, missing=[memory_id for memory_id in ids if memory_id not in found])

        return await self._store.write(actor.scope, work)

    async def _vectors(self, texts: Sequence[str]) -> Mapping[str, Mapping[str, Vectors]]:
        """By text."""
        return dict(zip(texts, await self._indexing.vectors(texts), strict=True)) if texts else {}


class _Targets:
    """Which bucket a draft goes to; each is looked up once in a transaction."""

    def __init__(self, tx: Transaction, actor: Actor) -> None:
        self.tx = tx
        self.actor = actor
        self._known: dict[int | None, int] = {}

    def bucket_id(self, wanted: int | None) -> int:
        """The wanted bucket, else the only one that the token may reach, else General; raises NotFound."""
        if wanted not in self._known:
            self._known[wanted] = self._found(wanted).id
        return self._known[wanted]

    def _found(self, wanted: int | None) -> Bucket:
        if wanted is not None:
            return bucket_of(self.tx, wanted)
        if self.actor.bucket_ids is not None and len(self.actor.bucket_ids) == 1:
            return bucket_of(self.tx, next(iter(self.actor.bucket_ids)))
        return general_of(self.tx)


def memory_of(tx: Transaction, memory_id: str) -> Memory:
    """The memory with this id, whatever its state; raises NotFound where there is none within reach."""
    memory = tx.memories.get([memory_id]).get(memory_id)
    if memory is None:
        raise NotFound("There is no memory with this id.")
    return memory


def _there(tx: Transaction, memory_ids: Sequence[str]) -> list[Memory]:
    """All of these that are not in the trash, in order; raises UnknownIds where one does not resolve."""
    memories = {k: m for k, m in tx.memories.get(memory_ids).items() if m.state is not MemoryState.TRASHED}
    if missing := [memory_id for memory_id in memory_ids if memory_id not in memories]:
        raise UnknownIds("Some memories do not exist, so none was moved.", missing)
    return [memories[memory_id] for memory_id in memory_ids]


def _origin(actor: Actor, draft: Draft) -> Provenance:
    """Where a memory comes from; a guest's conversations are no more the owner's business than their tokens."""
    origin = actor.provenance(draft.source)
    if actor.guest:
        return origin
    return replace(origin, conversation_id=draft.conversation_id, message_id=draft.message_id)


def _trashed(tx: Transaction, memory_ids: Sequence[str]) -> dict[str, Memory]:
    return {k: m for k, m in tx.memories.get(memory_ids).items() if m.state is MemoryState.TRASHED}


def _first_state(tx: Transaction, actor: Actor, draft: Draft) -> MemoryState:
    """In the inbox is what waits by policy, and what would take the place of a memory that the actor may not change."""
    replaced = tx.memories.get([draft.supersedes]).get(draft.supersedes) if draft.supersedes else None
    if draft.supersedes and replaced is None:
        where = "in this shared bucket" if actor.guest else "of yours"
        raise NotFound(f"`supersedes` names no memory {where}: {draft.supersedes}.")
    if replaced is not None and actor.guest:
        require_on(actor, replaced, Action.CHANGE)
    waits = actor.policy is WritePolicy.INBOX or (replaced is not None and must_propose(actor, replaced))
    return MemoryState.INBOX if waits else MemoryState.ACTIVE
