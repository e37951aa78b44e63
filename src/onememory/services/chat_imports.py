"""Bring chats in: previewed, imported by a job that a crash does not lose, and reported honestly."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime

from onememory.domain.actors import Action, Actor, Scope
from onememory.domain.conversations import Conversation, MemorySuggestion, Skipped
from onememory.domain.errors import NotFound, OneMemoryError
from onememory.domain.ids import mint
from onememory.domain.imports import SKIPPED_KEPT, SUGGESTIONS_KEPT, ChatImport, ChatReport, ImportState
from onememory.domain.jobs import Job, JobKind, JobState
from onememory.formats.chats.found import Found, Tally
from onememory.ports import Clock, Store, Transaction
from onememory.services.archive import Archive, Kept, Outcome, require_archive
from onememory.services.audit import Audit
from onememory.services.backlog import Progress
from onememory.services.chat_files import ChatFiles
from onememory.services.screening import Screening

MESSAGES_AT_ONCE = 2_000  # kept in one transaction
CONVERSATIONS_AT_ONCE = 200
TOKEN_LIMIT = 100_000  # of one conversation that is sent by itself
EXCLUDED = "It was excluded from the archive before."
NO_CHATS = "It holds no chats of a known form."
TOO_LONG = f"It has more than {TOKEN_LIMIT:,} tokens."


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

    async def preview(self, actor: Actor, upload_id: str, file_name: str) -> ChatReport:
        """What the file holds, without keeping any of it."""
        require_archive(actor, Action.ADD)
        report = ChatReport()

        def read() -> None:
            for batch in self._batches(upload_id, file_name, report):
                _count(report, batch)
            _close(report, file_name)

        await asyncio.to_thread(read)
        return report

    async def start(self, actor: Actor, upload_id: str, file_name: str, source: str | None) -> ChatImport:
        """Leave the import to the worker; the record tells how far it is."""
        require_archive(actor, Action.ADD)
        require_archive(actor, Action.CHANGE)  # an import replaces what has changed, which an inbox token may not
        record = ChatImport(upload_id, file_name, source, ImportState.QUEUED, self._clock.now(), ChatReport())

        def work(tx: Transaction) -> None:
            tx.imports.add(record)
            self._enqueue(tx)
            self._audit.write(tx, actor, "history.import", [record.id], source)

        await self._store.write(actor.scope, work)
        return record

    def _enqueue(self, tx: Transaction) -> None:
        now = self._clock.now()
        tx.jobs.enqueue(Job(mint(now), tx.scope.user_id, JobKind.IMPORT, JobState.WAITING, now))

    async def get(self, actor: Actor, import_id: str) -> ChatImport:
        """One import with its report; raises NotFound."""
        require_archive(actor, Action.READ)
        record = await self._store.read(actor.scope, lambda tx: tx.imports.get(import_id))
        if record is None:
            raise NotFound("There is no import with this id.")
        return record

    async def newest(self, actor: Actor, limit: int) -> list[ChatImport]:
        """The latest imports, newest first."""
        require_archive(actor, Action.READ)
        return await self._store.read(actor.scope, lambda tx: tx.imports.newest(limit))

    async def keep_one(self, actor: Actor, conversation: Conversation, source: str | None) -> tuple[ChatImport, str]:
        """Keep one conversation that a client sends; its import and the id it has in the archive."""
        require_archive(actor, Action.ADD)
        require_archive(actor, Action.CHANGE)
        now = self._clock.now()
        record = ChatImport(mint(now), conversation.platform_id, source, ImportState.DONE, now, ChatReport())
        _count(record.report, _Batch([conversation], [], []))
        kept = await self._archive.keep(actor.scope, [conversation], record.id, TOKEN_LIMIT)
        _judge(record.report, kept, [conversation])

        def work(tx: Transaction) -> None:
            tx.imports.add(record)
            self._audit.write(tx, actor, "history.import", [kept[0].conversation.id], source)

        await self._store.write(actor.scope, work)
        return record, kept[0].conversation.id

    async def run_pending(self, scope: Scope, on_progress: Progress) -> None:
        """Import what waits, oldest first; what was begun before a crash is gone through again and found unchanged."""
        for record in await self._store.read(scope, lambda tx: tx.imports.pending()):
            running = replace(record, state=ImportState.RUNNING, report=ChatReport())
            end = ImportState.DONE
            try:
                await self._run(scope, running, on_progress)
            except OneMemoryError as error:
                running.report.error = str(error)  # beside the counts of what was kept before
                end = ImportState.FAILED
            await self._record(scope, replace(running, state=end))
            self._files.drop(record.id)

    async def _run(self, scope: Scope, running: ChatImport, on_progress: Progress) -> None:
        report = running.report
        async with aclosing(_read_ahead(self._batches(running.id, running.file_name, report))) as batches:
            async for batch in batches:
                _count(report, batch)
                kept = await self._archive.keep(scope, batch.conversations, running.id)
                _judge(report, kept, batch.conversations)
                await self._record(scope, running)
                await on_progress(report.read, 0)
        _close(report, running.file_name)

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
        self._files.drop(first.id)

    async def _record(self, scope: Scope, record: ChatImport) -> None:
        await self._store.write(scope, lambda tx: tx.imports.change(record))

    def _batches(self, upload_id: str, file_name: str, report: ChatReport) -> Iterator[_Batch]:
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


def _key(conversation: Conversation) -> tuple[str, str]:
    return conversation.platform, conversation.platform_id


def _count(report: ChatReport, batch: _Batch) -> None:
    for conversation in batch.conversations:
        report.read += 1
        report.platforms[conversation.platform] = report.platforms.get(conversation.platform, 0) + 1
        report.messages += sum(m.is_current for m in conversation.messages)
        times = [m.created_at for m in conversation.messages if m.created_at]
        times += [t for t in (conversation.created_at, conversation.updated_at) if t]
        report.first = _earliest([report.first, *times])
        report.last = max([t for t in (report.last, *times) if t], default=None)
    report.suggestions += batch.suggestions[: SUGGESTIONS_KEPT - len(report.suggestions)]
    _skip(report, batch.skipped)


def _close(report: ChatReport, file_name: str) -> None:
    if not (report.read or report.suggestions or report.skipped):
        _skip(report, [Skipped(file_name, NO_CHATS)])


def _skip(report: ChatReport, skipped: list[Skipped]) -> None:
    report.skipped += skipped[: SKIPPED_KEPT - len(report.skipped)]


def _earliest(times: list[datetime | None]) -> datetime | None:
    return min([t for t in times if t], default=None)


def _judge(report: ChatReport, kept: list[Kept], conversations: list[Conversation]) -> None:
    for each, conversation in zip(kept, conversations, strict=True):
        report.secrets += each.secrets
        match each.outcome:
            case Outcome.NEW:
                report.new += 1
            case Outcome.UPDATED:
                report.updated += 1
            case Outcome.UNCHANGED:
                report.unchanged += 1
            case Outcome.EXCLUDED:
                _skip(report, [Skipped(conversation.title, EXCLUDED)])
            case Outcome.TOO_LONG:
                _skip(report, [Skipped(conversation.title, TOO_LONG)])
