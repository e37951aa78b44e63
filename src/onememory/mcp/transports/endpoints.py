"""The MCP endpoints over HTTP as routes; what needs the SDK is loaded when the server listens already."""

import asyncio
import logging
from collections import Counter
from importlib import import_module
from typing import TYPE_CHECKING

from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from onememory.asgi.auth import ACTOR_KEY, Authentication
from onememory.asgi.bases import Bases
from onememory.domain.errors import Unavailable
from onememory.mcp.transports.gate import Gate
from onememory.security.oauth.rfc8707_resources import MCP_PATHS
from onememory.services import Services

if TYPE_CHECKING:
    from onememory.mcp.transports.http import Transports

logger = logging.getLogger(__name__)

*STREAMABLE_PATHS, EVENTS_PATH = MCP_PATHS
MESSAGES_PATH = f"{EVENTS_PATH}/messages"
STREAMS = 32  # that one user may have open


class McpDoor:
    """The routes of MCP. Its SDK takes half a second to import, which the start of a server does not wait for."""

    def __init__(self, services: Services, authentication: Authentication, bases: Bases) -> None:
        self._services = services
        self._authentication = authentication
        self._bases = bases
        self._serving: asyncio.Task[None] | None = None
        self._loaded: asyncio.Future[Transports] | None = None
        self._ending = asyncio.Event()
        self._closed = asyncio.Event()
        self._streams: Counter[str] = Counter()

    def routes(self) -> list[BaseRoute]:
        """Every endpoint; each answers by itself to methods that it does not take."""
        return [
            *(self._route(path, path, "POST", self._streamable) for path in STREAMABLE_PATHS),
            self._route(EVENTS_PATH, EVENTS_PATH, "GET", self._events),
            self._route(MESSAGES_PATH, EVENTS_PATH, "POST", self._messages),
        ]

    def _route(self, path: str, resource: str, method: str, app: ASGIApp) -> Route:
        return Route(path, Gate(app, method, resource, self._authentication, self._bases))

    def load(self) -> "asyncio.Future[Transports]":
        """Begin to load the SDK, unless that has begun; what can be waited for."""
        if self._loaded is None:
            self._loaded = asyncio.get_running_loop().create_future()
            self._serving = asyncio.create_task(self._serve(self._loaded))
        return self._loaded

    def end_streams(self) -> None:
        """End what would stay open by itself, so that a server can stop."""
        self._ending.set()

    async def close(self) -> None:
        """End everything; no request may come any more."""
        self.end_streams()
        self._closed.set()
        if self._serving:
            await self._serving

    async def _serve(self, loaded: "asyncio.Future[Transports]") -> None:
        try:
            module = await asyncio.to_thread(import_module, "onememory.mcp.transports.http")
            async with module.serving(self._services, self._bases, MESSAGES_PATH) as transports:
                loaded.set_result(transports)
                await self._closed.wait()
        except Exception as error:
            logger.exception("the MCP door cannot be opened")
            if not loaded.done():
                loaded.set_exception(error)

    async def _transports(self) -> "Transports":
        return await asyncio.shield(self.load())

    async def _streamable(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (await self._transports()).streamable(scope, receive, send)

    async def _messages(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (await self._transports()).messages(scope, receive, send)

    async def _events(self, scope: Scope, receive: Receive, send: Send) -> None:
        user_id = scope[ACTOR_KEY].user_id
        if self._streams[user_id] >= STREAMS:
            raise Unavailable(f"You have {STREAMS} streams open; close some, or use {STREAMABLE_PATHS[0]}.")
        stream = _Stream(receive, send, self._ending)
        self._streams[user_id] += 1
        try:
            await (await self._transports()).events(scope, stream.receive, stream.send)
            await stream.finish()
        finally:
            self._streams.subtract([user_id])
            self._streams += Counter()  # which leaves out those who have none


class _Stream:
    """An answer without an end, which ends when the server does."""

    def __init__(self, receive: Receive, send: Send, ending: asyncio.Event) -> None:
        self._receive = receive
        self._send = send
        self._ending = ending
        self._is_open = False

    async def receive(self) -> Message:
        """What the client says, or that it is gone, which the end of the server looks like."""
        waiting = {asyncio.ensure_future(self._receive()), asyncio.ensure_future(self._ending.wait())}
        try:
            done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waiting:
                each.cancel()
        return next((m for m in (each.result() for each in done) if isinstance(m, dict)), {"type": "http.disconnect"})

    async def send(self, message: Message) -> None:
        """Pass a message on."""
        self._is_open = message["type"] == "http.response.start" or message.get("more_body", False)
        await self._send(message)

    async def finish(self) -> None:
        """Complete an answer that the end of the server has cut off."""
        if self._is_open and self._ending.is_set():
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})
