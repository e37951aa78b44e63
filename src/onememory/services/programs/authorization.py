"""A person lets a program in: the request is checked, the person decides, the program gets a code to redeem."""

from collections.abc import Mapping
from datetime import timedelta

from onememory.domain.actors import Action, Actor, require
from onememory.domain.authorization import AuthorizationRequest, Decision, Grant, OAuthError
from onememory.domain.errors import Forbidden, InvalidInput
from onememory.ports import Clock, Store, Transaction
from onememory.security.oauth.rfc6749_authorization import error_url, request_of
from onememory.security.oauth.rfc6749_parameters import required
from onememory.security.oauth.rfc9207_answers import answer_url
from onememory.security.secrets import hash_secret, mint_secret
from onememory.services.programs.oauth_clients import OAuthClients

CODE_LIFETIME = timedelta(seconds=60)


class Authorization:
    """The use cases of the page on which a person decides."""

    def __init__(self, store: Store, clients: OAuthClients, clock: Clock) -> None:
        self._store = store
        self._clients = clients
        self._clock = clock

    async def begin(self, parameters: Mapping[str, str], base: str) -> AuthorizationRequest:
        """What the client asks for; `base` is the URL of this installation as it was called.

        Raises OAuthError. Where it has `redirect_to`, the client is to be told there; else the person is.
        """
        client = await self._clients.get(required(parameters, "client_id"))
        return request_of(parameters, client, base)

    async def approve(self, actor: Actor, request: AuthorizationRequest, decision: Decision) -> str:
        """Let the client in as decided; where to send the browser, with a code that works once.

        Raises InvalidInput and Forbidden where the decision allows nothing, or more than was asked or can be given.
        """
        require(actor, Action.MANAGE_TOKENS)
        if not decision.scopes:
            raise InvalidInput("Choose at least one thing that the program may do, or refuse it.")
        if decision.scopes - request.scopes:
            raise InvalidInput("The program did not ask for all of that; allow what it asked for, or less.")
        if excess := decision.scopes - actor.permissions:
            raise Forbidden(f"You cannot hand on what you may not do yourself: {', '.join(sorted(excess))}.")
        code = mint_secret()
        grant, expires_at = _grant(request, decision), self._clock.now() + CODE_LIFETIME

        def work(tx: Transaction) -> None:
            tx.grants.add_code(hash_secret(code), grant, expires_at)

        await self._store.write(actor.scope, work)
        return answer_url(request.redirect_uri, {"code": code}, request.state, request.issuer)

    def refuse(self, request: AuthorizationRequest) -> str:
        """Where to send the browser when the person said no."""
        refusal = OAuthError("access_denied", "The person refused access.")
        return error_url(refusal, request.redirect_uri, request.state, request.issuer)


def _grant(request: AuthorizationRequest, decision: Decision) -> Grant:
    return Grant(
        client_id=request.client.id,
        client_name=request.client.name,
        redirect_uri=request.redirect_uri,
        permissions=decision.scopes,
        policy=decision.policy,
        resource=request.resource,
        code_challenge=request.code_challenge,
    )
