"""Memories from elsewhere: our own export without loss, and lists from other tools; always with a preview."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from onememory.domain.accounts import WritePolicy
from onememory.domain.actors import Action, Actor, require
from onememory.domain.buckets import GENERAL, Bucket, checked_name, name_key
from onememory.domain.errors import InvalidInput, NotFound, OneMemoryError
from onememory.domain.ids import mint, mint_bucket_id
from onememory.domain.memories import Change, ContentType, Memory, MemoryState
from onememory.domain.provenance import Channel, Trust
from onememory.formats.imported import ImportedMemory, Problem
from onememory.formats.memories import detect
from onememory.formats.own_export import export_file
from onememory.formats.own_export.document import ExportDocument, ExportedMemory
from onememory.ports import EVERYTHING, Clock, MemoryQuery, Store, Transaction
from onememory.retrieval.dates import leading_date
from onememory.services.audit import Audit
from onememory.services.notebook.buckets import bucket_of, general_of
from onememory.services.notebook.changes import Changes
from onememory.services.screening import Screening

T = TypeVar("T")

BATCH = 500
SHOWN = 20  # memories in a preview
LABELS_TOLD = 50  # of a file


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What to import and how."""

    data: bytes
    file_name: str | None = None
    format: str | None = None  # None: see by the content
    bucket_id: int | None = None  # None: the bucket that each item names, else General
    source: str | None = None
    preview: bool = False
    import_id: str | None = None  # under which it is noted what came, so that it can be taken away again


@dataclass(slots=True)
class RestoredChats:
    """What became of the conversations of our own export."""

    read: int = 0
    new: int = 0
    unchanged: int = 0


@dataclass(slots=True)
class ImportReport:
    """What became of each part of an import."""

    format: str
    preview: bool
    read: int = 0
    new: int = 0
    unchanged: int = 0  # here already
    repeated: int = 0  # the same as another of the file
    labels: list[str] = field(default_factory=list)  # headings, groups and tags, of which nothing is kept
    problems: list[Problem] = field(default_factory=list)
    new_buckets: list[str] = field(default_factory=list)
    shown: list[ImportedMemory] = field(default_factory=list)
    chats: RestoredChats = field(default_factory=RestoredChats)


