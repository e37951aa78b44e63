"""Checking and keeping passwords, a few at a time: each takes 64 MiB and a core."""

import asyncio

from onememory.domain.errors import Conflict, Forbidden
from onememory.ports import Store
from onememory.security.passwords import hash_password, is_password
from onememory.services.users.tries import Tries

AT_ONCE = 2


class Passwords:
    """What every use case with a password shares."""

    def __init__(self, store: Store, tries: Tries) -> None:
        self._store = store
        self._tries = tries
        self._working = asyncio.Semaphore(AT_ONCE)

    async def are_same(self, password: str, password_hash: str | None) -> bool:
        """Whether this is the password behind the hash; takes as long where there is none."""
        async with self._working:
            return await asyncio.to_thread(is_password, password, password_hash)

    async def hashed(self, password: str) -> str:
        """What is kept of a new password; raises InvalidInput for one that is too short or too long."""
        async with self._working:
            return await asyncio.to_thread(hash_password, password)

    async def has_one(self, user_id: str) -> bool:
        """Whether the user can sign in with one."""
        return await self._store.read_directory(lambda d: d.password_hash(user_id), brief=True) is not None

    async def confirm(self, user_id: str, password: str) -> None:
        """See to it that whoever acts for this user knows their password; raises Forbidden and RateLimited."""
        await self._tries.of_confirmation(user_id)
        known = await self._store.read_directory(lambda directory: directory.password_hash(user_id), brief=True)
        if known is None:
            raise Conflict("You have no password here yet. Choose one on your account page, then come back.")
        if not await self.are_same(password, known):
            raise Forbidden("This is not your present password.")
        await self._tries.forgive_user(user_id)
