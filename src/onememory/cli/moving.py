"""`onememory move`."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onememory import settings as configuration
from onememory.cli import assembly, memories
from onememory.cli.commands import Target, WrongUse, command
from onememory.cli.connection import require_begun
from onememory.cli.output import counted, notice, present, progress, say
from onememory.domain.errors import OneMemoryError
from onememory.security.database_urls import ESCAPES, is_database_url
from onememory.setting_values import database
from onememory.settings import Settings

if TYPE_CHECKING:
    from onememory.services.moving.accounts import AccountMoves, Moved, Order

_PLACE = "a folder such as ./onememory-data, or a URL such as postgresql://user@host/name"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")  # of a URL, well or badly written; one letter is a drive
_PANEL = "Moving users to another database"


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "move")(move)


@dataclass(frozen=True, slots=True)
class Journey:
    """Which users move to another database, from where, and how."""

    everyone: Annotated[bool, typer.Option("--everyone", help="Move everybody.", rich_help_panel=_PANEL)] = False
    origin: Annotated[
        str | None,
        typer.Option("--from", help="Where from, if not from --data.", rich_help_panel=_PANEL, show_default=False),
    ] = None
    to_data: Annotated[
        Path | None,
        typer.Option(
            help="The data directory beside the database that --to names; else the same.",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = None
    new_name: Annotated[
        str | None,
        typer.Option("--as", help="A new name, where theirs is taken.", rich_help_panel=_PANEL, show_default=False),
    ] = None
    remove: Annotated[
        bool, typer.Option("--remove", help="Erase what has moved where it was.", rich_help_panel=_PANEL)
    ] = False
    reopen: Annotated[
        bool,
        typer.Option("--reopen", help="Give a move up, or back: let them in again here.", rich_help_panel=_PANEL),
    ] = False

    def source(self, target: Target) -> Settings:
        """Where the users are; raises NotFound where nothing is."""
        settings = _end(self.origin) if self.origin else target.data_settings()
        require_begun(settings)
        return settings

    def destination(self, to: str, source: Settings) -> Settings:
        """Where they are to be; raises WrongUse."""
        end = _end(to)
        return end if end.database_url is None else replace(end, data=self.to_data or source.data)


async def move(
    target: Target,
    journey: Journey,
    memory_ids: Annotated[
        list[str] | None, typer.Argument(help="Ids of memories, 100 at most.", show_default=False)
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(help=f"The bucket, by name or id; for users: {_PLACE}.", show_default=False),
    ] = None,
) -> None:
    """Move memories to another bucket: all or none; or users, with all that is theirs, to another database.

    A move of users that was broken off goes on when the same command is run again.
    """
    if memory_ids:
        if journey != Journey():
            raise WrongUse("Ids of memories are moved to a bucket: leave out what is for moving users.")
        await memories.move(target, memory_ids, _given(to, "the name or id of a bucket"))
    elif not (target.user or journey.everyone):
        raise WrongUse("Say what to move: ids of memories, or users with --user NAME or --everyone.")
    elif target.user and journey.everyone:
        raise WrongUse("Give --user or --everyone, not both.")
    elif journey.reopen:
        await _reopen(target, journey.source(target))
    else:
        await _move_users(target, journey, _given(to, _PLACE))


def _given(to: str | None, what: str) -> str:
    if to is None:
        raise WrongUse(f"Say where to, with --to: {what}.")
    return to


async def _move_users(target: Target, journey: Journey, to: str) -> None:
    source = journey.source(target)
    destination = journey.destination(to, source)
    order = assembly.moving.Order(target.user, journey.new_name, journey.remove)
    async with assembly.bootstrap.moving(source, destination) as moves:
        moved = await _followed(moves, order, source, is_quiet=target.as_json)
    answer = {"from": source.stores_in, "to": destination.stores_in, "users": [_described(each) for each in moved]}
    present(target, answer, _show)


async def _followed(moves: "AccountMoves", order: "Order", source: Settings, *, is_quiet: bool) -> "list[Moved]":
    """Move, with a bar, and with a word on how to go on where it is broken off."""
    moving: str | None = None
    with progress("Moving") as advance:

        def on_progress(name: str, done: int, total: int) -> None:
            nonlocal moving
            moving = name
            advance(done, total)

        try:
            return await moves.run(order, on_progress)
        except (OneMemoryError, asyncio.CancelledError):
            if moving and not is_quiet:
                notice(
                    f"Broken off: {moving} stays signed out in both places until the same command is run again. "
                    f"To stay in {source.stores_in} instead: onememory move --reopen --user {moving}"
                )
            raise


async def _reopen(target: Target, source: Settings) -> None:
    users = await assembly.bootstrap.reopen(source, target.user)
    place = source.stores_in
    present(
        target,
        {"users": [user.name for user in users]},
        lambda done: say(*(f"{name} is let in again in {place}." for name in done["users"])),
    )


def _end(place: str) -> Settings:
    """The installation that is meant: of a folder what its own settings say, of a URL the database alone."""
    if _SCHEME.match(place) or is_database_url(place):
        try:
            url = database(place)
        except ValueError as error:
            raise WrongUse(f"This is no place for users: give {_PLACE}{ESCAPES}.") from error
        return replace(configuration.load(environment={}), database_url=url)
    folder = Path(place).expanduser()
    if folder.exists() and not folder.is_dir():
        raise WrongUse(f"{place} is a file: give the folder in which the database lies, or shall lie.")
    if not folder.exists() and folder.name == place:
        raise WrongUse(f"There is no folder {place}: write ./{place} to make it.")
    return configuration.load({"data": folder}, {})


def _described(moved: "Moved") -> dict[str, Any]:
    return {
        "id": moved.user.id,
        "user": moved.user.name,
        "isAdmin": moved.user.is_admin,
        "tables": {table: {"rows": p.rows, "sha256": p.sha256} for table, p in moved.proofs.items()},
        "files": moved.files,
        "sharesLeftBehind": moved.parted,
        "removed": moved.is_removed,
        "amongOthers": moved.is_among_others,
        "madeRoom": moved.has_made_room,
    }


def _show(answer: dict[str, Any]) -> None:
    for user in answer["users"]:
        say(_sentence(user, answer["to"]))
    say(*_outlook(answer, answer["users"]))


def _sentence(user: dict[str, Any], to: str) -> str:
    if not user["tables"]:
        return f"{user['user']} had moved to {to} before, when all rows were compared."
    tables = user["tables"]
    memories = counted(tables["memories"]["rows"], "memory", "memories")
    chats = counted(tables["conversations"]["rows"], "chat")
    rows = sum(table["rows"] for table in tables.values())
    return f"{user['user']} is in {to}: {memories}, {chats}; all {rows:,} rows were compared with those here."


def _outlook(answer: dict[str, Any], users: Sequence[dict[str, Any]]) -> list[str]:
    lines = [
        f"The unused user {user['user']} whom the first start there had made, and its token, made room."
        for user in users
        if user["madeRoom"]
    ]
    lines += [
        f"{user['user']} may administer the others there: `onememory user admin {user['user']} --off` ends that."
        for user in users
        if user["isAdmin"] and user["amongOthers"]
    ]
    lines += [
        f"{counted(user['sharesLeftBehind'], 'share')} of {user['user']} with people who are not there stayed behind."
        for user in users
        if user["sharesLeftBehind"]
    ]
    if users[0]["removed"]:
        return [*lines, f"Nothing of this is left in {answer['from']}; backups that were made before still hold it."]
    return [*lines, f"What was in {answer['from']} stays there, closed; the same with --remove erases it."]
