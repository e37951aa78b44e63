"""Signing in with name and password, and the sessions of browsers that follow from it."""

import asyncio
import ipaddress
import logging

from onememory.domain.accounts import USER_NAME_LIMIT, Permission, User
from onememory.domain.actors import Action, Actor, require
from onememory.domain.errors import RateLimited, Unauthenticated
from onememory.domain.ids import mint
from onememory.domain.provenance import Channel
from onememory.domain.sessions import AGENT_LIMIT, LIFETIME, Session
from onememory.ports import Clock, Directory, Store
from onememory.security.passwords import is_password
from onememory.security.rate_limits import Rate, Throttle
from onememory.security.secrets import hash_secret, mint_secret
from onememory.services.audit import Audit

logger = logging.getLogger(__name__)

TRIES_BY_NAME = Rate(10, minutes=15)
TRIES_BY_ADDRESS = Rate(30, minutes=15)
AT_ONCE = 2  # passwords checked; each takes 64 MiB and a core


class SignIn:
    """The use cases of people at a browser."""

    def __init__(self, store: Store, audit: Audit, clock: Clock) -> None:
        self._store = store
        self._audit = audit
        self._clock = clock
        self._by_name = Throttle(TRIES_BY_NAME)
        self._by_address = Throttle(TRIES_BY_ADDRESS)
        self._checking = asyncio.Semaphore(AT_ONCE)

    async def sign_in(self, name: str, password: str, address: str, agent: str = "") -> str:
        """The secret of a new session; raises Unauthenticated, without a word on what was wrong, and RateLimited."""
        caller = name.strip().casefold()[:USER_NAME_LIMIT]
        self._admit(self._by_address, _network(address))
        self._admit(self._by_name, caller)
        user, password_hash = await self._store.read_directory(lambda d: _credentials(d, name), brief=True)
        async with self._checking:
            is_right = await asyncio.to_thread(is_password, password, password_hash)
        secret = mint_secret()
        if user is None or not is_right or not await self._begin(user, password_hash, secret, agent):
            logger.warning("a sign-in was refused", extra={"address": address})
            raise Unauthenticated("This name and this password do not belong together.")
        self._by_name.forgive(caller)
        return secret

    async def _begin(self, user: User, password_hash: str | None, secret: str, agent: str) -> bool:
        """Make the session, unless the account has changed while the password was checked."""
        now = self._clock.now()

        def begin(directory: Directory) -> bool:
            present = directory.user(user.id)
            if present is None or present.disabled_at is not None or directory.password_hash(user.id) != password_hash:
                return False
            directory.sessions.forget_expired(user.id, now)
            session = Session(mint(now), user.id, agent[:AGENT_LIMIT], now, now + LIFETIME)
            directory.sessions.add(session, hash_secret(secret))
            return True

        if not await self._store.write_directory(begin):
            return False
        await self._note(_actor(user), "session.create")
        return True

    async def actor(self, secret: str) -> Actor | None:
        """Who is signed in with this secret, if anybody is."""
        secret_hash = hash_secret(secret)
        known = await self._store.read_directory(lambda directory: _signed_in(directory, secret_hash), brief=True)
        if known is None:
            return None
        session, user = known
        if not session.is_usable(self._clock.now()) or user.disabled_at is not None:
            return None
        return _actor(user)

    async def sessions(self, actor: Actor) -> list[Session]:
        """The browsers in which the actor is signed in, newest first."""
        require(actor, Action.READ)
        now = self._clock.now()
        found = await self._store.read_directory(lambda d: d.sessions.of_user(actor.user_id), brief=True)
        return [session for session in found if session.is_usable(now)]

    async def sign_out(self, secret: str) -> None:
        """End one session."""
        await self._store.write_directory(lambda directory: directory.sessions.end(hash_secret(secret)))

    async def sign_out_everywhere(self, actor: Actor) -> None:
        """End every session of the actor's."""
        require(actor, Action.MANAGE_TOKENS)
        await self._store.write_directory(lambda directory: directory.sessions.end_all(actor.user_id))
        await self._note(actor, "session.end_all")

    def _admit(self, throttle: Throttle, caller: str) -> None:
        verdict = throttle.admit(caller, self._clock.now().timestamp())
        if not verdict.passes:
            minutes = -(-verdict.retry_after // 60)
            wait = f"{minutes} minutes" if minutes > 1 else "a minute"
            raise RateLimited(f"Too many tries to sign in. Wait {wait}, then try again.", verdict.retry_after)

    async def _note(self, actor: Actor, action: str) -> None:
        await self._store.write(actor.scope, lambda tx: self._audit.write(tx, actor, action, []))


def _credentials(directory: Directory, name: str) -> tuple[User | None, str | None]:
    user = directory.user_named(name)
    return user, directory.password_hash(user.id) if user else None


def _signed_in(directory: Directory, secret_hash: bytes) -> tuple[Session, User] | None:
    session = directory.sessions.get(secret_hash)
    user = directory.user(session.user_id) if session else None
    return (session, user) if session and user else None


def _actor(user: User) -> Actor:
    allowed = frozenset(Permission) if user.is_admin else frozenset(Permission) - {Permission.ADMIN}
    return Actor(user.id, Channel.WEB, allowed, is_admin=user.is_admin)


def _network(address: str) -> str:
    # Whoever has one address of version 6 has at least the other 2^64 beside it.
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else address
