"""Files that are looked through first and imported on the owner's word."""

from collections.abc import AsyncIterator, Collection
from dataclasses import replace

from onememory.domain.actors import Action, Actor
from onememory.domain.errors import Conflict, OneMemoryError, OverQuota
from onememory.domain.ids import mint
from onememory.domain.imports import (
    ImportAccount,
    ImportKind,
    ImportRecord,
    ImportState,
)
from onememory.ports import Clock, Store, Transaction
from onememory.services.background import Background
from onememory.services.conversations.archive import require_archive
from onememory.services.transfers.chat_imports import ChatImports
from onememory.services.transfers.handed_files import HandedFiles
from onememory.services.transfers.handed_in import HandedIn, MemoryFile
from onememory.services.transfers.import_accounts import account_of
from onememory.services.transfers.import_care import record_of

_WAITING = frozenset({ImportState.READING, ImportState.HELD, ImportState.QUEUED})


class HeldImports:
    """The use cases of importing a file in two steps: the look, then the word."""

    def __init__(
        self,
        store: Store,
        files: HandedFiles,
        chats: ChatImports,
        handed_in: HandedIn,
        clock: Clock,
        background: Background,
    ) -> None:
        self._store = store
        self._files = files
        self._chats = chats
        self._handed_in = handed_in
        self._clock = clock
        self._background = background

    async def hold(
        self, actor: Actor, name: str, pieces: AsyncIterator[bytes], source: str | None = None
    ) -> ImportRecord:
        """Keep a file and look through it; nothing of it is imported. Raises StorageFailed, TooLarge and OverQuota."""
        require_archive(actor, Action.ADD)
        await self._store.read(actor.scope, self._files.require_room)
        now = self._clock.now()
        record = ImportRecord(mint(now), name, source, ImportState.READING, now, ImportAccount())
        await self._files.receive(record.id, pieces)

        def keep(tx: Transaction) -> None:
            self._files.require_room(tx, record.id)
            tx.imports.add(record)

        try:
            await self._files.share(actor.scope, record.id)
            await self._store.write(actor.scope, keep)
        except OneMemoryError:
            await self._files.drop(actor.scope, record.id)
            raise
        await self._begin_look(actor, record)
        return record

    async def get(self, actor: Actor, import_id: str) -> ImportRecord:
        """One import; raises NotFound. A look that a restart has broken off begins anew."""
        record = await self._chats.get(actor, import_id)
        if record.state is ImportState.READING:
            await self._begin_look(actor, record)
        return record

    async def newest(self, actor: Actor, limit: int, before: str | None = None) -> list[ImportRecord]:
        """The latest imports of files, newest first, from the one behind `before` on."""
        return await self._chats.newest(actor, limit, {ImportKind.CHATS, ImportKind.MEMORIES}, before)

    async def start(self, actor: Actor, import_id: str, bucket_id: int | None = None) -> ImportRecord:
        """Import what was held; raises NotFound, Conflict, and Forbidden for who may not change the archive.

        The bucket is one for memories; without it each goes where the file says, or to General.
        """
        require_archive(actor, Action.ADD)

        def work(tx: Transaction) -> ImportRecord:
            held = record_of(tx, import_id)
            is_left = held.state is ImportState.RUNNING and self._is_cut_off(tx, held)
            if held.state is not ImportState.HELD and not is_left:
                raise Conflict("This file waits for no import: it is still looked through, or was imported already.")
            account = ImportAccount(expected=held.report.expected, suggestions=held.report.suggestions)
            is_of_chats = held.kind is ImportKind.CHATS
            state = ImportState.QUEUED if is_of_chats else ImportState.RUNNING
            begun = replace(held, state=state, created_at=self._clock.now(), report=account)
            tx.imports.change(begun)
            if is_of_chats:
                self._chats.enqueue(tx, actor, begun)
            return begun

        begun = await self._store.write(actor.scope, work)
        if begun.kind is ImportKind.MEMORIES:
            await self._background.begin(actor.scope, import_id, self._import_memories(actor, begun, bucket_id))
        return begun

    async def stop(self, actor: Actor, import_id: str) -> ImportRecord | None:
        """Forget what has not begun; stop chats on their way, of which those that came stay. None where it is gone.

        Raises NotFound, and Conflict for what has ended or cannot be stopped any more.
        """
        require_archive(actor, Action.ADD)

        def work(tx: Transaction) -> ImportRecord | None:
            record = record_of(tx, import_id)
            if record.state in _WAITING:
                tx.imports.remove(import_id)
                return None
            if record.state is not ImportState.RUNNING or record.kind is not ImportKind.CHATS:
                raise Conflict("This import has ended, or is about to; there is nothing to stop.")
            stopping = replace(record, state=ImportState.STOPPING)
            tx.imports.change(stopping)
            return stopping

        left = await self._store.write(actor.scope, work)
        if left is None:
            await self._files.drop(actor.scope, import_id)
        return left

    async def is_cut_off(self, actor: Actor, record: ImportRecord) -> bool:
        """Whether a restart has broken it off, so that it waits for a word; chats on their way go on by themselves."""
        return await self._store.read(actor.scope, lambda tx: self._is_cut_off(tx, record), brief=True)

    def _is_cut_off(self, tx: Transaction, record: ImportRecord) -> bool:
        return _can_be_cut_off(record) and not self._background.is_running(tx, record.id)

    async def _begin_look(self, actor: Actor, record: ImportRecord) -> None:
        await self._background.begin(actor.scope, record.id, self._look(actor, record))

    async def _look(self, actor: Actor, record: ImportRecord, problem: str | None = None) -> None:
        """Look through it, so that it waits for the word; `problem` says why it was to no avail the last time."""
        looked = replace(record, report=ImportAccount())
        try:
            await self._files.fetch(actor.scope, record.id)
            if await self._chats.are_in(record.id, record.file_name):
                await self._chats.look(actor, looked)
            else:
                looked = replace(looked, kind=ImportKind.MEMORIES)
                file = MemoryFile(record.id, record.file_name, record.source, preview=True)
                looked = replace(looked, report=account_of(await self._handed_in.memories(actor, file)))
            looked.report.error = problem
            looked = replace(looked, state=ImportState.HELD)
        except OneMemoryError as error:
            looked.report.error = str(error)
            looked = replace(looked, state=ImportState.FAILED)
        await self._end(actor, looked, {record.state})

    async def _import_memories(self, actor: Actor, begun: ImportRecord, bucket_id: int | None) -> None:
        ended = replace(begun, state=ImportState.DONE, report=ImportAccount(expected=begun.report.expected))
        try:
            await self._files.fetch(actor.scope, begun.id)
            file = MemoryFile(begun.id, begun.file_name, begun.source, bucket_id)
            account = account_of(await self._handed_in.memories(actor, file))
            ended = replace(ended, report=replace(account, shown=[]))
        except OverQuota as error:  # it waits on: there may be room later, and what was pasted is nowhere else
            await self._look(actor, begun, str(error))
            return
        except OneMemoryError as error:
            ended.report.error = str(error)
            ended = replace(ended, state=ImportState.FAILED)
        await self._end(actor, ended, {ImportState.RUNNING})

    async def _end(self, actor: Actor, ended: ImportRecord, expected: Collection[ImportState]) -> None:
        """Record where it has come to, unless somebody else has taken it elsewhere meanwhile."""

        def work(tx: Transaction) -> None:
            present = tx.imports.get(ended.id)
            if present and present.state in expected:
                tx.imports.change(ended)

        await self._store.write(actor.scope, work)
        if ended.state is not ImportState.HELD:
            await self._files.drop(actor.scope, ended.id)


def _can_be_cut_off(record: ImportRecord) -> bool:
    is_of_memories = record.kind is ImportKind.MEMORIES and record.state is ImportState.RUNNING
    return is_of_memories or record.state is ImportState.UNDOING
