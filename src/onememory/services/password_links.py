"""One-time links with which people choose their password, for administrators to hand on."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from onememory.domain.accounts import User
from onememory.domain.actors import Action, Actor, require
from onememory.domain.errors import Conflict, NotFound
from onememory.domain.sessions import Browser
from onememory.ports import Clock, Directory, Store
from onememory.security.secrets import hash_secret, mint_secret
from onememory.services.audit import Audit
from onememory.services.passwords import Passwords
from onememory.services.tries import Tries

LIFETIME = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class PasswordLink:
    """A link's secret, which is told this once."""

    user: User
    secret: str
    expires_at: datetime


class PasswordLinks:
    """The use cases of making one and of following it."""

    def __init__(self, store: Store, passwords: Passwords, tries: Tries, audit: Audit, clock: Clock) -> None:
        self._store = store
        self._passwords = passwords
        self._tries = tries
        self._audit = audit
        self._clock = clock

    async def make(self, actor: Actor, user_id: str) -> PasswordLink:
        """A new link for this user; an earlier one is of no use any more. Raises NotFound and Conflict."""
        require(actor, Action.MANAGE_USERS)
        secret, expires_at = mint_secret(), self._clock.now() + LIFETIME

        def put(directory: Directory) -> User:
            user = directory.user(user_id)
            if user is None:
                raise NotFound("There is no user with this id. The account may have been erased.")
            if user.moving:
                raise Conflict(user.moving.sentence)
            if user.disabled_at is not None:
                raise Conflict("This account is deactivated. Reactivate it first.")
            directory.password_links.put(user_id, hash_secret(secret), expires_at)
            return user

        user = await self._store.write_directory(put)
        await self._store.write(actor.scope, lambda tx: self._audit.write(tx, actor, "user.link", [user_id]))
        return PasswordLink(user, secret, expires_at)

    async def holder(self, secret: str, browser: Browser) -> User:
        """Whom the link is for; raises NotFound where it is of no use, and RateLimited."""
        await self._tries.from_network(browser.address)
        return await self._store.read_directory(lambda directory: self._holder(directory, secret), brief=True)

    async def choose(self, secret: str, password: str, browser: Browser) -> User:
        """Set the password, once; every browser of theirs is signed out. Raises InvalidInput, too, for a bad one."""
        await self.holder(secret, browser)
        password_hash = await self._passwords.hashed(password)

        def take(directory: Directory) -> User:
            user = self._holder(directory, secret)
            directory.password_links.remove(user.id)
            directory.set_password(user.id, password_hash)
            directory.sessions.end_all(user.id)
            return user

        return await self._store.write_directory(take)

    def _holder(self, directory: Directory, secret: str) -> User:
        found = directory.password_links.get(hash_secret(secret))
        user = directory.user(found[0]) if found and self._clock.now() < found[1] else None
        if user is None or not user.is_open:
            raise NotFound("This link has been used or is too old. Ask an administrator for a new one.")
        return user
