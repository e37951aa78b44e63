"""Signing in at an identity provider, and linking one's account there with the one here."""

import logging
from dataclasses import dataclass, field
from datetime import timedelta

from onememory.domain.accounts import User
from onememory.domain.actors import Action, Actor, require
from onememory.domain.errors import Forbidden, NotFound, Unauthenticated, Unavailable
from onememory.domain.identities import Identified
from onememory.domain.sessions import Browser
from onememory.ports import Clock
from onememory.ports.identity_provider import Challenge, IdentityProvider
from onememory.security.round_trips import Trip, nonce_of, opened, sealed, verifier_of
from onememory.services.signing_in.sign_in import SignedIn, SignIn
from onememory.services.users.identities import Identities
from onememory.services.users.passwords import Passwords
from onememory.services.users.tries import Tries

logger = logging.getLogger(__name__)

PATIENCE = timedelta(minutes=15)  # between leaving for the provider and coming back
LONGEST_REASON = 300  # characters of what a provider says in the log

# Of RFC 6749, section 4.1.2.1: what no person who signs in can mend.
_MISREGISTERED = ("invalid_request", "invalid_scope", "unauthorized_client", "unsupported_response_type")


class NotUnderWay(Unauthenticated):
    """No sign-in is under way in this browser to which the answer of the provider could belong."""


@dataclass(frozen=True, slots=True)
class Traveller:
    """The browser that is sent there and comes back."""

    secret: str = field(repr=False)  # of its cookie
    redirect_uri: str  # ours, as the provider knows it
    browser: Browser
    actor: Actor | None = None  # who is signed in there


@dataclass(frozen=True, slots=True)
class Returned:
    """What the provider sends along with the browser (RFC 6749, section 4.1.2, and RFC 9207)."""

    state: str
    code: str = field(default="", repr=False)
    error: str = ""
    description: str = ""  # of the error, for whoever set it up
    issuer: str = ""


@dataclass(frozen=True, slots=True)
class ProviderRules:
    """What the settings say about it."""

    provider: IdentityProvider | None
    creates_users: bool  # whether somebody who is not known gets an account
    key: bytes = field(repr=False)


class ProviderSignIn:
    """The use cases of the one provider; each raises NotFound where there is none."""

    def __init__(
        self,
        rules: ProviderRules,
        identities: Identities,
        sign_in: SignIn,
        passwords: Passwords,
        tries: Tries,
        clock: Clock,
    ) -> None:
        self._rules = rules
        self._identities = identities
        self._sign_in = sign_in
        self._passwords = passwords
        self._tries = tries
        self._clock = clock

    @property
    def name(self) -> str | None:
        """What people call the provider; None where there is none."""
        return self._rules.provider.name if self._rules.provider else None

    async def check(self) -> None:
        """Pass where people can be sent there; raises Unavailable with what is wrong."""
        await self._provider().check()

    async def begin(self, traveller: Traveller) -> str:
        """Where the browser is sent to sign in; raises Unavailable."""
        return await self._send(traveller, "")

    async def begin_link(self, actor: Actor, traveller: Traveller, password: str) -> str:
        """The same for somebody who is signed in here, and wants to sign in with their account there from now on.

        Whoever has a password types it, lest a browser that was left signed in lets others in for good. Raises
        Forbidden and RateLimited.
        """
        require(actor, Action.KEEP_ACCOUNT)
        if await self._passwords.has_one(actor.user_id):
            await self._passwords.confirm(actor.user_id, password)
        return await self._send(traveller, actor.user_id)

    async def finish(self, traveller: Traveller, returned: Returned) -> SignedIn | None:
        """Believe the provider, or not; None where an account was only linked.

        Raises Unauthenticated, Forbidden, Conflict, RateLimited and Unavailable.
        """
        provider = self._provider()
        await self._tries.from_provider(traveller.browser.address)
        trip = opened(self._rules.key, traveller.secret, returned.state, self._clock.now().timestamp())
        if trip is None:
            raise NotUnderWay("This sign-in was not begun in this browser, or took too long. Begin again.")
        if returned.error or not returned.code:
            raise _refused(provider, returned)
        if returned.issuer and returned.issuer != provider.issuer:
            raise Unauthenticated("The answer is from another provider than the one that was asked. Begin again.")
        challenge = self._challenge(traveller, returned.state)
        identified = await provider.identify(returned.code, challenge, traveller.redirect_uri)
        if trip.user_id:
            await self._link(traveller.actor, trip.user_id, identified)
            return None
        return await self._sign_in.enter_vouched(await self._user(identified), traveller.browser)

    async def _send(self, traveller: Traveller, user_id: str) -> str:
        provider, until = self._provider(), int((self._clock.now() + PATIENCE).timestamp())
        state = sealed(self._rules.key, traveller.secret, Trip(user_id, until))
        return await provider.authorization_url(self._challenge(traveller, state), traveller.redirect_uri)

    def _challenge(self, traveller: Traveller, state: str) -> Challenge:
        key, secret = self._rules.key, traveller.secret
        return Challenge(state, nonce_of(key, secret, state), verifier_of(key, secret, state))

    def _provider(self) -> IdentityProvider:
        if self._rules.provider is None:
            raise NotFound("No identity provider is set up here; sign in with name and password.")
        return self._rules.provider

    async def _link(self, actor: Actor | None, user_id: str, identified: Identified) -> None:
        if actor is None or actor.user_id != user_id:
            raise Unauthenticated("Sign in here first, then link the account again.")
        await self._identities.link(actor, identified)

    async def _user(self, identified: Identified) -> User:
        user = await self._identities.known(identified)
        if user is None and self._rules.creates_users:
            user = await self._identities.create(identified)
        if user is None:
            raise Forbidden(
                f"Nobody here signs in with this account of {self.name} yet. If you have an account here, sign in with "
                "your password and link it under Settings, Your account; else ask an administrator for one."
            )
        return user


def _refused(provider: IdentityProvider, returned: Returned) -> Unauthenticated | Unavailable:
    """Noted in the log with what the provider says, and as a sentence."""
    reason = f"{returned.error} {returned.description}".strip()[:LONGEST_REASON]
    logger.warning("the identity provider refused a sign-in", extra={"reason": reason})
    if returned.error in _MISREGISTERED:
        return Unavailable(
            f"{provider.name} does not allow what onememory asks it for ({returned.error}). Tell an administrator: it "
            "must be registered there with the authorisation code flow and the scopes openid, profile and email."
        )
    return Unauthenticated(f"{provider.name} did not let you in. Begin again, or sign in another way.")
