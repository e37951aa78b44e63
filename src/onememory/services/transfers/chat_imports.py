"""Bring chats in: previewed, imported by a job that a crash does not lose, and reported honestly."""

import asyncio
from collections.abc import AsyncGenerator, Collection, Iterator
from contextlib import aclosing
from dataclasses import dataclass, replace

from onememory.domain.actors import Action, Actor, Scope
from onememory.domain.conversations import Conversation, MemorySuggestion, Skipped
from onememory.domain.errors import NotFound, OneMemoryError
from onememory.domain.ids import mint
from onememory.domain.imports import (
    SHOWN,
    ImportAccount,
    ImportKind,
    ImportRecord,
    ImportState,
)
from onememory.domain.jobs import Job, JobKind, JobState
from onememory.formats.chats.found import Found, Tally
from onememory.ports import Clock, Store, Transaction
from onememory.services.audit import Audit
from onememory.services.conversations.archive import Archive, require_archive
from onememory.services.index.backlog import Progress
from onememory.services.screening import Screening
from onememory.services.transfers.chat_files import ChatFiles
from onememory.services.transfers.import_accounts import TOKEN_LIMIT, close, count, judge, skip, suggest

MESSAGES_AT_ONCE = 2_000  # kept in one transaction
CONVERSATIONS_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class _Batch:
    """Some finds, and the tally as it stood when the last of them was read."""

    conversations: list[Conversation]
    suggestions: list[MemorySuggestion]
    skipped: list[Skipped]


