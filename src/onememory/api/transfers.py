"""Everything out, and memories from elsewhere in."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from onememory.api.operations import Call, Stream
from onememory.api.wire import BucketId, Source
from onememory.domain.imports import ImportKind, ImportRecord, ImportState
from onememory.services.transfers.handed_in import HandedFile
from onememory.services.transfers.imports import ImportReport

LISTED = 50


class ExportEverything(Struct):
    """Arguments of GET /api/export."""

    format: Annotated[
        Literal["json", "markdown", "csv"],
        Meta(description="json is complete and can be imported again; markdown and csv hold the active memories."),
    ] = "json"


class ImportFile(Struct, rename="camel"):
    """Arguments of POST /api/import; the body is the file."""

    format: Annotated[str, Meta(description="Left out, it is seen by the content.")] | None = None
    bucket_id: BucketId | None = None
    file_name: str | None = None
    source: Source | None = None
    preview: Annotated[bool, Meta(description="Only say what would be imported.")] = False
    hold: Annotated[
        bool, Meta(description="Keep the file and look through it; POST /api/imports/{importId}/start imports it.")
    ] = False


class ListImports(Struct):
    """Arguments of GET /api/imports."""

    kind: Annotated[ImportKind, Meta(description="Only these.")] | None = None
    before: Annotated[str, Meta(description="The `importId` behind which the list goes on.")] | None = None


class ImportProblem(Struct, omit_defaults=True):
    """Something that was not taken; `position` is its line or number, from 1."""

    reason: str
    position: int | UnsetType = UNSET
    where: str | UnsetType = UNSET
    count: int = 1


class ImportedItem(Struct, rename="camel"):
    """One of the first items, as it is or would be imported."""

    text: str
    bucket_name: str | None
    created_at: datetime | None
    labels: list[str]


class Suggestion(Struct):
    """A text of the export that may be worth a memory; it is kept only when it is stored like any other."""

    platform: str
    kind: str
    text: str
    title: str | None


class Restored(Struct):
    """What became of the conversations of our own export."""

    read: int
    new: int
    unchanged: int


class ImportAnswer(Struct, rename="camel", omit_defaults=True):
    """What became of a file, or has become of it so far; while it is held, what it holds."""

    kind: ImportKind
    state: ImportState
    format: str
    preview: bool
    read: int
    new: int
    updated: int
    unchanged: int
    skipped: list[ImportProblem]
    import_id: str | UnsetType = UNSET
    file_name: str | UnsetType = UNSET
    created_at: datetime | UnsetType = UNSET
    error: str | UnsetType = UNSET
    repeated: Annotated[int, Meta(description="Memories that say the same as another of the file.")] | UnsetType = UNSET
    labels: (
        Annotated[list[str], Meta(description="Headings, groups and tags of memories; they are not kept.")] | UnsetType
    ) = UNSET
    new_buckets: list[str] | UnsetType = UNSET
    items: list[ImportedItem] | UnsetType = UNSET
    conversations: Restored | UnsetType = UNSET
    platforms: dict[str, int] | UnsetType = UNSET
    messages: int | UnsetType = UNSET
    first: datetime | UnsetType = UNSET
    last: datetime | UnsetType = UNSET
    left_out: dict[str, int] | UnsetType = UNSET
    unrecognised: int | UnsetType = UNSET
    secrets: int | UnsetType = UNSET
    suggestions: list[Suggestion] | UnsetType = UNSET
    taken: list[int] | UnsetType = UNSET
    expected: int | UnsetType = UNSET
    shown: list[str] | UnsetType = UNSET
    undone: int | UnsetType = UNSET


class OneImport(Struct, rename="camel"):
    """Names one import."""

    import_id: str


async def export_everything(call: Call, given: ExportEverything) -> Stream:
    """Export the account as one stream."""
    exports = call.services.exports
    match given.format:
        case "json":
            return Stream(exports.as_json(call.actor), "application/json", "onememory-export.json")
        case "markdown":
            return Stream(exports.as_markdown(call.actor), "text/markdown; charset=utf-8", "onememory-export.md")
        case "csv":
            return Stream(exports.as_csv(call.actor), "text/csv; charset=utf-8", "onememory-export.csv")


async def import_file(call: Call, given: ImportFile) -> ImportAnswer:
    """Import chats or memories from a file, or preview it. An import of chats goes on in the background."""
    name = given.file_name or "upload"
    if given.hold:
        return of_record(await call.services.held_imports.hold(call.actor, name, call.pieces, given.source))
    file = HandedFile(call.pieces, name, given.format, given.bucket_id, given.source, preview=given.preview)
    taken = await call.services.handed_in.take(call.actor, file)
    if isinstance(taken, ImportRecord):
        return of_record(taken, is_preview=given.preview)
    return _of_memories(taken)


async def list_imports(call: Call, given: ListImports) -> list[ImportAnswer]:
    """List imports, newest first."""
    kinds = None if given.kind is None else {given.kind}
    records = await call.services.chat_imports.newest(call.actor, LISTED, kinds, given.before)
    return [of_record(record) for record in records]


async def get_import(call: Call, given: OneImport) -> ImportAnswer:
    """Say how far an import is, with its report."""
    return of_record(await call.services.held_imports.get(call.actor, given.import_id))


def _of_memories(report: ImportReport) -> ImportAnswer:
    chats = report.chats
    return ImportAnswer(
        kind=ImportKind.MEMORIES,
        state=ImportState.DONE,
        format=report.format,
        preview=report.preview,
        read=report.read,
        new=report.new,
        updated=0,
        unchanged=report.unchanged,
        skipped=[ImportProblem(p.reason, position=p.position) for p in report.problems],
        repeated=report.repeated or UNSET,
        labels=report.labels or UNSET,
        new_buckets=report.new_buckets,
        items=[ImportedItem(i.text, i.bucket_name, i.created_at, list(i.labels)) for i in report.shown],
        conversations=Restored(chats.read, chats.new, chats.unchanged) if chats.read else UNSET,
    )


def of_record(record: ImportRecord, *, is_preview: bool = False) -> ImportAnswer:
    """An import as it stands, or as a preview without a record."""
    report = record.report
    return ImportAnswer(
        kind=record.kind,
        state=record.state,
        format=", ".join(sorted(report.platforms)) or record.kind.value,
        preview=is_preview,
        read=report.read,
        new=report.read if is_preview else report.new,
        updated=report.updated,
        unchanged=report.unchanged,
        repeated=report.repeated or UNSET,
        labels=report.labels or UNSET,
        skipped=[ImportProblem(s.reason, where=s.where, count=s.count) for s in report.skipped],
        import_id=UNSET if is_preview else record.id,
        file_name=record.file_name,
        created_at=record.created_at,
        error=report.error or UNSET,
        platforms=report.platforms,
        messages=report.messages,
        first=report.first or UNSET,
        last=report.last or UNSET,
        left_out=report.left_out,
        unrecognised=report.unrecognised,
        secrets=report.secrets,
        suggestions=[Suggestion(s.platform, s.kind, s.text, s.title) for s in report.suggestions],
        taken=report.taken or UNSET,
        expected=report.expected or UNSET,
        shown=report.shown or UNSET,
        undone=report.undone or UNSET,
        new_buckets=report.new_buckets or UNSET,
    )
