"""From a bearer token to an actor, within the token's rate; who has none is told where to get one."""

from starlette.requests import Request

from onememory.asgi.bases import Bases
from onememory.asgi.errors import Challenged
from onememory.domain.actors import Actor
from onememory.domain.errors import RateLimited, Unauthenticated
from onememory.domain.provenance import Channel
from onememory.security.oauth.rfc6750_bearer import INVALID_TOKEN, challenge, secret_of
from onememory.security.oauth.rfc8707_resources import EVERYTHING, MCP, MCP_PATHS, REST
from onememory.security.oauth.rfc9728_metadata import SCOPE, metadata_url
from onememory.security.rate_limits import Limit
from onememory.services.limits import Limiting
from onememory.services.users.accounts import Accounts

ACTOR_KEY = "onememory.actor"  # in the ASGI scope; only code of the same process can put it there

_DOORS = {Channel.MCP: MCP, Channel.API: REST}


class Authentication:
    """Knows who sends a request."""

    def __init__(self, accounts: Accounts, limiting: Limiting, limit: Limit | None, bases: Bases) -> None:
        self._accounts = accounts
        self._limiting = limiting
        self._limit = limit  # of each token
        self._bases = bases

    async def actor(self, request: Request, channel: Channel = Channel.API) -> Actor:
        """Who acts through this door; raises Challenged, which is an Unauthenticated, and RateLimited."""
        actor: Actor = request.scope.get(ACTOR_KEY) or await self._bearer(request, channel)
        if self._limit and actor.token_id:
            await self._admit(self._limit, actor.token_id)
        return actor

    async def _admit(self, limit: Limit, token_id: str) -> None:
        verdict = await self._limiting.admit(limit, token_id)
        if not verdict.passes:
            said = f"This token is over its limit of {limit.rate.requests} requests a minute"
            raise RateLimited(f"{said}; try again in {verdict.retry_after} s.", verdict.retry_after)

    async def _bearer(self, request: Request, channel: Channel) -> Actor:
        base = self._bases.of(request)
        secret = secret_of(request.headers.get("authorization"))
        if secret is None:
            raise Challenged("Send a token: `Authorization: Bearer <token>`.", _challenge(request, base))
        try:
            return await self._accounts.authenticate(secret, channel, base + _DOORS.get(channel, EVERYTHING))
        except Unauthenticated as error:
            raise Challenged(str(error), _challenge(request, base, INVALID_TOKEN)) from error


def _challenge(request: Request, base: str, error: str | None = None) -> str:
    """The header that names the metadata of what was called (RFC 9728, section 5.1)."""
    called = f"{request.scope['path']}/"
    path = next((path for path in MCP_PATHS if called.startswith(f"{path}/")), EVERYTHING)
    return challenge(metadata_url(base, path), SCOPE, error)
