"""A file that somebody hands in: chats or memories, seen by its content and given to the import that takes it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from onememory.domain.actors import Action, Actor, require
from onememory.domain.errors import TooLarge
from onememory.domain.ids import mint
from onememory.domain.imports import ImportAccount, ImportKind, ImportRecord, ImportState
from onememory.formats.own_export import export_file
from onememory.formats.own_export.conversation_entries import without_conversations
from onememory.ports import Clock, Store
from onememory.services.transfers.chat_imports import ChatImports
from onememory.services.transfers.chat_restore import ChatRestore
from onememory.services.transfers.handed_files import HandedFiles
from onememory.services.transfers.import_accounts import account_of
from onememory.services.transfers.imports import ImportReport, ImportRequest, Imports

CHATS = "chats"  # as a format
MEMORIES_LIMIT = 100 * 1024 * 1024  # bytes of memories, which are read at once; chats are streamed


@dataclass(frozen=True, slots=True)
class HandedFile:
    """A file as it comes, and what its sender says of it."""

    pieces: AsyncIterator[bytes]
    name: str = "upload"
    format: str | None = None  # None: see by the content
    bucket_id: int | None = None
    source: str | None = None
    preview: bool = False


@dataclass(frozen=True, slots=True)
class MemoryFile:
    """A file of memories that is here, and what to do with it."""

    upload_id: str
    name: str
    source: str | None = None
    bucket_id: int | None = None
    format: str | None = None
    preview: bool = False


class HandedIn:
    """The use case of importing whatever comes."""

    def __init__(
        self,
        store: Store,
        files: HandedFiles,
        chats: ChatImports,
        restore: ChatRestore,
        memories: Imports,
        clock: Clock,
    ) -> None:
        self._store = store
        self._files = files
        self._chats = chats
        self._restore = restore
        self._memories = memories
        self._clock = clock

    async def take(self, actor: Actor, file: HandedFile) -> ImportReport | ImportRecord:
        """Import the file, or preview it; an import of chats goes on as a job when this returns."""
        require(actor, Action.ADD)
        upload_id = mint(self._clock.now())
        await self._files.receive(upload_id, file.pieces)
        is_left_to_job = False
        try:
            if await self._is_of_chats(upload_id, file):
                record = await self._take_chats(actor, upload_id, file)
                is_left_to_job = record.state is ImportState.QUEUED
                return record
            about = MemoryFile(upload_id, file.name, file.source, file.bucket_id, file.format, file.preview)
            return await self._take_memories(actor, about)
        finally:
            if not is_left_to_job:
                await self._files.drop(actor.scope, upload_id)

    async def _is_of_chats(self, upload_id: str, file: HandedFile) -> bool:
        if file.format is not None:
            return file.format == CHATS
        return await self._chats.are_in(upload_id, file.name)

    async def _take_chats(self, actor: Actor, upload_id: str, file: HandedFile) -> ImportRecord:
        if not file.preview:
            await self._store.read(actor.scope, lambda tx: self._files.require_room(tx, upload_id))
            await self._files.share(actor.scope, upload_id)
            return await self._chats.start(actor, upload_id, file.name, file.source)
        report: ImportAccount = await self._chats.preview(actor, upload_id, file.name)
        return ImportRecord(upload_id, file.name, file.source, ImportState.DONE, self._clock.now(), report)

    async def _take_memories(self, actor: Actor, file: MemoryFile) -> ImportReport:
        report = await self.memories(actor, file)
        if not file.preview:
            account, now = account_of(report), self._clock.now()
            kind, state = ImportKind.MEMORIES, ImportState.DONE
            record = ImportRecord(file.upload_id, file.name, file.source, state, now, replace(account, shown=[]), kind)
            await self._store.write(actor.scope, lambda tx: tx.imports.add(record))
        return report

    async def memories(self, actor: Actor, file: MemoryFile) -> ImportReport:
        """Import the memories of a file that is here, or preview them."""
        require(actor, Action.ADD)
        data = await asyncio.to_thread(self._memories_of, file.upload_id)
        import_id = None if file.preview else file.upload_id
        request = ImportRequest(data, file.name, file.format, file.bucket_id, file.source, file.preview, import_id)
        report = await self._memories.run(actor, request)
        if report.format == export_file.FORMAT:
            await self._restore.run(actor, file.upload_id, report)
        return report

    def _memories_of(self, upload_id: str) -> bytes:
        """The file without conversations, which are read one by one where it is our own export."""
        with self._files.opener(upload_id)() as stream:
            try:
                return without_conversations(stream, MEMORIES_LIMIT)
            except TooLarge as error:
                limit = f"{MEMORIES_LIMIT // 1024 // 1024} MB"
                raise TooLarge(f"This holds no chats, and memories may take {limit}; split the file.") from error
