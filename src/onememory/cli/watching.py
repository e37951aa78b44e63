"""`onememory watch`."""

import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import Coroutine, Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from onememory.cli.commands import Target, WrongUse, command
from onememory.cli.connection import connected
from onememory.cli.moments import now
from onememory.cli.output import counted, present, say
from onememory.cli.sessions import CLAUDE_CODE, CODEX, CURSOR, Imported, Place, usual_places
from onememory.cli.watcher import Rule, Totals, Watcher
from onememory.domain.errors import StorageFailed
from onememory.logs import configure_logging
from onememory.settings import Settings

logger = logging.getLogger("onememory.watch")

PAUSE = 30.0  # seconds between two looks
STATE = "watched.json"


@dataclass(frozen=True, slots=True)
class Where:
    """The folders that are watched; with none given, the usual places of all the tools."""

    claude_code: Annotated[
        Path | None, typer.Option(help="Claude Code's folder of projects.", show_default="~/.claude/projects")
    ] = None
    codex: Annotated[
        Path | None, typer.Option(help="Codex's folder of sessions.", show_default="~/.codex/sessions")
    ] = None
    cursor: Annotated[
        Path | None, typer.Option(help="Cursor's folder `User`.", show_default="where Cursor keeps it")
    ] = None

    def places(self) -> list[Place]:
        """The folders by their tools; raises WrongUse where one is not there or there are none."""
        given = ((CLAUDE_CODE, self.claude_code), (CODEX, self.codex), (CURSOR, self.cursor))
        named = [Place(tool, folder.expanduser()) for tool, folder in given if folder]
        if missing := [place.folder for place in named if not place.folder.is_dir()]:
            raise WrongUse(f"There is no folder {missing[0]}.")
        if places := named or usual_places(Path.home(), sys.platform):
            return places
        raise WrongUse(
            "Neither Claude Code, Codex nor Cursor keeps sessions here: name a folder, as --claude-code DIR."
        )


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "watch")(watch)


async def watch(
    target: Target,
    where: Where,
    idle: Annotated[int, typer.Option(min=0, max=1_440, help="Minutes for which a session must rest.")] = 15,
    once: Annotated[bool, typer.Option("--once", help="Look once and end, as for cron.")] = False,
    state: Annotated[
        Path | None,
        typer.Option(
            help="The file that keeps what was imported.", show_default="in the data directory, or ~/.onememory"
        ),
    ] = None,
) -> None:
    """Import sessions of coding agents as they come to rest: prompts and the final answer of each turn."""
    settings = target.settings()
    places = where.places()
    configure_logging("json" if target.as_json else settings.log_format, settings.log_level, ("onememory.requests",))
    for place in places:
        logger.info("watching", extra={"tool": place.tool, "folder": str(place.folder)})
    known = Imported(state or _state_file(target, settings), _name_of(target, settings))
    rule = Rule(timedelta(minutes=idle), now)
    watcher = Watcher(lambda: connected(target, may_create=True), places, known, rule)
    with _stopping() as stop:
        totals = await _watched(watcher, stop, is_once=once)
    logger.info("stopped")
    present(target, asdict(totals), lambda _: say(_in_words(totals)))
    if once and totals.failed:
        raise typer.Exit(1)


async def _watched(watcher: Watcher, stop: asyncio.Event, *, is_once: bool) -> Totals:
    """Look again and again until told to stop; what became of it all."""
    totals = Totals()
    while not stop.is_set():
        try:
            found = await _unless(stop, watcher.look())
        except OSError as error:
            raise StorageFailed(f"What was imported cannot be kept: {error}.") from error
        if found:
            totals = Totals(**{name: value + getattr(found, name) for name, value in asdict(totals).items()})
        if is_once:
            break
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), PAUSE)
    return totals


async def _unless(stop: asyncio.Event, work: Coroutine[object, object, Totals]) -> Totals | None:
    """What the work comes to, or None where it is told to stop before; an import that is cut off resumes later."""
    working, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if working.done():
        return working.result()
    working.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await working
    return None


@contextlib.contextmanager
def _stopping() -> Iterator[asyncio.Event]:
    """An event that is set by Ctrl-C or a request to end, while the block runs."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)
    with contextlib.suppress(NotImplementedError):  # where there are no such signals, Ctrl-C ends the program
        for number in numbers:
            loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        with contextlib.suppress(NotImplementedError):
            for number in numbers:
                loop.remove_signal_handler(number)


def _state_file(target: Target, settings: Settings) -> Path:
    is_remote = settings.url and not target.data
    return (Path.home() / ".onememory" if is_remote else settings.data) / STATE


def _name_of(target: Target, settings: Settings) -> str:
    """Where to the sessions go; what is imported at one place is still to be imported at another."""
    if settings.url and not target.data:
        return settings.url
    return f"user {target.user}" if target.user else "first user"


def _in_words(totals: Totals) -> str:
    files = f"{counted(totals.files, 'file')} imported" + (f", {totals.failed:,} not" if totals.failed else "")
    return f"{files}: {counted(totals.new, 'new conversation')}, {totals.updated:,} updated."