class Imports:
    """The use cases of bringing memories in."""

    def __init__(self, store: Store, changes: Changes, audit: Audit, clock: Clock, screening: Screening) -> None:
        self._store = store
        self._changes = changes
        self._audit = audit
        self._clock = clock
        self._screening = screening

    async def run(self, actor: Actor, request: ImportRequest) -> ImportReport:
        """Import or preview; what is there already is left alone. Raises InvalidInput for what cannot be read."""
        require(actor, Action.ADD)
        form = request.format or await asyncio.to_thread(detect.detect, request.data, request.file_name)
        if form == export_file.FORMAT:
            require(actor, Action.MANAGE_BUCKETS)
            return await self._restore(actor, request)
        parsed = await asyncio.to_thread(detect.read, request.data, request.file_name, form)
        report = ImportReport(parsed.format, request.preview, problems=list(parsed.problems))
        report.read = len(parsed.memories) + len(parsed.problems)
        await self._keep(actor, request, parsed.memories, report)
        return report

    async def take_over(
        self, actor: Actor, items: Sequence[ImportedMemory], bucket_id: int | None, import_id: str
    ) -> ImportReport:
        """Keep what an import of chats has suggested; texts that are here already are left alone."""
        require(actor, Action.ADD)
        report = ImportReport("suggestions", preview=False, read=len(items))
        await self._keep(actor, ImportRequest(b"", bucket_id=bucket_id, import_id=import_id), items, report)
        return report

    async def _keep(
        self, actor: Actor, request: ImportRequest, items: Sequence[ImportedMemory], report: ImportReport
    ) -> None:
        outcomes = await self._screening.outcomes([item.text for item in items])
        wanted = _storable(items, outcomes, report)
        report.shown = wanted[:SHOWN]
        known = await self._store.read(actor.scope, _texts)
        unknown = [item for item in wanted if item.text not in known]
        fresh = list({item.text: item for item in reversed(unknown)}.values())[::-1]
        report.unchanged = len(wanted) - len(unknown)
        report.repeated = len(unknown) - len(fresh)
        report.labels = list(dict.fromkeys(label for item in wanted for label in item.labels))[:LABELS_TOLD]
        for batch in _batches(fresh):
            await self._take(actor, request, batch, report)

    async def _take(
        self, actor: Actor, request: ImportRequest, items: Sequence[ImportedMemory], report: ImportReport
    ) -> None:
        def work(tx: Transaction) -> list[str]:
            targets = _Targets(tx, self._clock, request.bucket_id)
            made = [self._memory(actor, request, item, targets.bucket_id(item.bucket_name)) for item in items]
            if not request.preview:
                targets.create()
                self._changes.add(tx, made, [{} for _ in made], Change.IMPORTED)
                _note(tx, request.import_id, made)
                self._audit.write(tx, actor, "memory.import", [m.id for m in made], request.source)
            return [bucket.name for bucket in targets.missing]

        run = self._store.read if request.preview else self._store.write
        buckets = await run(actor.scope, work)
        report.new += len(items)
        report.new_buckets += [name for name in buckets if name not in report.new_buckets]

    def _memory(self, actor: Actor, request: ImportRequest, item: ImportedMemory, bucket_id: int) -> Memory:
        now = self._clock.now()
        provenance = actor.provenance(request.source or item.source, Trust.IMPORTED)
        return Memory(
            id=mint(now),
            bucket_id=bucket_id,
            text=item.text,
            content_type=ContentType.TEXT,
            state=MemoryState.INBOX if actor.policy is WritePolicy.INBOX else MemoryState.ACTIVE,
            about=leading_date(item.text)[0],
            created_at=item.created_at or now,
            updated_at=now,
            version=1,
            provenance=replace(provenance, channel=Channel.IMPORT),
        )

    async def _restore(self, actor: Actor, request: ImportRequest) -> ImportReport:
        document = await asyncio.to_thread(export_file.decode, request.data, self._screening.text_limit)
        report = ImportReport(export_file.FORMAT, request.preview, problems=list(document.problems))
        report.read = len(document.memories) + len(document.problems)
        memories = await asyncio.to_thread(self._screened, document.memories, report)
        report.shown = [ImportedMemory(m.position, m.memory.text) for m in memories[:SHOWN]]

        def map_buckets(tx: Transaction) -> tuple[dict[int, int], list[str]]:
            return _mapped_buckets(tx, document, is_preview=request.preview)

        run = self._store.read if request.preview else self._store.write
        buckets, report.new_buckets = await run(actor.scope, map_buckets)
        for batch in _batches(memories):
            await self._restore_batch(actor, batch, buckets, report, request.import_id)
        return report

    def _screened(self, entries: Sequence[ExportedMemory], report: ImportReport) -> list[ExportedMemory]:
        """What may be kept of each; those of which nothing may join the problems."""
        kept = []
        for entry in entries:
            texts = {entry.memory.text, *(v.text for v in entry.versions if v.text is not None)}
            try:
                passed = {text: self._screening.checked(text) for text in texts}
            except OneMemoryError as error:
                report.problems.append(Problem(entry.position, str(error)))
                continue
            versions = tuple(v if v.text is None else replace(v, text=passed[v.text]) for v in entry.versions)
            memory = replace(entry.memory, text=passed[entry.memory.text])
            kept.append(ExportedMemory(entry.position, memory, versions))
        return kept

    async def _restore_batch(
        self,
        actor: Actor,
        batch: Sequence[ExportedMemory],
        buckets: dict[int, int],
        report: ImportReport,
        import_id: str | None,
    ) -> None:
        def work(tx: Transaction) -> tuple[int, list[Problem]]:
            known = tx.memories.get([e.memory.id for e in batch])
            problems, fresh = [], []
            for entry in batch:
                present = known.get(entry.memory.id)
                if present is None:
                    fresh.append(_moved(entry, buckets))
                elif present.text != entry.memory.text:
                    reason = "A memory with this id has another text here; it was left as it is."
                    problems.append(Problem(entry.position, reason))
            if not report.preview:
                versions = [version for entry in fresh for version in entry.versions]
                self._changes.restore(tx, [entry.memory for entry in fresh], versions)
                _note(tx, import_id, [entry.memory for entry in fresh])
                self._audit.write(tx, actor, "memory.import", [entry.memory.id for entry in fresh])
            return len(fresh), problems

        run = self._store.read if report.preview else self._store.write
        new, problems = await run(actor.scope, work)
        report.new += new
        report.problems += problems
        report.unchanged = report.read - report.new - len(report.problems)


