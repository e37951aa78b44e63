"""`onememory chats`."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Annotated, Any

import typer

from onememory.cli.commands import Target, command
from onememory.cli.connection import at, connected
from onememory.cli.memories import show_shifted
from onememory.cli.moments import now, relative
from onememory.cli.output import counted, is_for_people, present, print_item, print_table, say

app = typer.Typer(help="Look after past chats.", no_args_is_help=True)

ChatId = Annotated[str, typer.Argument(help="The id of the conversation.", show_default=False)]
ChatIds = Annotated[list[str], typer.Argument(help="Ids of conversations, 1,000 at most.", show_default=False)]
Query = Annotated[list[str], typer.Argument(help="What to look for, in plain words.", show_default=False)]
Platform = Annotated[str | None, typer.Option(help="Only chats with this tool, such as claude.", show_default=False)]
Before = Annotated[str | None, typer.Option(help="Said on this day or earlier.", metavar="DAY")]
After = Annotated[str | None, typer.Option(help="Said on this day or later.", metavar="DAY")]


class Mode(StrEnum):
    """How hard recall tries."""

    SPEED = "speed"
    QUALITY = "quality"


@dataclass(frozen=True, slots=True)
class Listed:
    """Which conversations are listed."""

    platform: Platform = None
    title: Annotated[str | None, typer.Option(help="A part of the title.", show_default=False)] = None
    date_from: Annotated[
        str | None, typer.Option("--from", help="Begun on this day or later.", metavar="DAY", show_default=False)
    ] = None
    date_to: Annotated[
        str | None, typer.Option("--to", help="Begun on this day or earlier.", metavar="DAY", show_default=False)
    ] = None
    pinned: Annotated[bool, typer.Option("--pinned", help="Only pinned ones.")] = False
    page: Annotated[int, typer.Option(min=1, help="Which page.")] = 1
    page_size: Annotated[int, typer.Option("--page-size", "-n", min=1, max=100, help="How many on a page.")] = 25

    def query(self) -> dict[str, object]:
        """The same under the names of the API."""
        return {
            "provider": self.platform,
            "title": self.title,
            "dateFrom": self.date_from,
            "dateTo": self.date_to,
            "pinnedOnly": self.pinned,
            "page": self.page,
            "pageSize": self.page_size,
        }


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where recall looks."""

    platform: Platform = None
    before: Before = None
    after: After = None


@command(app, "list")
async def list_(target: Target, listed: Listed) -> None:
    """List conversations, newest first."""
    async with connected(target) as api:
        answer = await api.get(at("chat-history", "chats"), **listed.query())
    present(target, answer, _show_list)


@command(app, "show")
async def show(
    target: Target,
    chat_id: ChatId,
    branches: Annotated[bool, typer.Option("--branches", help="With what was edited away or regenerated.")] = False,
) -> None:
    """Show what was said in one conversation."""
    async with connected(target) as api:
        path = at("chat-history", "conversation")
        answer = await api.get(path, conversationId=chat_id, branches="all" if branches else "current")
    present(target, answer, _show_conversation)


@command(app, "search")
async def search(
    target: Target,
    query: Query,
    bounds: Bounds,
    count: Annotated[int, typer.Option("--count", "-n", min=1, max=100, help="How many messages.")] = 20,
    context: Annotated[int, typer.Option(min=0, max=20, help="Messages around each, in JSON.")] = 4,
) -> None:
    """Find messages of past chats by words and meaning."""
    asked = asdict(bounds)
    platform = asked.pop("platform") or "all"
    async with connected(target) as api:
        path = at("chat-history", "search")
        given = {"query": " ".join(query), "provider": platform, "limit": count, "contextChunks": context, **asked}
        answer = await api.send("POST", path, **given)
    present(target, answer, _show_found)


@command(app, "recall")
async def recall(
    target: Target,
    query: Query,
    bounds: Bounds,
    tokens: Annotated[int, typer.Option(min=1, max=2_000, help="How long the answer may be.")] = 600,
    mode: Annotated[Mode, typer.Option(help="How hard to try.")] = Mode.SPEED,
) -> None:
    """Recall the most useful passages of past chats, with their sources."""
    given = {"query": " ".join(query), "maxTokens": tokens, "mode": mode.value, **asdict(bounds)}
    async with connected(target) as api:
        answer = await api.send("POST", at("chat-history", "inject"), **given)
    present(target, answer, _show_recalled)


@command(app, "pin")
async def pin(target: Target, chat_ids: ChatIds) -> None:
    """Pin conversations, which keeps them safe from deletion in bulk."""
    await _shift(target, "pin", chat_ids, "pinned")


