"""`onememory buckets`."""

from typing import Annotated, Any

import typer

from onememory.cli.commands import Target, WrongUse, command
from onememory.cli.connection import at, connected
from onememory.cli.output import counted, present, print_table, say

app = typer.Typer(help="Keep buckets.", no_args_is_help=True)

Bucket = Annotated[str, typer.Argument(help="Name or id of the bucket.", show_default=False)]
Description = Annotated[str | None, typer.Option(help="What belongs into it.", show_default=False)]


@command(app, "list")
async def list_(target: Target) -> None:
    """List the buckets."""
    async with connected(target) as api:
        answer = await api.get(at("buckets"))
    present(target, answer, _show)


@command(app, "create")
async def create(
    target: Target,
    name: Annotated[str, typer.Argument(help="Its name.", show_default=False)],
    description: Description = None,
) -> None:
    """Make a bucket."""
    async with connected(target, may_create=True) as api:
        answer = await api.send("POST", at("buckets"), name=name, description=description)
    present(target, answer, lambda made: say(f"Made {made['name']} ({made['id']})."))


@command(app, "rename")
async def rename(
    target: Target, bucket: Bucket, name: Annotated[str, typer.Argument(help="The new name.", show_default=False)]
) -> None:
    """Give a bucket another name."""
    await _change(target, bucket, name=name)


@command(app, "describe")
async def describe(
    target: Target,
    bucket: Bucket,
    description: Annotated[str, typer.Argument(help="What belongs into it; empty for none.", show_default=False)],
) -> None:
    """Say what belongs into a bucket."""
    await _change(target, bucket, description=description)


@command(app, "delete")
async def delete(
    target: Target,
    bucket: Bucket,
    move_to: Annotated[str | None, typer.Option(help="The bucket that takes its memories.", show_default=False)] = None,
    trash: Annotated[bool, typer.Option("--trash", help="Put its memories into the trash.")] = False,
) -> None:
    """Delete a bucket; say where its memories go."""
    if (move_to is None) != trash:
        raise WrongUse("Say where its memories go: --move-to BUCKET or --trash.")
    async with connected(target) as api:
        taker = None if move_to is None else await api.bucket_id(move_to)
        path = at("buckets", str(await api.bucket_id(bucket)))
        answer = await api.delete(path, moveTo=taker, trash=trash)
    present(target, answer, lambda done: say(f"Deleted; {done['moved']} moved, {done['trashed']} in the trash."))


async def _change(target: Target, bucket: str, **change: object) -> None:
    async with connected(target) as api:
        answer = await api.send("PATCH", at("buckets", str(await api.bucket_id(bucket))), **change)
    present(target, answer, lambda bucket: _show([bucket]))


def _show(buckets: list[dict[str, Any]]) -> None:
    rows = [(b["name"], b["id"], str(b["memoryCount"]), b.get("description", ""), _shared(b)) for b in buckets]
    print_table(("name", "id", "memories", "description", "shared"), rows)


def _shared(bucket: dict[str, Any]) -> str:
    if "sharedBy" in bucket:
        return f"by {bucket['sharedBy']}, as {bucket['role']}"
    return f"with {counted(bucket['memberCount'], 'person', 'people')}" if "memberCount" in bucket else ""