class ChatImports:
    """The use cases of importing chats."""

    def __init__(
        self, store: Store, archive: Archive, files: ChatFiles, audit: Audit, clock: Clock, screening: Screening
    ) -> None:
        self._store = store
        self._archive = archive
        self._files = files
        self._audit = audit
        self._clock = clock
        self._screening = screening

    async def are_in(self, upload_id: str, file_name: str) -> bool:
        """Whether the file is an export of chats; a damaged archive counts as one, so that its report says so."""
        return await asyncio.to_thread(self._files.holds_chats, upload_id, file_name)

    async def preview(self, actor: Actor, upload_id: str, file_name: str) -> ImportAccount:
        """What the file holds, without keeping any of it."""
        require_archive(actor, Action.ADD)
        report = ImportAccount()

        def read() -> None:
            for batch in self._batches(upload_id, file_name, report):
                _sum_up(report, batch)
            close(report, file_name)

        await asyncio.to_thread(read)
        return report

    async def start(self, actor: Actor, upload_id: str, file_name: str, source: str | None) -> ImportRecord:
        """Leave the import to the worker; the record tells how far it is."""
        record = ImportRecord(upload_id, file_name, source, ImportState.QUEUED, self._clock.now(), ImportAccount())

        def work(tx: Transaction) -> None:
            tx.imports.add(record)
            self.enqueue(tx, actor, record)

        await self._store.write(actor.scope, work)
        return record

    def enqueue(self, tx: Transaction, actor: Actor, record: ImportRecord) -> None:
        """Leave an import that has its record to the worker."""
        require_archive(actor, Action.ADD)
        require_archive(actor, Action.CHANGE)  # an import replaces what has changed, which an inbox token may not
        self._enqueue(tx)
        self._audit.write(tx, actor, "history.import", [record.id], record.source)

    def _enqueue(self, tx: Transaction) -> None:
        now = self._clock.now()
        tx.jobs.enqueue(Job(mint(now), tx.scope.user_id, JobKind.IMPORT, JobState.WAITING, now))

    async def get(self, actor: Actor, import_id: str) -> ImportRecord:
        """One import with its report; raises NotFound."""
        require_archive(actor, Action.READ)
        record = await self._store.read(actor.scope, lambda tx: tx.imports.get(import_id))
        if record is None:
            raise NotFound("There is no import with this id.")
        return record

    async def newest(
        self, actor: Actor, limit: int, kinds: Collection[ImportKind] | None = None, before: str | None = None
    ) -> list[ImportRecord]:
        """The latest imports, newest first; of these kinds, or of all, and only those behind the one that is named."""
        require_archive(actor, Action.READ)
        return await self._store.read(actor.scope, lambda tx: tx.imports.newest(limit, kinds, before))

    async def keep_one(self, actor: Actor, conversation: Conversation, source: str | None) -> tuple[ImportRecord, str]:
        """Keep one conversation that a client sends; its import and the id it has in the archive."""
        require_archive(actor, Action.ADD)
        require_archive(actor, Action.CHANGE)
        now = self._clock.now()
        record = ImportRecord(
            mint(now), conversation.platform_id, source, ImportState.DONE, now, ImportAccount(), ImportKind.SENT
        )
        count(record.report, [conversation])
        kept = await self._archive.keep(actor.scope, [conversation], record.id, TOKEN_LIMIT)
        judge(record.report, kept, [conversation])

        def work(tx: Transaction) -> None:
            tx.imports.add(record)
            self._audit.write(tx, actor, "history.import", [kept[0].conversation.id], source)

        await self._store.write(actor.scope, work)
        return record, kept[0].conversation.id

    async def run_pending(self, scope: Scope, on_progress: Progress) -> None:
        """Import what waits, oldest first; what was begun before a crash is gone through again and found unchanged."""
        for record in await self._store.read(scope, lambda tx: tx.imports.pending()):
            account = ImportAccount(expected=record.report.expected)
            running = replace(record, state=ImportState.RUNNING, report=account)
            end = ImportState.DONE
            try:
                await self._files.fetch(scope, record.id)
                if not await self._run(scope, running, on_progress):
                    end = ImportState.STOPPED
            except OneMemoryError as error:
                account.error = str(error)  # beside the counts of what was kept before
                end = ImportState.FAILED
            ended = replace(running, state=end)
            await self._store.write(scope, lambda tx, ended=ended: tx.imports.change(ended))  # type: ignore[misc]
            await self._files.drop(scope, record.id)

    async def _run(self, scope: Scope, running: ImportRecord, on_progress: Progress) -> bool:
        """Keep what the file holds; False where somebody stopped it."""
        report = running.report
        async with aclosing(_read_ahead(self._batches(running.id, running.file_name, report))) as batches:
            async for batch in batches:
                if not await self._is_wanted(scope, running):
                    return False
                _sum_up(report, batch)
                kept = await self._archive.keep(scope, batch.conversations, running.id)
                judge(report, kept, batch.conversations)
                await on_progress(report.read, 0)
        close(report, running.file_name)
        return True

    async def _is_wanted(self, scope: Scope, running: ImportRecord) -> bool:
        """Record how far it is, unless somebody stopped it."""

        def work(tx: Transaction) -> bool:
            present = tx.imports.get(running.id)
            if present is None or present.state is ImportState.STOPPING:
                return False
            tx.imports.change(running)
            return True

        return await self._store.write(scope, work)

    async def look(self, actor: Actor, record: ImportRecord) -> None:
        """Fill the record's account with what the file holds, keeping none of it; known are those that are here."""
        require_archive(actor, Action.ADD)
        report = record.report
        async with aclosing(_read_ahead(self._batches(record.id, record.file_name, report))) as batches:
            async for batch in batches:
                _sum_up(report, batch)
                titles = [conversation.title for conversation in batch.conversations]
                report.shown += titles[: SHOWN - len(report.shown)]
                known = await self._store.read(actor.scope, lambda tx, batch=batch: _known(tx, batch))  # type: ignore[misc]
                report.unchanged += known
                report.new += len(batch.conversations) - known
        report.expected = report.read
        close(report, record.file_name)

    async def give_up(self, scope: Scope, reason: str) -> None:
        """Fail the import that was tried too often, and let those behind it come."""
        waiting = await self._store.read(scope, lambda tx: tx.imports.pending())
        if not waiting:
            return
        first, *others = waiting

        def work(tx: Transaction) -> None:
            tx.imports.change(replace(first, state=ImportState.FAILED, report=replace(first.report, error=reason)))
            if others:
                self._enqueue(tx)

        await self._store.write(scope, work)
        await self._files.drop(scope, first.id)

    def _batches(self, upload_id: str, file_name: str, report: ImportAccount) -> Iterator[_Batch]:
        """What the file holds, in pieces that fit one transaction; the report follows the reader's tally."""
        tally = Tally()
        batch, size = _Batch([], [], []), 0
        for found in self._files.read(upload_id, file_name, tally):
            if isinstance(found, Conversation) and _key(found) in map(_key, batch.conversations):
                yield batch  # one that comes again, newer, is an update of what the transaction before it kept
                batch, size = _Batch([], [], []), 0
            size += self._put(batch, found)
            if size >= MESSAGES_AT_ONCE or len(batch.conversations) >= CONVERSATIONS_AT_ONCE:
                yield batch
                batch, size = _Batch([], [], []), 0
        report.left_out = {kind.value: count for kind, count in tally.left_out.items()}
        report.unrecognised = tally.unrecognised
        yield batch

    def _put(self, batch: _Batch, found: Found) -> int:
        """Put a find into a batch; how many messages it has."""
        match found:
            case Conversation():
                batch.conversations.append(found)
                return len(found.messages)
            case MemorySuggestion():
                text, _ = self._screening.cleaned(found.text)  # the report keeps it
                batch.suggestions.append(replace(found, text=text))
            case Skipped():
                batch.skipped.append(found)
        return 0


async def _read_ahead(batches: Iterator[_Batch]) -> AsyncGenerator[_Batch, None]:
    """The batches; the next one is read in a thread while the last one is kept."""
    reading = asyncio.create_task(asyncio.to_thread(next, batches, None))
    try:
        while (batch := await reading) is not None:
            reading = asyncio.create_task(asyncio.to_thread(next, batches, None))
            yield batch
    finally:
        await asyncio.wait({reading})


def _known(tx: Transaction, batch: _Batch) -> int:
    """How many of the conversations are here, with the same text or another."""
    by_platform: dict[str, set[str]] = {}
    for conversation in batch.conversations:
        by_platform.setdefault(conversation.platform, set()).add(conversation.platform_id)
    return sum(len(tx.conversations.known(platform, sorted(ids))) for platform, ids in by_platform.items())


def _key(conversation: Conversation) -> tuple[str, str]:
    return conversation.platform, conversation.platform_id


def _sum_up(report: ImportAccount, batch: _Batch) -> None:
    count(report, batch.conversations)
    suggest(report, batch.suggestions)
    skip(report, batch.skipped)
