"""`onememory import`."""

from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Annotated, Any

import typer

from onememory.cli.commands import Target, command
from onememory.cli.connection import Api, Refused, connected
from onememory.cli.folders import Parcel, file_by_file, parcels, whole
from onememory.cli.importing import Advance, imported, packed
from onememory.cli.output import clipped, counted, present, print_item, progress, say
from onememory.domain.errors import OneMemoryError
from onememory.domain.platforms import platform_name

_CHATS = "chats"  # as a format
_TOO_LARGE = 413
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
    paths: Annotated[
        list[Path], typer.Argument(help="Files, and folders: unpacked exports or folders of files.", show_default=False)
    ],
    how: How,
) -> None:
    """Import chats or memories from files; a file that cannot be read does not stop the others."""
    waiting = [parcel for path in paths for parcel in _parcels(path, how.format)]
    reports: list[dict[str, Any]] = []
    async with connected(target, may_create=not how.preview) as api:
        bucket_id = None if how.bucket is None else await api.bucket_id(how.bucket)
        query: dict[str, object] = {
            "bucketId": bucket_id,
            "format": how.format,
            "source": how.source,
            "preview": how.preview,
        }
        with progress("Importing") as advance:
            for number, parcel in enumerate(waiting):
                advance(number, len(waiting))
                reports += await _taken(api, parcel, query, advance)
        if not how.preview:
            await api.finish_jobs()
    present(target, reports, _show)
    if any("error" in report or _gave_nothing(report) for report in reports):
        raise typer.Exit(1)


def _parcels(path: Path, form: str | None) -> list[Parcel]:
    if form is None or not path.is_dir():
        return parcels(path)
    return [whole(path)] if form == _CHATS else file_by_file(whole(path))


async def _taken(api: Api, parcel: Parcel, query: dict[str, object], advance: Advance) -> list[dict[str, Any]]:
    """The report of a file or a folder; of each file in a folder that is more than may be uploaded at once."""
    try:
        if not parcel.files:
            return [_reported(parcel.path, await imported(api, parcel.path, parcel.path.name, query, advance))]
        with packed(parcel.path, parcel.files) as archive:
            return [_reported(parcel.path, await imported(api, archive, archive.name, query, advance))]
    except Refused as error:
        if parcel.files and error.status == _TOO_LARGE:
            return list(chain(*[await _taken(api, file, query, advance) for file in file_by_file(parcel)]))
        return [_reported(parcel.path, {"error": str(error)})]
    except OSError as error:
        return [_reported(parcel.path, {"error": _unreadable(error, parcel.path)})]
    except OneMemoryError as error:
        return [_reported(parcel.path, {"error": str(error)})]


def _unreadable(error: OSError, path: Path) -> str:
    """What is said behind the path, of a file in it with that one's name."""
    inner = error.filename if error.filename != str(path) else None
    return f"{inner or 'It'} cannot be read: {error.strerror}."


def _reported(path: Path, report: dict[str, Any]) -> dict[str, Any]:
    nothing: dict[str, Any] = {"format": None, "read": 0, "new": 0, "updated": 0, "unchanged": 0, "skipped": []}
    return {"path": str(path), **nothing, **report}


def _gave_nothing(report: dict[str, Any]) -> bool:
    """Whether a file was of no use at all, which a script should learn from the exit code."""
    return not any(report[part] for part in ("new", "updated", "unchanged")) and not report.get("suggestions")


def _show(reports: list[dict[str, Any]]) -> None:
    for report in reports:
        if "error" in report:
            say(f"{report['path']}: {report['error']}")
            continue
        verb = "would be new" if report["preview"] else "new"
        say(
            f"{report['path']} ({_format(report)}): {report['read']} read, {report['new']} {verb}, "
            f"{report['updated']} updated, {report['unchanged']} there already, {len(report['skipped'])} skipped."
        )
        if report["kind"] == "chats":
            _show_chats(report)
        else:
            _show_beside(report, verb)
        for problem in report["skipped"][:_SHOWN]:
            times = f" ({problem['count']} times)" if problem.get("count", 1) > 1 else ""
            say(f"  {problem.get('position') or problem.get('where')}: {problem['reason']}{times}")
        if report["preview"]:
            for item in report.get("items", [])[:_SHOWN]:
                print_item(clipped(item["text"], 100), item["bucketName"] or "General")
    if len(reports) > 1:
        say(f"{_new(reports)}.")


def _format(report: dict[str, Any]) -> str:
    """The tools that chats come from as their makers write them, else the form of the file."""
    return ", ".join(map(platform_name, report.get("platforms") or [])) or str(report["format"])


def _new(reports: list[dict[str, Any]]) -> str:
    """What has been added in all; conversations and memories are no sum."""
    conversations = sum(_new_conversations(report) for report in reports)
    memories = sum(report["new"] for report in reports if report.get("kind") == "memories")
    return f"{counted(conversations, 'new conversation')}, {counted(memories, 'new memory', 'new memories')}"


def _new_conversations(report: dict[str, Any]) -> int:
    new: int = report["new"] if report.get("kind") == "chats" else report.get("conversations", {}).get("new", 0)
    return new


def _show_beside(report: dict[str, Any], verb: str) -> None:
    """What a file of memories holds beside them."""
    if repeated := report.get("repeated"):
        say(f"  {repeated} the same as another in it.")
    if labels := report.get("labels"):
        say(f"  Labels are not kept: {', '.join(labels)}.")
    if restored := report.get("conversations"):
        say(
            f"  {counted(restored['read'], 'conversation')} read, {restored['new']} {verb}, "
            f"{restored['unchanged']} there already."
        )


def _show_chats(report: dict[str, Any]) -> None:
    span = " to ".join(report[end][:10] for end in ("first", "last") if report.get(end))
    say(f"  {counted(report['messages'], 'message')}{', ' + span if span else ''}.")
    if left_out := ", ".join(f"{count} {kind}" for kind, count in report["leftOut"].items()):
        say(f"  Left out as no part of the talk: {left_out}.")
    if report["unrecognised"]:
        say(f"  Unrecognised records: {report['unrecognised']}.")
    if report["secrets"]:
        say(f"  Secrets that were taken out: {report['secrets']}.")
    if suggestions := report["suggestions"]:
        say(f"  {counted(len(suggestions), 'text')} that may be worth a memory, for example:")
        for suggestion in suggestions[:_SUGGESTED]:
            say(f"    {clipped(suggestion['text'], 100)}")
