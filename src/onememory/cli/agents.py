"""`onememory mcp`: the tools for one AI tool that starts this command."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onememory import settings
from onememory.cli import assembly
from onememory.cli.commands import WrongUse
from onememory.cli.connection import opened, owner
from onememory.domain.accounts import WritePolicy
from onememory.domain.actors import Actor
from onememory.domain.provenance import Channel
from onememory.logs import configure_logging
from onememory.settings import Settings

if TYPE_CHECKING:
    from onememory.mcp.transports.stdio_callers import Opened
    from onememory.services import Services


def register(app: typer.Typer) -> None:
    """Add the command; it runs a loop of its own, and what it prints is the protocol."""
    app.command("mcp")(mcp)


def mcp(
    data: Annotated[Path | None, typer.Option(help="Work on this data directory.", show_default=False)] = None,
    url: Annotated[str | None, typer.Option(help="Let this server answer instead.")] = None,
    token: Annotated[
        str | None, typer.Option(help="Who asks: that server's token, or one of the data directory.")
    ] = None,
    user: Annotated[
        str | None, typer.Option(help="Whose memories, without a token; else the first user's.", show_default=False)
    ] = None,
    policy: Annotated[
        WritePolicy | None,
        typer.Option(help="What becomes of writes, without a token: `propose` if nothing is said.", show_default=False),
    ] = None,
) -> None:
    """Offer the tools to an AI tool that starts this command, over standard input and output (MCP)."""
    given = settings.load({"data": data, "url": url, "token": token})
    configure_logging(given.log_format, "error")
    if url and data:
        raise WrongUse("Give --data or --url, not both.")
    if given.token and (user or policy):
        raise WrongUse("--user and --policy are for a data directory without a token; a token has its own.")
    if given.url and not data:
        _run(_front(given))
    else:
        _run(_local(given, user, policy or WritePolicy.PROPOSE))


async def _front(given: Settings) -> None:
    if not given.token:
        raise WrongUse("A server wants a token: give --token, or set ONEMEMORY_TOKEN or ONEMEMORY_TOKEN_FILE.")
    await assembly.stdio.serve_front(given.url or "", given.token)


async def _local(given: Settings, user: str | None, policy: WritePolicy) -> None:
    await assembly.stdio.serve_data(lambda: _opened(given, user, policy))


@contextlib.asynccontextmanager
async def _opened(given: Settings, user: str | None, policy: WritePolicy) -> "AsyncIterator[Opened]":
    """The data directory; its jobs are done here unless somebody else works on it, such as a server."""
    bootstrap = await asyncio.to_thread(getattr, assembly, "bootstrap")
    does_jobs = not bootstrap.is_held(given.data)
    async with opened(given) as services, assembly.worker.working(services, does_jobs=does_jobs):
        yield assembly.stdio_callers.Opened(services, _identity(services, given.token, user, policy), given.base_url)


def _identity(
    services: "Services", token: str | None, user: str | None, policy: WritePolicy
) -> Callable[[], Awaitable[Actor]]:
    async def identify() -> Actor:
        if token:
            return await services.accounts.authenticate(token, Channel.MCP)
        return replace(await owner(services, user, Channel.MCP), policy=policy)

    return identify


def _run(serving: Coroutine[Any, Any, None]) -> None:
    """Serve until the client closes its end, or a signal ends us in its place."""

    async def serve() -> None:
        task = asyncio.ensure_future(serving)
        with contextlib.suppress(NotImplementedError):  # Windows has no such handlers; the client closes its end there
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await task

    asyncio.run(serve())
