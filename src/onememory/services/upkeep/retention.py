"""What is kept for a time only: the trash, the audit log, what has expired, and uploads that nobody will import."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta

from onememory.domain.actors import Scope
from onememory.domain.ids import mint
from onememory.ports import Clock, Store, Transaction
from onememory.ports.imports import Uploads
from onememory.services.everyone import everyone

BATCH = 500
ABANDONED = timedelta(days=1)  # after which an upload without an import was left by a process that ended
REMEMBERED = timedelta(days=1)  # for which a code that comes again is known to have been used


@dataclass(frozen=True, slots=True)
class Periods:
    """For how long; zero keeps for ever, but what was asked not at all."""

    trash: timedelta
    audit: timedelta
    questions: timedelta


class Retention:
    """Lets go of what has been kept long enough."""

    def __init__(self, store: Store, uploads: Uploads, clock: Clock, periods: Callable[[], Periods]) -> None:
        self._store = store
        self._uploads = uploads
        self._clock = clock
        self._periods = periods

    async def sweep(self) -> None:
        """Erase of everybody old trash, old audit entries and what has expired, and abandoned uploads."""
        now = self._clock.now()
        await self._store.limits.sweep(now.timestamp())
        await self._store.write_directory(lambda directory: directory.sign_in_steps.forget_expired(now))
        waiting: set[str] = set()
        async for user in everyone(self._store):
            scope = Scope(user.id)
            waiting |= await (self._store.read(scope, _waiting) if user.moving else self._tidied(scope))
        await asyncio.to_thread(self._drop_uploads, waiting)

    async def _tidied(self, scope: Scope) -> set[str]:
        """Let go of what is old of one user; the imports that wait for their file."""
        while await self._store.write(scope, self._empty_trash) == BATCH:
            pass
        return await self._store.write(scope, self._forget)

    def _drop_uploads(self, waiting: Collection[str]) -> None:
        oldest = mint(self._clock.now() - ABANDONED)  # ids sort by time
        for upload_id in self._uploads.all():
            if upload_id < oldest and upload_id not in waiting:
                self._uploads.drop(upload_id)

    def _empty_trash(self, tx: Transaction) -> int:
        period = self._periods().trash
        if not period:
            return 0
        ids = tx.memories.trashed_before(self._clock.now() - period, BATCH)
        tx.memories.erase(ids)
        if ids:
            tx.index.scrub()
        return len(ids)

    def _forget(self, tx: Transaction) -> set[str]:
        """Let go of all that has expired; the imports that wait for their file."""
        now = self._clock.now()
        tx.grants.forget_expired(now - REMEMBERED, now)
        if period := self._periods().audit:
            tx.audit.forget_before(now - period)
        tx.questions.forget_before(now - self._periods().questions)
        tx.imports.forget_held(mint(now - ABANDONED))
        waiting = _waiting(tx)
        for upload_id in tx.uploads.all():
            if upload_id < mint(now - ABANDONED) and upload_id not in waiting:
                tx.uploads.remove(upload_id)
        return waiting


def _waiting(tx: Transaction) -> set[str]:
    return {record.id for record in tx.imports.pending()}
