"""From a bearer token to an actor, within the token's rate."""

import time

from starlette.requests import Request

from onememory.domain.actors import Actor
from onememory.domain.errors import RateLimited, Unauthenticated
from onememory.domain.provenance import Channel
from onememory.security.rate_limits import Rate, admit
from onememory.services.accounts import Accounts

ACTOR_KEY = "onememory.actor"  # in the ASGI scope; only code of the same process can put it there
CALLERS = 10_000  # whose rate is remembered


class Authentication:
    """Knows who sends a request."""

    def __init__(self, accounts: Accounts, rate: Rate | None) -> None:
        self._accounts = accounts
        self._rate = rate
        self._states: dict[str, float] = {}

    async def actor(self, request: Request) -> Actor:
        """Who acts; raises Unauthenticated and RateLimited."""
        actor: Actor = request.scope.get(ACTOR_KEY) or await self._bearer(request)
        if self._rate and actor.token_id:
            self._admit(self._rate, actor.token_id)
        return actor

    async def _bearer(self, request: Request) -> Actor:
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not secret.strip():
            raise Unauthenticated("Send a token: `Authorization: Bearer <token>`.")
        return await self._accounts.authenticate(secret.strip(), Channel.API)

    def _admit(self, rate: Rate, caller: str) -> None:
        verdict = admit(rate, self._states.pop(caller, 0.0), time.monotonic())
        self._states[caller] = verdict.state
        if len(self._states) > CALLERS:
            del self._states[next(iter(self._states))]
        if not verdict.passes:
            limit = f"This token is over its limit of {rate.per_minute} requests a minute"
            raise RateLimited(f"{limit}; try again in {verdict.retry_after} s.", verdict.retry_after)