@command(app, "unpin")
async def unpin(target: Target, chat_ids: ChatIds) -> None:
    """Unpin conversations."""
    await _shift(target, "unpin", chat_ids, "unpinned")


@command(app, "exclude")
async def exclude(target: Target, chat_ids: ChatIds) -> None:
    """Remove what was said in conversations and never import them again."""
    await _shift(target, "exclude", chat_ids, "excluded")


@command(app, "delete")
async def delete(target: Target, chat_ids: ChatIds) -> None:
    """Remove conversations for good; a later import brings them back. Pinned ones stay, unless named alone."""
    async with connected(target) as api:
        answer = await api.send("DELETE", at("chat-history", "chats"), ids=chat_ids)
    left = [chat_id for chat_id in dict.fromkeys(chat_ids) if chat_id not in answer["deleted"]]
    present(
        target, answer, lambda done: say(f"{done['count']} removed.", *(f"{i} is pinned or not there." for i in left))
    )
    if left:
        raise typer.Exit(1)


@command(app, "overview")
async def overview(target: Target) -> None:
    """Say how much there is of each tool, and from when to when."""
    async with connected(target) as api:
        answer = await api.get(at("chat-history", "overview"))
    present(target, answer, _show_overview)


@command(app, "summary")
async def summary(target: Target, chat_id: ChatId) -> None:
    """Give the most central sentences of a conversation, or all of a short one."""
    async with connected(target) as api:
        answer = await api.get(at("chat-history", "conversations", chat_id, "summary"))
    present(target, answer, lambda told: say(told["summary"]))


@command(app, "export-link")
async def export_link(target: Target, chat_id: ChatId) -> None:
    """Make a link to a conversation as JSON; it is valid for 15 minutes and needs no login."""
    async with connected(target) as api:
        answer = await api.send("POST", at("chat-history", "conversations", chat_id, "export"))
    present(target, answer, lambda made: say(made["url"], f"Valid until {made['expiresAt']}."))


async def _shift(target: Target, what: str, chat_ids: list[str], done: str) -> None:
    async with connected(target) as api:
        answer = await api.send("POST", at("chat-history", what), ids=chat_ids)
    present(target, answer, lambda shifted: show_shifted(shifted, done))
    if answer["missing"]:
        raise typer.Exit(1)


def _show_list(answer: dict[str, Any]) -> None:
    if not answer["items"] and is_for_people():
        say("There are none.")
    for chat in answer["items"]:
        size = counted(chat["messageCount"], "message")
        print_item(
            chat["title"], chat["id"], _when(chat["createdAt"]), chat["platform"], size, "pinned" * chat["pinned"]
        )
    if is_for_people() and answer["totalPages"] > 1:
        say(f"Page {answer['page']} of {answer['totalPages']}, {counted(answer['total'], 'conversation')}.")


def _show_conversation(conversation: dict[str, Any]) -> None:
    say(conversation["title"], f"{conversation['sourceId']}, {counted(conversation['total'], 'message')}")
    for message in conversation["messages"]:
        attached = ", ".join(message.get("attachments", []))
        aside = "" if message.get("is_current", True) else ", on another branch"
        say("", f"{message['sender']}, {_when(message['timestamp']) or 'at some time'}{aside}:", message["text"])
        say(*[f"(attached: {attached})"] * bool(attached))


def _show_found(answer: dict[str, Any]) -> None:
    for hit in answer["results"]:
        when = _when(hit["timestamp"])
        print_item(hit["text"], hit["conversationId"], when, hit["sender"], hit["title"], f"score {hit['score']:.2f}")
    if is_for_people() and not answer["results"]:
        say("Nothing was found.")


def _show_recalled(answer: dict[str, Any]) -> None:
    say(answer["content"])
    if is_for_people():
        say("", f"Confidence: {answer['confidence']}; {counted(answer['tokenCount'], 'token')}.")
        for source in answer["sources"]:
            title, day = source["conversationTitle"], source["date"] or "no date"
            say(f"  {source['conversationId']}  {day}  {title}")


def _show_overview(volumes: list[dict[str, Any]]) -> None:
    rows = [
        (
            volume["platform"],
            *(f"{volume[name]:,}" for name in ("conversations", "messages", "tokens")),
            *((volume[name] or "")[:10] for name in ("first", "last")),
        )
        for volume in volumes
    ]
    print_table(("platform", "conversations", "messages", "tokens", "first", "last"), rows)


def _when(moment: str | None) -> str:
    return relative(moment, now()) if is_for_people() else moment or ""
