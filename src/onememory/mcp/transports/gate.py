"""Who is let in to an MCP endpoint over HTTP: the right host and origin, a token, and the scope to read at least."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from onememory.asgi.auth import ACTOR_KEY, Authentication
from onememory.asgi.bases import Bases
from onememory.asgi.bodies import json_of
from onememory.asgi.errors import ErrorBody
from onememory.domain.accounts import Permission
from onememory.domain.provenance import Channel
from onememory.security.hosts import is_own_host, is_own_origin
from onememory.security.oauth.rfc6750_bearer import INSUFFICIENT_SCOPE, challenge
from onememory.security.oauth.rfc9728_metadata import metadata_url


class Gate:
    """An endpoint behind which every request has an actor in its scope."""

    def __init__(self, app: ASGIApp, method: str, resource: str, authentication: Authentication, bases: Bases) -> None:
        """`resource` is the path of the RFC 9728 resource that the endpoint belongs to."""
        self._app = app
        self._method = method
        self._resource = resource
        self._authentication = authentication
        self._bases = bases

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; raises Unauthenticated and RateLimited."""
        # RFC 9110, section 5.5: white space around a value is none of it; the HTTP parser leaves it at the end.
        scope["headers"] = [(name, value.strip(b" \t")) for name, value in scope["headers"]]
        request = Request(scope)
        answer = self._strange(request) or await self._powerless(request) or self._misused(request) or self._app
        await answer(scope, receive, send)

    def _strange(self, request: Request) -> Response | None:
        base = self._bases.base_url
        host, origin = request.headers.get("host"), request.headers.get("origin")
        if not is_own_host(host, base):
            return _refusal(421, "This server does not go by that name; its own is set with ONEMEMORY_PUBLIC_URL.")
        if not is_own_origin(origin, host, base):
            return _refusal(403, "Pages of other sites may not call this server.")
        return None

    async def _powerless(self, request: Request) -> Response | None:
        """The refusal of a token that may do nothing here (RFC 6750, section 3.1); others get into the scope."""
        actor = await self._authentication.actor(request, Channel.MCP)
        request.scope[ACTOR_KEY] = actor
        if Permission.READ in actor.permissions:
            return None
        where = metadata_url(self._bases.of(request), self._resource)
        headers = {"www-authenticate": challenge(where, Permission.READ, INSUFFICIENT_SCOPE)}
        return _refusal(403, 'This token lacks the scope "read"; use a token that has it.', headers)

    def _misused(self, request: Request) -> Response | None:
        if request.method == self._method:
            return None
        return _refusal(405, f"This path takes {self._method} alone.", {"allow": self._method})


def _refusal(status: int, sentence: str, headers: dict[str, str] | None = None) -> Response:
    return Response(json_of(ErrorBody(sentence)), status, headers, media_type="application/json")
