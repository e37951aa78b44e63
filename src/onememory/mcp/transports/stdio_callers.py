"""Who calls over standard input and output: one person or program, for as long as the process lives."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass

from onememory.domain.actors import Actor
from onememory.domain.errors import OneMemoryError
from onememory.mcp.local import LocalHandlers
from onememory.mcp.server import Context, client_name
from onememory.mcp.tools.calls import ToolCall
from onememory.services import Services


@dataclass(frozen=True, slots=True)
class Opened:
    """A data directory that has been opened, and who uses it here."""

    services: Services
    identify: Callable[[], Awaitable[Actor]]  # asked at each call, so that a revoked token ends at once
    public_url: str


Opener = Callable[[], AbstractAsyncContextManager[Opened]]


def local_handlers(opener: Opener, stack: AsyncExitStack) -> LocalHandlers:
    """Handlers over a data directory, which the first request opens and the stack closes."""
    return LocalHandlers(_StdioCallers(opener, stack))


class _StdioCallers:
    """One caller; implements Callers."""

    def __init__(self, opener: Opener, stack: AsyncExitStack) -> None:
        self._opener = opener
        self._stack = stack
        self._opening = asyncio.Lock()
        self._opened: Opened | None = None

    async def actor(self, context: Context) -> Actor | None:
        """Who asks; nobody where that cannot be told, and then a call says why."""
        try:
            return (await self.call(context)).actor
        except OneMemoryError:
            return None

    async def call(self, context: Context) -> ToolCall:
        """The caller with the use cases; where the data directory could not be opened, the next call tries again."""
        async with self._opening:
            if self._opened is None:
                self._opened = await self._stack.enter_async_context(self._opener())
        actor = await self._opened.identify()
        opened = self._opened
        return ToolCall(actor, opened.services, opened.public_url, client_name(context), serves_links=False)
