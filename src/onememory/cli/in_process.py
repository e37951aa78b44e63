"""The REST door without a network: an httpx transport that calls the application and streams what it answers."""

import asyncio
from collections.abc import AsyncIterator, MutableMapping
from typing import TYPE_CHECKING, Any, cast

import httpx

if TYPE_CHECKING:
    from starlette.types import ASGIApp

Message = MutableMapping[str, Any]

_AHEAD = 2  # pieces of an answer that may wait to be read, so that a long export needs little memory


class InProcess(httpx.AsyncBaseTransport):
    """Calls an ASGI application (3.0) in this process, with something added to the scope of each request."""

    def __init__(self, app: "ASGIApp", scope: dict[str, object]) -> None:
        self._app = app
        self._scope = scope

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; the answer is read while the application still makes it."""
        exchange = _Exchange(aiter(cast("httpx.AsyncByteStream", request.stream)))
        exchange.begin(self._app(self._scope_of(request), exchange.receive, exchange.send))
        start = await exchange.next_message()
        return httpx.Response(start["status"], headers=start["headers"], stream=_Answer(exchange))

    def _scope_of(self, request: httpx.Request) -> dict[str, Any]:
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": request.url.scheme,
            "path": request.url.path,
            "raw_path": request.url.raw_path.partition(b"?")[0],
            "query_string": request.url.query,
            "root_path": "",
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "server": (request.url.host, request.url.port),
            "client": None,
            **self._scope,
        }


class _Exchange:
    """One request between the application's task and its reader."""

    def __init__(self, body: AsyncIterator[bytes]) -> None:
        self._body: AsyncIterator[bytes] | None = body
        self._messages: asyncio.Queue[Message] = asyncio.Queue(_AHEAD)
        self._closed = asyncio.Event()

    def begin(self, serving: Any) -> None:
        """Let the application work."""
        self._task: asyncio.Task[None] = asyncio.ensure_future(serving)

    async def receive(self) -> Message:
        """What the application reads: the body piece by piece, then the news that the client has gone."""
        if self._body is not None:
            piece = await anext(self._body, None)
            if piece is not None:
                return {"type": "http.request", "body": piece, "more_body": True}
            self._body = None
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._closed.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """What the application says."""
        await self._messages.put(message)

    async def next_message(self) -> Message:
        """What it said next; raises what the application raised in place of an answer."""
        getting = asyncio.ensure_future(self._messages.get())
        await asyncio.wait({getting, self._task}, return_when=asyncio.FIRST_COMPLETED)
        if getting.done() or not self._messages.empty():
            return await getting
        getting.cancel()
        self._task.result()
        raise httpx.RemoteProtocolError("The application ended without an answer.")

    async def close(self) -> None:
        """Let the application end."""
        self._closed.set()
        if not self._task.done():
            self._task.cancel()
        await asyncio.wait({self._task})


class _Answer(httpx.AsyncByteStream):
    """The pieces of an answer as they are made."""

    def __init__(self, exchange: _Exchange) -> None:
        self._exchange = exchange

    async def __aiter__(self) -> AsyncIterator[bytes]:
        more = True
        while more:
            message = await self._exchange.next_message()
            more = message.get("more_body", False)
            if piece := message.get("body", b""):
                yield piece

    async def aclose(self) -> None:
        await self._exchange.close()