def _note(tx: Transaction, import_id: str | None, memories: Sequence[Memory]) -> None:
    if import_id is not None:
        tx.imports.note_memories(import_id, {memory.id: memory.version for memory in memories})


class _Targets:
    """The bucket of each imported item; those that are missing are made with the first item that needs them."""

    def __init__(self, tx: Transaction, clock: Clock, bucket_id: int | None) -> None:
        self._tx = tx
        self._clock = clock
        self._fixed = None if bucket_id is None else bucket_of(tx, bucket_id)
        self._by_name = {name_key(bucket.name): bucket for bucket in tx.buckets.all()}
        self.missing: list[Bucket] = []

    def bucket_id(self, name: str | None) -> int:
        """The id of the bucket with this name, or of General where no name is given or it cannot be one."""
        if self._fixed:
            return self._fixed.id
        if not name or name_key(name) == name_key(GENERAL):
            return general_of(self._tx).id
        if found := self._by_name.get(name_key(name)):
            return found.id
        try:
            bucket = Bucket(mint_bucket_id(), checked_name(name), None, is_general=False, created_at=self._clock.now())
        except InvalidInput:
            return general_of(self._tx).id
        self._by_name[name_key(name)] = bucket
        self.missing.append(bucket)
        return bucket.id

    def create(self) -> None:
        """Make the missing buckets."""
        if self.missing and self._tx.scope.bucket_ids is not None:
            raise NotFound("This token is limited to some buckets and cannot make new ones; name one with `bucketId`.")
        for bucket in self.missing:
            self._tx.buckets.add(bucket)


def _storable(
    items: Sequence[ImportedMemory], outcomes: Sequence[str | OneMemoryError], report: ImportReport
) -> list[ImportedMemory]:
    """The items as they may be kept; those of which nothing may join the problems."""
    kept = []
    for item, outcome in zip(items, outcomes, strict=True):
        if isinstance(outcome, str):
            kept.append(replace(item, text=outcome))
        else:
            report.problems.append(Problem(item.position, str(outcome)))
    return kept


def _texts(tx: Transaction) -> set[str]:
    states = frozenset({MemoryState.ACTIVE, MemoryState.INBOX})
    return {m.text for m in tx.memories.newest(MemoryQuery(states), EVERYTHING)}


def _mapped_buckets(tx: Transaction, document: ExportDocument, *, is_preview: bool) -> tuple[dict[int, int], list[str]]:
    """For each bucket of the document the one here: General, one of the same name, or a new one, under its old id.

    Where another has that id, be it one that anybody shares, the new one gets another: by its id a member would else
    write into the wrong one.
    """
    abroad = tx.members.numbers_elsewhere([bucket.id for bucket in document.buckets])
    mapped: dict[int, int] = {}
    made = []
    for bucket in document.buckets:
        present = tx.buckets.general() if bucket.is_general else tx.buckets.named(bucket.name)
        if present is None:
            made.append(bucket.name)
            is_taken = bucket.id in abroad or tx.buckets.get(bucket.id) is not None
            present = replace(bucket, id=mint_bucket_id()) if is_taken else bucket
            if not is_preview:
                tx.buckets.add(present)
        mapped[bucket.id] = present.id
    return mapped, made


def _moved(entry: ExportedMemory, buckets: dict[int, int]) -> ExportedMemory:
    # An old version may name a bucket that was deleted since; the memory's present one stands in for it.
    here = buckets[entry.memory.bucket_id]
    versions = tuple(replace(v, bucket_id=buckets.get(v.bucket_id, here)) for v in entry.versions)
    return ExportedMemory(entry.position, replace(entry.memory, bucket_id=here), versions)


def _batches(items: Sequence[T]) -> list[Sequence[T]]:
    return [items[i : i + BATCH] for i in range(0, len(items), BATCH)]
