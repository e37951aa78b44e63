"""Everything of an account as a stream: lossless JSON, or the active memories as Markdown or CSV."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from onememory.domain.actors import Action, Actor, require
from onememory.domain.buckets import Bucket
from onememory.domain.memories import Memory, MemoryState, Version, checked_ids
from onememory.domain.search import Filters
from onememory.formats.memories import csv_files, markdown_list
from onememory.formats.own_export import conversation_entries, export_file
from onememory.formats.own_export.conversation_entries import ExportedConversation
from onememory.formats.own_export.document import ExportHeader
from onememory.ports import Clock, MemoryQuery, Store, Transaction
from onememory.services.audit import Audit
from onememory.services.conversations.archive import is_for_archive

BATCH = 500
AT_ONCE = 1_000  # of a selection

Form = Literal["json", "markdown", "csv"]
FILES: Mapping[str, tuple[str, str]] = {
    "json": ("memories.json", "application/json"),
    "markdown": ("memories.md", "text/markdown; charset=utf-8"),
    "csv": ("memories.csv", "text/csv; charset=utf-8"),
}


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A selection of memories as a file."""

    name: str
    media_type: str
    content: bytes


class Exports:
    """The use cases of taking everything along."""

    def __init__(self, store: Store, audit: Audit, clock: Clock) -> None:
        self._store = store
        self._audit = audit
        self._clock = clock

    def as_json(self, actor: Actor) -> AsyncIterator[bytes]:
        """Buckets, memories of every state with versions and origins, and chats; importing it gives the same answers.

        The archive has no buckets, so for a token that is limited to some there are no chats.
        """
        require(actor, Action.READ)  # here and not in the generator, whose first piece is sent after the status
        return self._json(actor)

    def as_markdown(self, actor: Actor) -> AsyncIterator[bytes]:
        """The active memories, bucket by bucket, newest first, in the layout that other assistants import."""
        require(actor, Action.READ)
        return self._markdown(actor)

    def as_csv(self, actor: Actor) -> AsyncIterator[bytes]:
        """The active memories as a table, bucket by bucket, newest first."""
        require(actor, Action.READ)
        return self._csv(actor)

    async def of_some(self, actor: Actor, memory_ids: Sequence[str], form: Form) -> ExportedFile:
        """These memories as one file, in the order given; ids that do not resolve are left out."""
        require(actor, Action.READ)
        ids = checked_ids(memory_ids, AT_ONCE)
        user = await self._store.read_directory(lambda directory: directory.user(actor.user_id))
        header = ExportHeader(self._clock.now(), user.name if user else "")

        def work(tx: Transaction) -> list[bytes]:
            found = tx.memories.get(ids)
            memories = [found[memory_id] for memory_id in ids if memory_id in found]
            wanted, every = {memory.bucket_id for memory in memories}, tx.buckets.all()
            buckets = [bucket for bucket in every if bucket.id in wanted]
            if form == "json":
                versions = tx.memories.versions(ids)
                buckets = [bucket for bucket in every if bucket.id in wanted or bucket.is_general]  # as an import needs
                return list(export_file.encode(header, buckets, ((m, versions.get(m.id, [])) for m in memories)))
            return list(_markdown(buckets, memories) if form == "markdown" else _csv(buckets, memories))

        pieces = await self._store.read(actor.scope, work)
        self._audit.note_read(actor, "export", ids)
        return ExportedFile(*FILES[form], b"".join(pieces))

    async def _json(self, actor: Actor) -> AsyncIterator[bytes]:
        user, buckets = await self._begin(actor)
        yield export_file.opening(ExportHeader(self._clock.now(), user), buckets)
        count = 0
        last: str | None = None
        while batch := await self._store.read(actor.scope, lambda tx, last=last: _batch(tx, last)):  # type: ignore[misc]
            last = batch[-1][0].id
            pieces = []
            for memory, versions in batch:
                count += 1
                pieces.append(export_file.memory_entry(memory, versions, is_first=count == 1))
            yield b"".join(pieces)
        yield export_file.memories_end(count)
        if is_for_archive(actor):
            yield conversation_entries.opening()
            async for piece in self._conversations(actor):
                yield piece
            yield conversation_entries.closing()
        yield export_file.closing()

    async def _conversations(self, actor: Actor) -> AsyncIterator[bytes]:
        """Each in a transaction of its own, because one alone may be long."""
        is_first = True
        last: str | None = None
        while ids := await self._store.read(actor.scope, lambda tx, last=last: _ids_after(tx, last)):  # type: ignore[misc]
            for last in ids:
                exported = await self._store.read(actor.scope, lambda tx, this=last: _exported(tx, this))  # type: ignore[misc]
                if exported:
                    yield conversation_entries.entry(exported, is_first=is_first)
                    is_first = False

    async def _markdown(self, actor: Actor) -> AsyncIterator[bytes]:
        _, buckets = await self._begin(actor)
        for number, bucket in enumerate(buckets):
            yield markdown_list.heading(bucket.name, is_first=number == 0)
            async for memories in self._active(actor, bucket):
                yield b"".join(map(markdown_list.item, memories))

    async def _csv(self, actor: Actor) -> AsyncIterator[bytes]:
        _, buckets = await self._begin(actor)
        yield csv_files.header()
        for bucket in buckets:
            async for memories in self._active(actor, bucket):
                yield b"".join(csv_files.row(memory, bucket.name) for memory in memories)

    async def _begin(self, actor: Actor) -> tuple[str, list[Bucket]]:
        user = await self._store.read_directory(lambda directory: directory.user(actor.user_id))
        self._audit.note_read(actor, "export", [])
        buckets = await self._store.read(actor.scope, lambda tx: tx.buckets.all())
        return user.name if user else "", buckets

    async def _active(self, actor: Actor, bucket: Bucket) -> AsyncIterator[list[Memory]]:
        query = MemoryQuery(frozenset({MemoryState.ACTIVE}), Filters(bucket_ids=frozenset({bucket.id})))
        skip = 0
        while batch := await self._store.read(
            actor.scope,
            lambda tx, skip=skip: tx.memories.newest(query, BATCH, skip),  # type: ignore[misc]
        ):
            skip += len(batch)
            yield batch


def _markdown(buckets: Sequence[Bucket], memories: Sequence[Memory]) -> Iterator[bytes]:
    for number, bucket in enumerate(buckets):
        yield markdown_list.heading(bucket.name, is_first=number == 0)
        yield from (markdown_list.item(memory) for memory in memories if memory.bucket_id == bucket.id)


def _csv(buckets: Sequence[Bucket], memories: Sequence[Memory]) -> Iterator[bytes]:
    names = {bucket.id: bucket.name for bucket in buckets}
    yield csv_files.header()
    yield from (csv_files.row(memory, names[memory.bucket_id]) for memory in memories)


def _ids_after(tx: Transaction, last: str | None) -> list[str]:
    return [conversation.id for conversation in tx.conversations.page_after(last, BATCH)]


def _exported(tx: Transaction, conversation_id: str) -> ExportedConversation | None:
    conversation = tx.conversations.get([conversation_id]).get(conversation_id)
    if conversation is None:  # it was deleted since the page was read
        return None
    return ExportedConversation(conversation, tuple(m for _, m in tx.conversations.messages(conversation_id)))


def _batch(tx: Transaction, last: str | None) -> list[tuple[Memory, Sequence[Version]]]:
    memories = tx.memories.page_after(last, BATCH)
    versions = tx.memories.versions([m.id for m in memories])
    return [(memory, versions.get(memory.id, [])) for memory in memories]
