"""Store, list, edit, move, delete and restore memories."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from onememory.domain.accounts import WritePolicy
from onememory.domain.actors import Action, Actor, require
from onememory.domain.buckets import Bucket
from onememory.domain.errors import InvalidInput, NotFound, OneMemoryError, UnknownIds
from onememory.domain.ids import mint
from onememory.domain.memories import (
    Change,
    ContentType,
    Draft,
    Memory,
    MemoryState,
    checked_text,
)
from onememory.ports import MemoryQuery, Store, Transaction, Vectors
from onememory.retrieval.dates import leading_date
from onememory.services.audit import Audit
from onememory.services.buckets import bucket_of, general_of
from onememory.services.changes import Changes
from onememory.services.indexing import Indexing

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


class Memories:
    """The use cases of memories."""

    def __init__(self, store: Store, changes: Changes, indexing: Indexing, audit: Audit, text_limit: int) -> None:
        self._store = store
        self._changes = changes
        self._indexing = indexing
        self._audit = audit
        self._text_limit = text_limit

    async def store(self, actor: Actor, draft: Draft) -> Memory:
        """Keep one memory; it is durable and can be found when this returns."""
        require(actor, Action.ADD)
        text = checked_text(draft.text, self._text_limit)
        vectors = await self._indexing.vectors([text])

        def work(tx: Transaction) -> Memory:
            memory = self._memory(_Targets(tx, actor), draft)
            self._changes.add(tx, [memory], vectors, Change.CREATED)
            self._supersede(tx, actor, [memory])
            self._audit.write(tx, actor, "memory.add", [memory.id], draft.source)
            return memory

        return await self._store.write(actor.scope, work)

    async def store_many(self, actor: Actor, drafts: Sequence[Draft]) -> list[Memory | OneMemoryError]:
        """Keep many memories; for each, in order, the memory or why it was not kept."""
        require(actor, Action.ADD)
        outcomes: list[Memory | OneMemoryError | None] = [self._refusal(draft) for draft in drafts]
        good = [draft for draft, refusal in zip(drafts, outcomes, strict=True) if refusal is None]
        at_once = good if len(good) <= EMBEDDED_AT_ONCE else []
        vectors = await self._indexing.vectors([d.text for d in at_once]) if at_once else [{} for _ in good]

        def work(tx: Transaction) -> list[Memory | OneMemoryError]:
            targets = _Targets(tx, actor)
            made = [self._attempt(targets, draft) for draft in good]
            kept = [(m, v) for m, v in zip(made, vectors, strict=True) if isinstance(m, Memory)]
            memories = [m for m, _ in kept]
            self._changes.add(tx, memories, [v for _, v in kept], Change.CREATED)
            self._supersede(tx, actor, memories)
            self._audit.write(tx, actor, "memory.add", [m.id for m in memories])
            return made

        results = iter(await self._store.write(actor.scope, work))
        return [next(results) if refusal is None else refusal for refusal in outcomes]

    def _refusal(self, draft: Draft) -> OneMemoryError | None:
        try:
            checked_text(draft.text, self._text_limit)
        except OneMemoryError as error:
            return error
        return None

    def _attempt(self, targets: "_Targets", draft: Draft) -> Memory | OneMemoryError:
        try:
            return self._memory(targets, draft)
        except OneMemoryError as error:
            return error

    def _memory(self, targets: "_Targets", draft: Draft) -> Memory:
        tx, actor, now = targets.tx, targets.actor, self._changes.now()
        if draft.supersedes and draft.supersedes not in tx.memories.get([draft.supersedes]):
            raise NotFound(f"`supersedes` names no memory of yours: {draft.supersedes}.")
        provenance = actor.provenance(draft.source)
        return Memory(
            id=mint(now),
            bucket_id=targets.bucket_id(draft.bucket_id),
            text=draft.text,
            content_type=ContentType.TEXT,
            state=MemoryState.INBOX if actor.policy is WritePolicy.INBOX else MemoryState.ACTIVE,
            about=leading_date(draft.text)[0],
            created_at=now,
            updated_at=now,
            version=1,
            provenance=replace(provenance, conversation_id=draft.conversation_id, message_id=draft.message_id),
            supersedes=draft.supersedes,
        )

    def _supersede(self, tx: Transaction, actor: Actor, memories: Sequence[Memory]) -> None:
        """Mark what active memories replace; one in the inbox replaces nothing before it is approved."""
        for memory in memories:
            if memory.supersedes and memory.state is MemoryState.ACTIVE:
                old = tx.memories.get([memory.supersedes]).get(memory.supersedes)
                if old:  # it may have been erased while the new one waited for review
                    self._changes.apply(tx, replace(old, superseded_by=memory.id), Change.SUPERSEDED, actor)

    async def get(self, actor: Actor, memory_id: str) -> Memory:
        """One memory, whatever its state; raises NotFound."""
        require(actor, Action.READ)
        memory = await self._store.read(actor.scope, lambda tx: _memory_of(tx, memory_id), brief=True)
        self._audit.note_read(actor, "memory.read", [memory.id])
        return memory

    async def page(
        self, actor: Actor, query: MemoryQuery, limit: int, skip: int = 0, source: str | None = None
    ) -> Page:
        """Part of a list, newest first; raises NotFound for a bucket out of reach."""
        require(actor, Action.READ)

        def work(tx: Transaction) -> Page:
            for bucket_id in query.filters.bucket_ids or ():
                bucket_of(tx, bucket_id)
            return Page(tx.memories.newest(query, limit, skip), tx.memories.count(query), tx.buckets.all())

        page = await self._store.read(actor.scope, work, brief=limit <= BRIEF and skip <= BRIEF)
        self._audit.note_read(actor, "memory.list", [m.id for m in page.memories], source)
        return page

    async def edit(self, actor: Actor, memory_id: str, edit: Edit) -> Memory:
        """Change the text, the bucket or both; each appends a version. Raises NotFound."""
        require(actor, Action.CHANGE)
        if edit == Edit():
            raise InvalidInput("Nothing to change: send at least one of `text`, `bucketId`, `bucketName`.")
        text = None if edit.text is None else checked_text(edit.text, self._text_limit)
        vectors: Mapping[str, Vectors] = (await self._indexing.vectors([text]))[0] if text is not None else {}

        def work(tx: Transaction) -> Memory:
            memory = _memory_of(tx, memory_id)
            if memory.state is MemoryState.TRASHED:
                raise NotFound("This memory is in the trash; restore it before you change it.")
            after = replace(memory, bucket_id=_target(tx, edit, memory.bucket_id))
            if text is not None:
                after = replace(after, text=text, about=leading_date(text)[0])
            if after == memory:
                return memory
            change = Change.MOVED if after.text == memory.text else Change.EDITED
            changed = self._changes.apply(tx, after, change, actor, vectors)
            self._audit.write(tx, actor, f"memory.{change}", [memory_id])
            return changed

        return await self._store.write(actor.scope, work)

    async def move_many(self, actor: Actor, memory_ids: Sequence[str], edit: Edit) -> list[Memory]:
        """Move all to one bucket or none; raises UnknownIds with those that do not resolve."""
        require(actor, Action.CHANGE)
        ids = _bulk(memory_ids, MOVED_AT_ONCE)
        if edit.bucket_id is None and edit.bucket_name is None:
            raise InvalidInput("Send `bucketId` or `bucketName`: many memories at once can only be moved.")

        def work(tx: Transaction) -> list[Memory]:
            memories = {k: m for k, m in tx.memories.get(ids).items() if m.state is not MemoryState.TRASHED}
            if missing := [memory_id for memory_id in ids if memory_id not in memories]:
                raise UnknownIds("Some memories do not exist, so none was moved.", missing)
            target = _target(tx, edit, 0)
            moved = []
            for memory in memories.values():
                after = replace(memory, bucket_id=target)
                moved.append(memory if after == memory else self._changes.apply(tx, after, Change.MOVED, actor))
            self._audit.write(tx, actor, "memory.moved", ids)
            return moved

        return await self._store.write(actor.scope, work)

    async def delete(self, actor: Actor, memory_id: str) -> None:
        """Put one memory into the trash; raises NotFound."""
        if await self.delete_many(actor, [memory_id]):
            raise NotFound("There is no memory with this id.")

    async def delete_many(self, actor: Actor, memory_ids: Sequence[str]) -> list[str]:
        """Put memories into the trash; the ids that do not resolve."""
        require(actor, Action.DELETE)
        return await self._shift(actor, memory_ids, (MemoryState.ACTIVE, MemoryState.INBOX), Change.TRASHED)

    async def restore_many(self, actor: Actor, memory_ids: Sequence[str]) -> list[str]:
        """Take memories out of the trash; the ids that are not in it."""
        require(actor, Action.CHANGE)
        return await self._shift(actor, memory_ids, (MemoryState.TRASHED,), Change.RESTORED)

    async def approve_many(self, actor: Actor, memory_ids: Sequence[str]) -> list[str]:
        """Let memories of the inbox be recalled; the ids that are not in it."""
        require(actor, Action.REVIEW)
        return await self._shift(actor, memory_ids, (MemoryState.INBOX,), Change.APPROVED)

    async def reject_many(self, actor: Actor, memory_ids: Sequence[str]) -> list[str]:
        """Put memories of the inbox into the trash; the ids that are not in it."""
        require(actor, Action.REVIEW)
        return await self._shift(actor, memory_ids, (MemoryState.INBOX,), Change.REJECTED)

    async def _shift(
        self, actor: Actor, memory_ids: Sequence[str], states: Sequence[MemoryState], change: Change
    ) -> list[str]:
        """Bring those of the ids that are in one of the states into the one that the change leads to."""
        ids = _bulk(memory_ids, SHIFTED_AT_ONCE)
        vectors = await self._vectors_of_returning(actor, ids, change)

        def work(tx: Transaction) -> list[str]:
            memories = {k: m for k, m in tx.memories.get(ids).items() if m.state in states}
            for memory in memories.values():
                state = _LEADS_TO[change]
                after = self._changes.apply(
                    tx, replace(memory, state=state), change, actor, vectors.get(memory.text, {})
                )
                if change is Change.APPROVED:
                    self._supersede(tx, actor, [after])
            if memories:
                self._audit.write(tx, actor, f"memory.{change}", list(memories))
            return [memory_id for memory_id in ids if memory_id not in memories]

        return await self._store.write(actor.scope, work)

    async def _vectors_of_returning(
        self, actor: Actor, ids: Sequence[str], change: Change
    ) -> Mapping[str, Mapping[str, Vectors]]:
        """By text, the vectors of memories that come back into the index."""
        if _LEADS_TO[change] is not MemoryState.ACTIVE:
            return {}
        memories = await self._store.read(actor.scope, lambda tx: tx.memories.get(ids))
        texts = [m.text for m in memories.values()]
        return dict(zip(texts, await self._indexing.vectors(texts), strict=True))


_LEADS_TO = {
    Change.TRASHED: MemoryState.TRASHED,
    Change.REJECTED: MemoryState.TRASHED,
    Change.RESTORED: MemoryState.ACTIVE,
    Change.APPROVED: MemoryState.ACTIVE,
}


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


def _memory_of(tx: Transaction, memory_id: str) -> Memory:
    memory = tx.memories.get([memory_id]).get(memory_id)
    if memory is None:
        raise NotFound("There is no memory with this id.")
    return memory


def _target(tx: Transaction, edit: Edit, unchanged: int) -> int:
    if edit.bucket_id is not None:
        return bucket_of(tx, edit.bucket_id).id
    if edit.bucket_name is None:
        return unchanged
    bucket = tx.buckets.named(edit.bucket_name)
    if bucket is None:
        raise NotFound(f'There is no bucket named "{edit.bucket_name}"; create it first.')
    return bucket.id


def _bulk(memory_ids: Sequence[str], limit: int) -> list[str]:
    ids = list(dict.fromkeys(memory_ids))
    if not ids:
        raise InvalidInput(f"`memoryIds` is empty; send 1 to {limit} ids.")
    if len(ids) > limit:
        raise InvalidInput(f"`memoryIds` has {len(ids)} ids; the limit is {limit}. Send several requests.")
    return ids
