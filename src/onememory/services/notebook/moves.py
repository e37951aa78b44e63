"""Memories moved between one's own rows and shared buckets: a copy there, and into the trash here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from onememory.domain.actors import Action, Actor, must_propose, require, require_on
from onememory.domain.errors import Forbidden, NotFound, OneMemoryError
from onememory.domain.ids import mint
from onememory.domain.memories import Change, Memory, MemoryState
from onememory.domain.proposals import Outcome
from onememory.domain.provenance import Trust
from onememory.ports import Store, Transaction, Vectors
from onememory.retrieval.dates import leading_date
from onememory.services.audit import Audit
from onememory.services.index.indexing import Indexing
from onememory.services.notebook.buckets import bucket_of
from onememory.services.notebook.changes import Changes
from onememory.services.notebook.proposals import Proposals
from onememory.services.reach import House

NOT_PROPOSED = (
    "This connection may only propose to change this memory, and a move between people's buckets cannot be proposed; "
    "the user can make it."
)


@dataclass(frozen=True, slots=True)
class Way:
    """From which house into which bucket of another one."""

    here: House
    there: House
    bucket_id: int  # there
    text: str | None = None  # another text on the way
    source: str | None = None  # the client that asks for it


class Moves:
    """Moves memories between houses; other use cases ask, once they know both."""

    def __init__(self, store: Store, changes: Changes, proposals: Proposals, indexing: Indexing, audit: Audit) -> None:
        self._store = store
        self._changes = changes
        self._proposals = proposals
        self._indexing = indexing
        self._audit = audit

    async def over(self, way: Way, memory_ids: Sequence[str]) -> Outcome:
        """The copies, which have ids of their own; what they are copies of is in the trash of its house.

        Needs the right to add there and to delete here. Raises NotFound where one is no active memory. Where the
        memory changes meanwhile, or the right ends, the copies are taken back.
        """
        here, there = way.here.actor, way.there.actor
        require(there, Action.ADD)
        originals = await self._store.read(here.scope, lambda tx: _leaving(tx, here, memory_ids))
        copies = [self._copy(way, memory) for memory in originals]
        vectors = await self._indexing.vectors([copy.text for copy in copies])
        await self._store.write(there.scope, lambda tx: self._arrive(tx, way, copies, vectors))
        try:
            await self._store.write(here.scope, lambda tx: self._leave(tx, way, originals))
        except OneMemoryError:
            await self._store.write(there.scope, lambda tx: self._take_back(tx, there, copies))
            raise
        ids, share = [memory.id for memory in originals], way.here.share
        return Outcome(
            changed=copies,
            copied=dict(zip(ids, [copy.id for copy in copies], strict=True)),
            in_trash_of=dict.fromkeys(ids, share.owner_name) if share else {},
        )

    def _copy(self, way: Way, memory: Memory) -> Memory:
        now, origin = self._changes.now(), way.there.actor.provenance(memory.provenance.source)
        text = memory.text if way.text is None else way.text
        return Memory(
            id=mint(now),
            bucket_id=way.bucket_id,
            text=text,
            content_type=memory.content_type,
            state=MemoryState.ACTIVE,
            about=leading_date(text)[0],
            created_at=memory.created_at,
            updated_at=now,
            version=1,
            provenance=replace(origin, trust=_trust(way, memory)),
        )

    def _arrive(
        self, tx: Transaction, way: Way, copies: Sequence[Memory], vectors: Sequence[Mapping[str, Vectors]]
    ) -> None:
        bucket_of(tx, way.bucket_id)
        self._changes.add(tx, copies, vectors, Change.CREATED)
        self._audit.write(tx, way.there.actor, "memory.add", [copy.id for copy in copies], way.source)

    def _leave(self, tx: Transaction, way: Way, originals: Sequence[Memory]) -> None:
        present = _leaving(tx, way.here.actor, [memory.id for memory in originals])
        if [memory.version for memory in present] != [memory.version for memory in originals]:
            raise NotFound("A memory has changed meanwhile, so none was moved; try again.")
        trashed = [replace(memory, state=MemoryState.TRASHED) for memory in present]
        self._proposals.carry_out(tx, way.here.actor, trashed, Change.TRASHED, {}, way.source)

    def _take_back(self, tx: Transaction, actor: Actor, copies: Sequence[Memory]) -> None:
        for copy in tx.memories.get([each.id for each in copies]).values():
            self._changes.apply(tx, replace(copy, state=MemoryState.TRASHED), Change.TRASHED, actor.provenance())


def _leaving(tx: Transaction, actor: Actor, memory_ids: Sequence[str]) -> list[Memory]:
    """What is to leave this house; raises NotFound and Forbidden."""
    found = tx.memories.get(memory_ids)
    leaving = [found[i] for i in memory_ids if i in found and found[i].state is MemoryState.ACTIVE]
    if len(leaving) < len(memory_ids):
        raise NotFound("Only active memories can be moved to or from a shared bucket; review or restore them first.")
    for memory in leaving:
        require_on(actor, memory, Action.DELETE)
        if must_propose(actor, memory):
            raise Forbidden(NOT_PROPOSED)
    return leaving


def _trust(way: Way, memory: Memory) -> Trust:
    """A new text is trusted as any edit is; what others said is trusted no more than whoever takes it over."""
    before, mover = memory.provenance.trust, way.there.actor.trust
    if way.text is not None and way.text != memory.text:
        return before.of_edit_by(mover)
    return before if way.here.share is None else max(before, mover, key=list(Trust).index)
