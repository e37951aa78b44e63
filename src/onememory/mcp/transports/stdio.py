"""MCP over standard input and output: one client, which started this process and ends it.

The client waits for its handshake, so all that a handshake does not need is imported with the first request behind it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from importlib import import_module
from typing import TYPE_CHECKING

from onememory.mcp.server import Handlers, make_server
from onememory.mcp.transports.stdio_streams import standard_streams

if TYPE_CHECKING:
    from onememory.mcp.transports.stdio_callers import Opener


async def serve_data(opener: "Opener") -> None:
    """Serve until the client closes its end; the data directory is opened by the first call that needs it."""
    async with AsyncExitStack() as stack:

        async def make() -> Handlers:
            module = await asyncio.to_thread(import_module, "onememory.mcp.transports.stdio_callers")
            handlers: Handlers = module.local_handlers(opener, stack)
            return handlers

        await _serve(make)


async def serve_front(url: str, token: str) -> None:
    """Serve until the client closes its end, and let the server at this URL answer."""
    async with AsyncExitStack() as stack:

        async def make() -> Handlers:
            module = await asyncio.to_thread(import_module, "onememory.mcp.remote")
            handlers: Handlers = await stack.enter_async_context(module.RemoteHandlers(url, token))
            return handlers

        await _serve(make)


async def _serve(make: Callable[[], Awaitable[Handlers]]) -> None:
    making: asyncio.Task[Handlers] | None = None

    async def provide() -> Handlers:
        nonlocal making
        making = making or asyncio.ensure_future(make())
        return await asyncio.shield(making)

    server = make_server(provide)
    async with standard_streams() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())
