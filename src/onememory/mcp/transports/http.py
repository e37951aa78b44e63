"""MCP over HTTP as the SDK serves it: streamable HTTP in both protocol eras, and the older HTTP+SSE."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any, cast

from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken
from mcp.server.lowlevel import Server
from mcp.server.sse import SseServerTransport
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from onememory.asgi.auth import ACTOR_KEY
from onememory.asgi.bases import Bases
from onememory.domain.actors import Actor
from onememory.domain.errors import NotFound
from onememory.mcp.local import LocalHandlers
from onememory.mcp.server import Context, Handlers, client_name, make_server
from onememory.mcp.tools.calls import ToolCall
from onememory.services import Services

_NO_SESSION = (
    "This process holds no such session of yours: its stream has ended, or another process behind the balancer has it. "
    "Open the stream anew. Where that does not help, connect to /mcp, which needs no session, or let the balancer "
    "choose the process by the Authorization header."
)


class Transports:
    """Two transports of one server; a request's scope holds its actor."""

    def __init__(self, server: Server[Any], manager: StreamableHTTPSessionManager, messages_path: str) -> None:
        self._server = server
        self._manager = manager
        self._sse = SseServerTransport(messages_path)

    async def streamable(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Streamable HTTP, of both eras."""
        await self._manager.handle_request(scope, receive, send)

    async def events(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The stream of a session of HTTP+SSE."""
        scope["user"] = _user(scope)
        async with self._sse.connect_sse(scope, receive, send) as (incoming, outgoing):
            await self._server.run(incoming, outgoing, self._server.create_initialization_options())

    async def messages(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A message to such a session, which must come with the token that opened it."""
        scope["user"] = _user(scope)

        async def send_or_explain(message: Message) -> None:
            if message.get("status") == 404:
                raise NotFound(_NO_SESSION)
            await send(message)

        await self._sse.handle_post_message(scope, receive, send_or_explain)


@contextlib.asynccontextmanager
async def serving(services: Services, bases: Bases, messages_path: str) -> AsyncIterator[Transports]:
    """The transports while their server runs."""
    handlers = LocalHandlers(_HttpCallers(services, bases))

    async def provide() -> Handlers:
        return handlers

    server = make_server(provide)
    # Without sessions: nothing is kept for clients that begin one for each call, and none is lost with a restart.
    manager = StreamableHTTPSessionManager(server, json_response=True, stateless=True)
    async with manager.run():
        yield Transports(server, manager, messages_path)


class _HttpCallers:
    """Knows the caller from the request's scope; implements Callers."""

    def __init__(self, services: Services, bases: Bases) -> None:
        self._services = services
        self._bases = bases

    async def actor(self, context: Context) -> Actor:
        """Whom the gate let in."""
        actor: Actor = _request(context).scope[ACTOR_KEY]
        return actor

    async def call(self, context: Context) -> ToolCall:
        """The same, with the use cases."""
        request = _request(context)
        # A client of 2025 says its name in the handshake, of which nothing is kept.
        name = client_name(context, request.headers.get("user-agent", "").partition("/")[0])
        return ToolCall(await self.actor(context), self._services, self._bases.of(request), name)


def _request(context: Context) -> Request:
    return cast("Request", context.request)


def _user(scope: Scope) -> AuthenticatedUser:
    """By this the SDK binds a session to the token that opened it."""
    actor: Actor = scope[ACTOR_KEY]
    return AuthenticatedUser(AccessToken(token="", client_id=actor.token_id or "", scopes=[], subject=actor.user_id))
