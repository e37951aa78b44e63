"""`onememory search` and `list`."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Annotated, Any

import typer

from onememory.cli.commands import Target, WrongUse, command
from onememory.cli.connection import Api, at, connected
from onememory.cli.moments import now, relative
from onememory.cli.output import is_for_people, present, print_item, say
from onememory.domain.memories import ContentType
from onememory.domain.provenance import Trust

_PAGE = 1_000  # memories in one answer of the API
_ALL = 2**31


class Least(StrEnum):
    """The least confidence."""

    STRONG = "strong"
    WEAK = "weak"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the hits must be, and how many."""

    count: Annotated[int, typer.Option("--count", "-n", min=1, max=100, help="How many hits.")] = 10
    skip: Annotated[int, typer.Option(min=0, help="How many hits to leave out.")] = 0
    explain: Annotated[bool, typer.Option("--explain", help="Say why each was found.")] = False
    after: Annotated[str | None, typer.Option(help="About this day or a later one.", metavar="DAY")] = None
    before: Annotated[str | None, typer.Option(help="About this day or an earlier one.", metavar="DAY")] = None
    from_source: Annotated[str | None, typer.Option(help="Written by this client.")] = None
    trust: Annotated[Trust | None, typer.Option(help="Vouched for by whom.", show_default=False)] = None
    content_type: Annotated[ContentType | None, typer.Option(help="Of this kind.", show_default=False)] = None
    min_confidence: Annotated[Least, typer.Option(help="No hits when the confidence is less.")] = Least.NONE

    def query(self) -> dict[str, object]:
        """The same under the names of the API."""
        return {_camel(name): value for name, value in asdict(self).items()}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    command(app, "search")(search)
    command(app, "list")(list_)


async def search(
    target: Target,
    query: Annotated[list[str], typer.Argument(help="What to look for, in plain words.", show_default=False)],
    wanted: Wanted,
    bucket: Annotated[str | None, typer.Option(help="Only in this bucket (name or id).", show_default=False)] = None,
) -> None:
    """Find memories by words and meaning."""
    async with connected(target) as api:
        bucket_id = None if bucket is None else await api.bucket_id(bucket)
        answer = await api.get(at("search"), query=" ".join(query), bucketId=bucket_id, **wanted.query())
    present(target, answer, _show_hits)


async def list_(
    target: Target,
    bucket: Annotated[str | None, typer.Option(help="Only in this bucket (name or id).", show_default=False)] = None,
    count: Annotated[int, typer.Option("--count", "-n", min=1, help="How many.")] = 20,
    skip: Annotated[int, typer.Option(min=0, help="How many to leave out.")] = 0,
    everything: Annotated[bool, typer.Option("--all", help="List all there are.")] = False,
    trash: Annotated[bool, typer.Option("--trash", help="List the trash.")] = False,
) -> None:
    """List memories, newest first."""
    if trash and bucket:
        raise WrongUse("The trash is listed as a whole: leave out --bucket.")
    limit = _ALL if everything else count
    async with connected(target) as api:
        if trash:
            answer = await _pages(api, at("trash"), "data", limit, skip)
        else:
            bucket_id = None if bucket is None else await api.bucket_id(bucket)
            query = {"bucketId": bucket_id, "includeIds": True}
            answer = await _pages(api, at("v2", "memory"), "memories", limit, skip, **query)
    present(target, answer, lambda page: show_memories(page["data" if trash else "memories"]))


async def _pages(api: Api, path: str, key: str, limit: int, skip: int, **query: object) -> dict[str, Any]:
    """One answer of the API with as many entries under `key` as wanted, over as many requests as that takes."""
    answer: dict[str, Any] = await api.get(path, count=min(limit, _PAGE), skip=skip, **query)
    page = answer[key]
    while len(page) == _PAGE and len(answer[key]) < limit:
        rest = min(limit - len(answer[key]), _PAGE)
        page = (await api.get(path, count=rest, skip=skip + len(answer[key]), **query))[key]
        answer[key] += page
    return answer


def show_memories(memories: list[dict[str, Any]]) -> None:
    """Print memories: text, id, age, bucket and author; in a pipe id, time, bucket, author and text."""
    if not memories and is_for_people():
        say("There are none.")
    for memory in memories:
        print_item(memory["text"], memory["id"], *when_and_where(memory))


def _show_hits(answer: dict[str, Any]) -> None:
    for hit in answer["hits"]:
        reasons = [_reason(signal) for signal in hit.get("explanation", {}).get("signals", [])]
        print_item(hit["text"], hit["id"], *when_and_where(hit), f"score {hit['score']:.2f}", reasons=reasons)
    if is_for_people():
        verdict = f"Confidence: {answer['confidence']}." if answer["hits"] else "Nothing relevant was found."
        say(*answer["notes"], verdict)


def _reason(signal: dict[str, Any]) -> str:
    value = "none" if signal["value"] is None else f"{signal['value']:.3f}"
    return f"  {signal['name']:<20} {value:>8} x {signal['weight']:.2f} = {signal['contribution']:+.3f}"


def when_and_where(memory: dict[str, Any]) -> tuple[str, str, str]:
    """How long ago a memory was recorded, in a pipe when, its bucket, and of shared ones who wrote it."""
    about = memory["metadata"]
    when = relative(about["createdAt"], now()) if is_for_people() else about["createdAt"]
    return when, about["bucketName"], f"by {memory['author']}" if "author" in memory else ""


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))
