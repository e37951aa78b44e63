"""`onememory add`, `show`, `edit`, `rm`, `restore`, and `move` where it is about memories."""

import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import typer

from onememory.cli.commands import Target, WrongUse, command
from onememory.cli.connection import at, connected
from onememory.cli.moments import now, relative
from onememory.cli.output import counted, present, say

MemoryId = Annotated[str, typer.Argument(help="The id of the memory.", show_default=False)]
MemoryIds = Annotated[list[str], typer.Argument(help="Ids of memories, 100 at most.", show_default=False)]
Bucket = Annotated[str | None, typer.Option(help="Name or id of a bucket.", show_default=False)]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for name, work in (("add", add), ("show", show), ("edit", edit), ("rm", rm), ("restore", restore)):
        command(app, name)(work)


async def add(
    target: Target,
    text: Annotated[str, typer.Argument(help="The memory; `-` reads it from standard input.", show_default=False)],
    bucket: Bucket = None,
    source: Annotated[str | None, typer.Option(help="Which client this is.", show_default=False)] = None,
    supersedes: Annotated[
        str | None, typer.Option(help="The id of the memory that this one replaces.", show_default=False)
    ] = None,
) -> None:
    """Store a memory."""
    text = _read(text)
    async with connected(target, may_create=True) as api:
        bucket_id = None if bucket is None else await api.bucket_id(bucket)
        answer = await api.send(
            "POST", at("memory"), text=text, bucketId=bucket_id, source=source, supersedes=supersedes
        )
    present(target, answer, lambda stored: say(_stored(stored)))


def _stored(stored: dict[str, Any]) -> str:
    return " ".join([f"Stored as {stored['memoryId']}.", *filter(None, [stored.get("note")])])


async def show(target: Target, memory_id: MemoryId) -> None:
    """Show one memory with its versions and what changed in each."""
    async with connected(target) as api:
        memory = await api.get(at("memories", memory_id))
        history = await api.get(at("memories", memory_id, "versions"))
    present(target, memory | {"versions": history["versions"]}, _show)


async def edit(
    target: Target,
    memory_id: MemoryId,
    text: Annotated[str, typer.Argument(help="The new text; `-` reads it from standard input.", show_default=False)],
) -> None:
    """Replace a memory's text; the old one stays among its versions."""
    text = _read(text)
    async with connected(target) as api:
        answer = await api.send("POST", at("v2", "memory", "update"), memoryId=memory_id, text=text)
    present(target, answer, lambda done: say(f"{done['message']}."))


async def move(target: Target, memory_ids: Sequence[str], to: str) -> None:
    """Move memories to another bucket: all of them, or none if one cannot be moved."""
    async with connected(target) as api:
        bucket_id = await api.bucket_id(to)
        answer = await api.send("POST", at("v2", "memory", "update"), memoryIds=memory_ids, bucketId=bucket_id)
    present(target, answer, lambda done: _show_moved(done, to, memory_ids))


async def rm(target: Target, memory_ids: MemoryIds) -> None:
    """Put memories into the trash."""
    async with connected(target) as api:
        answer = await api.send("POST", at("memories", "bulk-delete"), memoryIds=memory_ids)
    present(target, answer, _show_deleted)
    if answer["failed"]:
        raise typer.Exit(1)


async def restore(target: Target, memory_ids: MemoryIds) -> None:
    """Take memories out of the trash."""
    async with connected(target) as api:
        answer = await api.send("POST", at("memories", "restore"), memoryIds=memory_ids)
    present(target, answer, _show_restored)
    if answer["missing"]:
        raise typer.Exit(1)


def show_shifted(answer: dict[str, Any], what: str) -> None:
    """Say how many were changed and which were not there."""
    say(f"{answer['changed']} {what}.")
    say(*(f"{memory_id} is not there." for memory_id in answer["missing"]))


def told_origin(origin: dict[str, Any]) -> str:
    """Through which client and which door something came."""
    return " through ".join(filter(None, [origin["source"], origin["channel"]]))


def marked(parts: list[dict[str, Any]]) -> str:
    """What changed in a text, on one line: words that went in [-these-], words that came in [+these+]."""
    marks = {"same": " {} ", "removed": "[-{}-]", "added": "[+{}+]"}
    shown = [marks[part["kind"]].format(part["text"].strip()) for part in parts if part["text"].strip()]
    return " ".join("".join(shown).split())


def _read(text: str) -> str:
    if text != "-":
        return text
    if sys.stdin.isatty():
        raise WrongUse("`-` reads standard input, which is a terminal: pipe the text in, or give it as the argument.")
    return sys.stdin.read().rstrip("\n")


def _show_moved(answer: dict[str, Any], to: str, asked: Sequence[str]) -> None:
    say(f"Moved {len(answer['memoryIds'])} to {to}.")
    if copies := [memory_id for memory_id in answer["memoryIds"] if memory_id not in asked]:
        say(f"Between people memories are moved as copies, with new ids: {', '.join(copies)}.")
    _show_waiting(answer)


def _show_deleted(answer: dict[str, Any]) -> None:
    if note := answer.get("note"):
        say(f"{answer['deleted']} deleted. {note}")
    else:
        say(f"{answer['deleted']} in the trash; `onememory restore ID` takes one out again.")
    if answer["failed"]:
        say(f"{answer['failed']} not there.")
    _show_waiting(answer)


def _show_restored(answer: dict[str, Any]) -> None:
    show_shifted(answer, "restored")
    _show_waiting(answer)


def _show_waiting(answer: dict[str, Any]) -> None:
    """Say how much was only proposed, which happens with a token of that policy."""
    if proposed := answer.get("proposalIds"):
        say(f"{counted(len(proposed), 'change')} proposed; see `onememory inbox list`.")


def _show(memory: dict[str, Any]) -> None:
    present_moment = now()
    origin = memory["provenance"]
    say(memory["text"], "")
    for name, value in (
        ("id", memory["id"]),
        ("bucket", memory["metadata"]["bucketName"]),
        ("author", memory.get("author")),
        ("state", memory["state"]),
        ("created", relative(memory["metadata"]["createdAt"], present_moment)),
        ("about", memory["about"]),
        ("origin", f"{told_origin(origin)}, {origin['trust']}"),
        ("flags", ", ".join(memory["flags"])),
        ("supersedes", memory["supersedes"]),
        ("superseded by", memory["supersededBy"]),
        ("merged into", memory["mergedInto"]),
    ):
        if value:
            say(f"{name + ':':<15}{value}")
    for version in memory["versions"]:
        _show_version(version, present_moment)


def _show_version(version: dict[str, Any], present_moment: datetime) -> None:
    by = ", ".join(filter(None, [told_origin(version["provenance"]), version.get("author")]))
    say("", f"Version {version['number']}, {version['change']} {relative(version['at'], present_moment)} through {by}")
    if version["redactedAt"]:
        say("  (its text was removed for good)")
    if any(part["kind"] != "same" for part in version["diff"]):
        say("  " + marked(version["diff"]))
