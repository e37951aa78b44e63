"""What administrators do with the accounts of others: roles, quotas, deactivation, and the end."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from onememory.domain.accounts import User
from onememory.domain.actors import Action, Actor, Scope, require
from onememory.domain.errors import InvalidInput, NotFound
from onememory.domain.identities import Identity
from onememory.domain.quotas import Quota, Usage, checked_quota
from onememory.ports import Clock, Directory, Store, Transaction
from onememory.ports.backups import Backups
from onememory.services.audit import Audit
from onememory.services.users.administrators import check_that_one_remains
from onememory.services.users.erasure import Erasure


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """One account as administrators see it: never what is in it."""

    user: User
    quota: Quota
    used: Usage
    identities: Sequence[Identity]
    has_password: bool
    browsers: int  # in which they are signed in
    tokens: int  # that give access
    shared_buckets: int  # that others use too


class People:
    """The use cases of other people's accounts; each raises NotFound for a user who is not there."""

    def __init__(self, store: Store, erasure: Erasure, backups: Backups, audit: Audit, clock: Clock) -> None:
        self._store = store
        self._erasure = erasure
        self._backups = backups
        self._audit = audit
        self._clock = clock

    async def one(self, actor: Actor, user_id: str) -> KnownPerson:
        """One account with what it keeps, counted now."""
        require(actor, Action.MANAGE_USERS)
        now = self._clock.now()

        def look_up(directory: Directory) -> tuple[User, list[Identity], bool, int]:
            user = _there(directory, user_id)
            browsers = sum(session.is_usable(now) for session in directory.sessions.of_user(user_id))
            has_password = directory.password_hash(user_id) is not None
            return user, directory.identities.of_user(user_id), has_password, browsers

        def count(tx: Transaction) -> tuple[Quota, Usage, int, int]:
            quota = tx.quotas.get()
            tokens = sum(token.is_usable(now) for token in tx.tokens.all())
            return quota[0] if quota else Quota(), tx.quotas.count(), tokens, len(tx.members.counts())

        user, identities, has_password, browsers = await self._store.read_directory(look_up)
        quota, used, tokens, shared = await self._store.read(Scope(user_id), count)
        return KnownPerson(user, quota, used, identities, has_password, browsers, tokens, shared)

    async def set_admin(self, actor: Actor, user_id: str, *, is_admin: bool) -> None:
        """Let the user administer, or no more; raises Conflict for the last administrator."""
        require(actor, Action.MANAGE_USERS)

        def change(directory: Directory) -> None:
            _there(directory, user_id)
            if not is_admin:
                check_that_one_remains(directory, user_id)
            directory.set_admin(user_id, is_admin=is_admin)

        await self._store.write_directory(change)
        await self._note(actor, "user.promote" if is_admin else "user.demote", user_id)

    async def deactivate(self, actor: Actor, user_id: str) -> None:
        """Let nobody in as this user from now on: browsers are signed out, tokens revoked; what they keep stays.

        Raises Conflict for the last administrator.
        """
        require(actor, Action.MANAGE_USERS)
        now = self._clock.now()

        def close(directory: Directory) -> None:
            if _there(directory, user_id).disabled_at is None:
                check_that_one_remains(directory, user_id)
                directory.set_disabled(user_id, now)
            directory.sessions.end_all(user_id)
            directory.password_links.remove(user_id)

        await self._store.write_directory(close)
        await self._store.write(Scope(user_id), lambda tx: _revoke_all(tx, now))
        await self._note(actor, "user.deactivate", user_id)

    async def reactivate(self, actor: Actor, user_id: str) -> None:
        """Let the user in again, by the same password; tools have to be connected anew.

        Requests that were under way when they were deactivated may have made tokens since, which end here.
        """
        require(actor, Action.MANAGE_USERS)
        await self._store.read_directory(lambda directory: _there(directory, user_id), brief=True)
        await self._store.write(Scope(user_id), lambda tx: _revoke_all(tx, self._clock.now()))

        def open_again(directory: Directory) -> None:
            _there(directory, user_id)
            directory.set_disabled(user_id, None)

        await self._store.write_directory(open_again)
        await self._note(actor, "user.reactivate", user_id)

    async def set_quota(self, actor: Actor, user_id: str, quota: Quota) -> None:
        """Limit what the user may keep; what is there already stays, even where it is more. Raises InvalidInput."""
        require(actor, Action.MANAGE_USERS)
        quota = checked_quota(quota)
        await self._store.read_directory(lambda directory: _there(directory, user_id), brief=True)

        def limit(tx: Transaction) -> None:
            if quota.is_unlimited:
                tx.quotas.remove()
            else:
                tx.quotas.put(quota, tx.quotas.count())

        await self._store.write(Scope(user_id), limit)
        await self._note(actor, "user.quota", user_id)

    async def erase(self, actor: Actor, user_id: str, name: str) -> int:
        """Erase the user and all that is theirs, for good; how many backups there are that still hold it.

        Raises InvalidInput where this is not their name, and Conflict for the last administrator.
        """
        require(actor, Action.MANAGE_USERS)
        await self._erasure.erase(user_id, _check_of(user_id, name))
        if user_id != actor.user_id:
            await self._note(actor, "user.erase", user_id)
        return await self.backups(actor)

    async def backups(self, actor: Actor) -> int:
        """How many backups lie in the folder of backups; each may hold what is erased after it was made."""
        require(actor, Action.MANAGE_USERS)
        return len(await asyncio.to_thread(self._backups.all))

    async def _note(self, actor: Actor, action: str, user_id: str) -> None:
        await self._store.write(actor.scope, lambda tx: self._audit.write(tx, actor, action, [user_id]))


def _there(directory: Directory, user_id: str) -> User:
    user = directory.user(user_id)
    if user is None:
        raise NotFound("There is no user with this id. The account may have been erased.")
    return user


def _check_of(user_id: str, name: str) -> Callable[[Directory], None]:
    def check(directory: Directory) -> None:
        user = _there(directory, user_id)
        if name.strip().casefold() != user.name.casefold():
            raise InvalidInput(f'Type the name, "{user.name}", to say that you mean this account.')
        check_that_one_remains(directory, user_id)

    return check


def _revoke_all(tx: Transaction, now: datetime) -> None:
    for token in tx.tokens.all():
        if token.revoked_at is None:
            tx.tokens.revoke(token.id, now)
