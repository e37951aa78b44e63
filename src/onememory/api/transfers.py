"""Everything out, and memories from elsewhere in."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from onememory.api.operations import Call, Stream
from onememory.api.wire import BucketId, Source
from onememory.services.imports import ImportRequest


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


class ImportProblem(Struct):
    """One item that was not imported; `position` is its line or number, from 1."""

    position: int
    reason: str


class ImportedItem(Struct, rename="camel"):
    """One of the first items, as it is or would be imported."""

    text: str
    bucket_name: str | None
    created_at: datetime | None
    labels: list[str]


class ImportReport(Struct, rename="camel"):
    """What became of the file's items."""

    format: str
    preview: bool
    read: int
    new: int
    unchanged: int
    skipped: list[ImportProblem]
    new_buckets: list[str]
    items: list[ImportedItem]


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


async def import_file(call: Call, given: ImportFile) -> ImportReport:
    """Import memories from a file, or preview it."""
    request = ImportRequest(
        call.raw, given.file_name, given.format, given.bucket_id, given.source, preview=given.preview
    )
    report = await call.services.imports.run(call.actor, request)
    return ImportReport(
        format=report.format,
        preview=report.preview,
        read=report.read,
        new=report.new,
        unchanged=report.unchanged,
        skipped=[ImportProblem(p.position, p.reason) for p in report.problems],
        new_buckets=report.new_buckets,
        items=[ImportedItem(i.text, i.bucket_name, i.created_at, list(i.labels)) for i in report.shown],
    )
