"""`onememory import`."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from onememory.cli.commands import Target, command
from onememory.cli.connection import Api, at, connected
from onememory.cli.output import clipped, counted, present, print_item, progress, say
from onememory.domain.errors import OneMemoryError

Advance = Callable[[int, int | None], None]

_UNDER_WAY = {"queued", "running"}
_LOOK = 0.2  # seconds between two looks at an import
_SUGGESTED = 3
_SHOWN = 10  # skipped items, and previewed ones, of each file


@dataclass(frozen=True, slots=True)
class How:
    """How files are taken in."""

    preview: Annotated[bool, typer.Option("--preview", help="Only say what would be imported.")] = False
    bucket: Annotated[str | None, typer.Option(help="Put everything into this bucket (name or id).")] = None
    format: Annotated[str | None, typer.Option(help="The format, where it is not seen by the content.")] = None
    source: Annotated[str | None, typer.Option(help="Which client the memories come from.")] = None


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "import")(import_)


async def import_(
    target: Target,
    paths: Annotated[list[Path], typer.Argument(help="Files, and folders to walk.", show_default=False)],
    how: How,
) -> None:
    """Import chats or memories from files; a file that cannot be read does not stop the others."""
    files = list(_files(paths))
    reports = []
    async with connected(target, may_create=not how.preview) as api:
        bucket_id = None if how.bucket is None else await api.bucket_id(how.bucket)
        query: dict[str, object] = {
            "bucketId": bucket_id,
            "format": how.format,
            "source": how.source,
            "preview": how.preview,
        }
        with progress("Importing") as advance:
            for number, file in enumerate(files):
                advance(number, len(files))
                reports.append(await _imported(api, file, query, advance))
        if not how.preview:
            await api.finish_jobs()
    present(target, reports, _show)
    if any("error" in report for report in reports):
        raise typer.Exit(1)


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            inside = (p.relative_to(path) for p in sorted(path.rglob("*")) if p.is_file())
            yield from (path / p for p in inside if not any(part.startswith(".") for part in p.parts))
        else:
            yield path


async def _imported(api: Api, file: Path, query: dict[str, object], advance: Advance) -> dict[str, Any]:
    # What is there already is left alone; `updated` counts what an import may one day renew.
    nothing: dict[str, Any] = {
        "path": str(file),
        "format": None,
        "read": 0,
        "new": 0,
        "updated": 0,
        "unchanged": 0,
        "skipped": [],
    }
    try:
        report: dict[str, Any] = await api.upload(at("import"), file, fileName=file.name, **query)
        if report["state"] in _UNDER_WAY:
            report = await _followed(api, report, advance)
    except OSError as error:
        return nothing | {"error": f"{file} cannot be read: {error.strerror}."}
    except OneMemoryError as error:
        return nothing | {"error": str(error)}
    return nothing | report


async def _followed(api: Api, report: dict[str, Any], advance: Advance) -> dict[str, Any]:
    """The report of an import of chats once it is done; here or by a server that took the job, as it may be."""
    jobs = asyncio.create_task(api.finish_jobs())
    while report["state"] in _UNDER_WAY:
        await asyncio.sleep(_LOOK)
        report = await api.get(at("imports", report["importId"]))
        advance(report["read"], None)
    await jobs
    return report


def _show(reports: list[dict[str, Any]]) -> None:
    for report in reports:
        if "error" in report:
            say(f"{report['path']}: {report['error']}")
            continue
        verb = "would be new" if report["preview"] else "new"
        say(
            f"{report['path']} ({report['format']}): {report['read']} read, {report['new']} {verb}, "
            f"{report['updated']} updated, {report['unchanged']} there already, {len(report['skipped'])} skipped."
        )
        if report["kind"] == "chats":
            _show_chats(report)
        for problem in report["skipped"][:_SHOWN]:
            times = f" ({problem['count']} times)" if problem.get("count", 1) > 1 else ""
            say(f"  {problem.get('position') or problem.get('where')}: {problem['reason']}{times}")
        if report["preview"]:
            for item in report.get("items", [])[:_SHOWN]:
                print_item(clipped(item["text"], 100), item["bucketName"] or "General")
    if len(reports) > 1:
        new = sum(report["new"] for report in reports)
        say(f"{counted(len(reports), 'file')}, {counted(new, 'new memory', 'new memories')}.")


def _show_chats(report: dict[str, Any]) -> None:
    span = " to ".join(report[end][:10] for end in ("first", "last") if report.get(end))
    say(f"  {counted(report['messages'], 'message')}{', ' + span if span else ''}.")
    if left_out := ", ".join(f"{count} {kind}" for kind, count in report["leftOut"].items()):
        say(f"  Left out as no part of the talk: {left_out}.")
    if report["unrecognised"]:
        say(f"  Unrecognised records: {report['unrecognised']}.")
    if suggestions := report["suggestions"]:
        say(f"  {counted(len(suggestions), 'text')} that may be worth a memory, for example:")
        for suggestion in suggestions[:_SUGGESTED]:
            say(f"    {clipped(suggestion['text'], 100)}")
