"""Work that goes on after its request was answered, within this process."""

import asyncio
import contextlib
import logging
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from onememory.domain.actors import Scope
from onememory.domain.errors import OneMemoryError
from onememory.domain.ids import mint
from onememory.ports import Clock, Store, Transaction

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)  # a claim that was not renewed for so long belongs to a process that died
RENEWED = 10.0  # seconds


@dataclass(frozen=True, slots=True)
class _Claim:
    """The right to do one piece of work."""

    scope: Scope
    name: str
    holder: str


class Background:
    """Tasks under names; one of each name at a time, in whichever process of those that share the database."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._is_closed = False

    async def begin(self, scope: Scope, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Start the work, unless it is under way already."""
        claim = _Claim(scope, name, mint(self._clock.now()))
        if self._is_closed or name in self._tasks or not await self._holds(claim):
            work.close()
            return
        task = asyncio.create_task(self._tended(claim, work) if self._store.is_shared else work)
        self._tasks[name] = task
        task.add_done_callback(lambda ended: self._end(name, ended))

    def is_running(self, tx: Transaction, name: str) -> bool:
        """Whether this is under way, here or in another process."""
        return name in self._tasks or (self._store.is_shared and tx.claims.is_held(name, self._clock.now()))

    async def finish(self) -> None:
        """Wait until all of it is done."""
        while self._tasks:
            await asyncio.wait(self._tasks.values())

    async def close(self) -> None:
        """Break all of it off, and begin nothing more."""
        self._is_closed = True
        for task in self._tasks.values():
            task.cancel()
        await self.finish()

    async def _holds(self, claim: _Claim) -> bool:
        """Take or renew the claim."""
        if not self._store.is_shared:
            return True
        now = self._clock.now()
        return await self._store.write(
            claim.scope, lambda tx: tx.claims.take(claim.name, claim.holder, now, now + LEASE)
        )

    async def _tended(self, claim: _Claim, work: Coroutine[Any, Any, None]) -> None:
        renewing = asyncio.create_task(self._renew(claim))
        try:
            await work
        finally:
            renewing.cancel()
            with contextlib.suppress(OneMemoryError):  # it ends by itself
                await self._store.write(claim.scope, lambda tx: tx.claims.release(claim.name, claim.holder))

    async def _renew(self, claim: _Claim) -> None:
        while True:
            await asyncio.sleep(RENEWED)
            with contextlib.suppress(OneMemoryError):  # the next time may do
                await self._holds(claim)

    def _end(self, name: str, task: "asyncio.Task[None]") -> None:
        self._tasks.pop(name, None)
        if not task.cancelled() and (error := task.exception()):
            logger.error("work in the background met an unknown error", exc_info=error, extra={"work": name})
