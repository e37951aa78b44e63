"""The browsers in which people are signed in."""

from dataclasses import dataclass

from onememory.domain.accounts import Permission, User
from onememory.domain.actors import Action, Actor, require
from onememory.domain.errors import NotFound
from onememory.domain.ids import mint
from onememory.domain.provenance import Channel
from onememory.domain.sessions import AGENT_LIMIT, LIFETIME, Browser, Session
from onememory.ports import Clock, Directory, Store
from onememory.security.secrets import hash_secret
from onememory.services.audit import Audit


@dataclass(frozen=True, slots=True)
class Presence:
    """Somebody who is signed in."""

    actor: Actor
    user: User
    session_id: str | None  # None: not by a session, but by a proxy with each request


class Sessions:
    """The use cases of who is signed in somewhere."""

    def __init__(self, store: Store, audit: Audit, clock: Clock) -> None:
        self._store = store
        self._audit = audit
        self._clock = clock

    def begin(self, directory: Directory, user: User, secret: str, browser: Browser) -> None:
        """Make a session within a transaction of who has proved that they are this user."""
        now = self._clock.now()
        directory.sessions.forget_expired(user.id, now)
        session = Session(mint(now), user.id, browser.agent[:AGENT_LIMIT], now, now + LIFETIME)
        directory.sessions.add(session, hash_secret(secret))

    async def note_begin(self, user: User) -> None:
        """Tell the audit log that one has been made."""
        await self._note(actor_of(user), "session.create", [])

    async def presence(self, secret: str) -> Presence | None:
        """Who is signed in with this secret, if anybody is."""
        secret_hash = hash_secret(secret)
        known = await self._store.read_directory(lambda directory: _known(directory, secret_hash), brief=True)
        if known is None:
            return None
        session, user = known
        if not session.is_usable(self._clock.now()) or not user.is_open:
            return None
        return Presence(actor_of(user), user, session.id)

    async def all(self, actor: Actor) -> list[Session]:
        """The browsers in which the actor is signed in, newest first."""
        require(actor, Action.KEEP_ACCOUNT)
        now = self._clock.now()
        found = await self._store.read_directory(lambda d: d.sessions.of_user(actor.user_id), brief=True)
        return [session for session in found if session.is_usable(now)]

    async def end(self, actor: Actor, session_id: str) -> None:
        """Sign one browser out; raises NotFound."""
        require(actor, Action.KEEP_ACCOUNT)

        def end(directory: Directory) -> None:
            if session_id not in {session.id for session in directory.sessions.of_user(actor.user_id)}:
                raise NotFound("This browser is signed out already.")
            directory.sessions.end_one(actor.user_id, session_id)

        await self._store.write_directory(end)
        await self._note(actor, "session.end", [session_id])

    async def end_by_secret(self, secret: str) -> None:
        """Sign out who has this secret."""
        await self._store.write_directory(lambda directory: directory.sessions.end(hash_secret(secret)))

    async def end_all(self, actor: Actor) -> None:
        """Sign every browser of the actor's out."""
        require(actor, Action.KEEP_ACCOUNT)
        await self._store.write_directory(lambda directory: directory.sessions.end_all(actor.user_id))
        await self._note(actor, "session.end_all", [])

    async def _note(self, actor: Actor, action: str, items: list[str]) -> None:
        await self._store.write(actor.scope, lambda tx: self._audit.write(tx, actor, action, items))


def _known(directory: Directory, secret_hash: bytes) -> tuple[Session, User] | None:
    session = directory.sessions.get(secret_hash)
    user = directory.user(session.user_id) if session else None
    return (session, user) if session and user else None


def actor_of(user: User) -> Actor:
    """The actor of somebody who is signed in in a browser."""
    allowed = frozenset(Permission) if user.is_admin else frozenset(Permission) - {Permission.ADMIN}
    return Actor(user.id, Channel.WEB, allowed, is_admin=user.is_admin)
