"""`onememory inbox`."""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from onememory.cli.commands import Target, WrongUse, command
from onememory.cli.connection import Api, at, connected
from onememory.cli.finding import when_and_where
from onememory.cli.memories import marked, told_origin
from onememory.cli.moments import now, relative
from onememory.cli.output import is_for_people, present, print_item, say
from onememory.formats.text_diff import diff

app = typer.Typer(help="Review what waits for you: new memories and proposed changes.", no_args_is_help=True)

_AT_ONCE = 100  # ids of one verdict
_PAGE = 1_000  # entries of each kind in one answer
_STATES = {"active": "kept", "inbox": "in the inbox", "trashed": "in the trash"}

Ids = Annotated[list[str] | None, typer.Argument(help="Ids of memories and proposals.", show_default=False)]
Everything = Annotated[bool, typer.Option("--all", help="Everything that waits.")]


@command(app, "list")
async def list_(
    target: Target,
    count: Annotated[int, typer.Option("--count", "-n", min=1, max=1_000, help="How many.")] = 100,
    skip: Annotated[int, typer.Option(min=0, help="How many to leave out.")] = 0,
) -> None:
    """List what waits for review: new memories, and proposed changes with before and after."""
    async with connected(target) as api:
        answer = await api.get(at("inbox"), count=count, skip=skip)
    present(target, answer, _show)


@command(app, "approve")
async def approve(target: Target, ids: Ids = None, everything: Everything = False) -> None:
    """Let memories be recalled from now on, and make proposed changes."""
    await _review(target, "approve", ids or [], everything=everything)


@command(app, "reject")
async def reject(target: Target, ids: Ids = None, everything: Everything = False) -> None:
    """Put memories that wait into the trash, and drop proposed changes."""
    await _review(target, "reject", ids or [], everything=everything)


async def _review(target: Target, verdict: str, ids: list[str], *, everything: bool) -> None:
    if bool(ids) == everything:
        raise WrongUse("Name what you mean by its ids, or give --all.")
    answer: dict[str, Any] = {"changed": 0, "missing": [], "refused": []}
    async with connected(target) as api:
        wanted = await _waiting(api) if everything else ids
        for start in range(0, len(wanted), _AT_ONCE):
            part = await api.send("POST", at("inbox", verdict), ids=wanted[start : start + _AT_ONCE])
            answer = {name: answer[name] + part[name] for name in answer}
    present(target, answer, lambda done: _show_verdict(done, "approved" if verdict == "approve" else "rejected"))
    if answer["missing"] or answer["refused"]:
        raise typer.Exit(1)


async def _waiting(api: Api) -> list[str]:
    """Every id, the oldest proposal first, because a later one may build on it."""
    memories: list[str] = []
    proposals: list[str] = []
    skip = 0
    while (page := await api.get(at("inbox"), count=_PAGE, skip=skip)) and (page["data"] or page["proposals"]):
        memories += [memory["id"] for memory in page["data"]]
        proposals += [proposal["id"] for proposal in page["proposals"]]
        skip += _PAGE
    return memories + proposals[::-1]


def _show(page: dict[str, Any]) -> None:
    if not page["data"] and not page["proposals"] and is_for_people():
        say("There is nothing.")
    for memory in page["data"]:
        print_item(memory["text"], memory["id"], *when_and_where(memory), *memory["flags"], is_whole=True)
    for proposal in page["proposals"]:
        when = relative(proposal["createdAt"], now()) if is_for_people() else proposal["createdAt"]
        who = proposal["connection"] or proposal.get("author")
        by = " ".join(filter(None, ["by", who, f"({told_origin(proposal['provenance'])})"]))
        outdated = "outdated" if proposal["isOutdated"] else ""
        details = (proposal["id"], when, f"{proposal['kind']} of {proposal['memoryId']}", by, outdated)
        print_item(_in_words(proposal), *details, *proposal["flags"], is_whole=True)


def _in_words(proposal: dict[str, Any]) -> str:
    """Before and after: the words that go and come, the buckets, or what becomes of the memory."""
    before, after = proposal["before"], proposal["after"]
    told = marked([asdict(part) for part in diff(before["text"], after["text"])])
    if before["bucketId"] != after["bucketId"]:
        told += f" ({before['bucketName']} → {after['bucketName']})"
    if before["state"] != after["state"]:
        told += f" ({_STATES[before['state']]} → {_STATES[after['state']]})"
    return told


def _show_verdict(answer: dict[str, Any], what: str) -> None:
    say(f"{answer['changed']} {what}.")
    say(*(f"{each} does not wait." for each in answer["missing"]))
    say(*(f"{refusal['id']}: {refusal['error']}" for refusal in answer["refused"]))
