"""`onememory inbox`."""

from typing import Annotated, Any

import typer

from onememory.cli.commands import Target, WrongUse, command
from onememory.cli.connection import Api, at, connected
from onememory.cli.finding import show_memories
from onememory.cli.memories import show_shifted
from onememory.cli.output import present

app = typer.Typer(help="Review what waits before it is recalled.", no_args_is_help=True)

_AT_ONCE = 100  # ids that one request takes

MemoryIds = Annotated[list[str] | None, typer.Argument(help="Ids of memories.", show_default=False)]
Everything = Annotated[bool, typer.Option("--all", help="Everything that waits.")]


@command(app, "list")
async def list_(
    target: Target,
    count: Annotated[int, typer.Option("--count", "-n", min=1, max=1_000, help="How many.")] = 100,
    skip: Annotated[int, typer.Option(min=0, help="How many to leave out.")] = 0,
) -> None:
    """List the memories that wait for review."""
    async with connected(target) as api:
        answer = await api.get(at("inbox"), count=count, skip=skip)
    present(target, answer, lambda page: show_memories(page["data"]))


@command(app, "approve")
async def approve(target: Target, memory_ids: MemoryIds = None, everything: Everything = False) -> None:
    """Let memories be recalled from now on."""
    await _review(target, "approve", memory_ids or [], everything=everything)


@command(app, "reject")
async def reject(target: Target, memory_ids: MemoryIds = None, everything: Everything = False) -> None:
    """Put memories that wait into the trash."""
    await _review(target, "reject", memory_ids or [], everything=everything)


async def _review(target: Target, verdict: str, memory_ids: list[str], *, everything: bool) -> None:
    if bool(memory_ids) == everything:
        raise WrongUse("Name the memories, or give --all.")
    answer: dict[str, Any] = {"changed": 0, "missing": []}
    async with connected(target) as api:
        wanted = await _waiting(api) if everything else memory_ids
        for start in range(0, len(wanted), _AT_ONCE):
            part = await api.send("POST", at("inbox", verdict), memoryIds=wanted[start : start + _AT_ONCE])
            answer = {name: answer[name] + part[name] for name in answer}
    present(target, answer, lambda done: show_shifted(done, "approved" if verdict == "approve" else "rejected"))
    if answer["missing"]:
        raise typer.Exit(1)


async def _waiting(api: Api) -> list[str]:
    ids: list[str] = []
    while page := (await api.get(at("inbox"), count=1_000, skip=len(ids)))["data"]:
        ids += [memory["id"] for memory in page]
    return ids
