"""What is kept for a time only: the trash and the audit log."""

from dataclasses import dataclass
from datetime import timedelta

from onememory.domain.actors import Scope
from onememory.ports import Clock, Store, Transaction

BATCH = 500


@dataclass(frozen=True, slots=True)
class Periods:
    """For how long; zero keeps for ever."""

    trash: timedelta
    audit: timedelta


class Retention:
    """Lets go of what has been kept long enough."""

    def __init__(self, store: Store, clock: Clock, periods: Periods) -> None:
        self._store = store
        self._clock = clock
        self._periods = periods

    async def sweep(self) -> None:
        """Erase old trash and old audit entries of every user."""
        for user in await self._store.read_directory(lambda directory: directory.users()):
            scope = Scope(user.id)
            while await self._store.write(scope, self._empty_trash) == BATCH:
                pass
            await self._store.write(scope, self._forget_audit)

    def _empty_trash(self, tx: Transaction) -> int:
        if not self._periods.trash:
            return 0
        ids = tx.memories.trashed_before(self._clock.now() - self._periods.trash, BATCH)
        tx.memories.erase(ids)
        if ids:
            tx.index.scrub()
        return len(ids)

    def _forget_audit(self, tx: Transaction) -> None:
        if self._periods.audit:
            tx.audit.forget_before(self._clock.now() - self._periods.audit)
