"""One-time links with which people choose their password, for administrators to hand on."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from onememory.domain.accounts import User
from onememory.domain.actors import Action, Actor, Scope, require
from onememory.domain.audit import AuditEntry
from onememory.domain.errors import Conflict, NotFound
from onememory.domain.sessions import Browser
from onememory.ports import Clock, Directory, Store, Transaction
from onememory.security.secrets import hash_secret, mint_secret
from onememory.services.audit import Audit
from onememory.services.signing_in.sessions import actor_of
from onememory.services.users.passwords import Passwords
from onememory.services.users.tries import Tries

LIFETIME = timedelta(days=3)
TOLD_FOR = timedelta(days=7)  # on the start page, to whoever signs in, and not once: the first may be the wrong one
MOST_TOLD = 20
MADE, USED = "password.link", "password.reset"  # in the person's own log


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
        """A new link for this user, who sees that it was made; an earlier one is of no use any more.

        Raises NotFound and Conflict.
        """
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
        await self._store.write(Scope(user_id), lambda tx: self._audit.write_to_other(tx, actor, MADE))
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

        user = await self._store.write_directory(take)
        await self._store.write(Scope(user.id), lambda tx: self._note_use(tx, user))
        return user

    async def lately_used(self, actor: Actor) -> list[AuditEntry]:
        """How the actor's own password was set with links, newest first; the author made the link."""
        require(actor, Action.KEEP_ACCOUNT)
        since = self._clock.now() - TOLD_FOR
        return await self._store.read(actor.scope, lambda tx: tx.audit.of_actions((USED,), since, MOST_TOLD))

    def _note_use(self, tx: Transaction, user: User) -> None:
        made = tx.audit.of_actions((MADE,), self._clock.now() - LIFETIME, 1)
        maker = made[0].author_id if made else None
        self._audit.write_to_other(tx, replace(actor_of(user), user_id=maker or user.id), USED)

    def _holder(self, directory: Directory, secret: str) -> User:
        found = directory.password_links.get(hash_secret(secret))
        user = directory.user(found[0]) if found and self._clock.now() < found[1] else None
        if user is None or not user.is_open:
            raise NotFound("This link has been used or is too old. Ask an administrator for a new one.")
        return user
