"""The audit trail: writes in their own transaction, reads gathered and written a moment later."""

import contextlib
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from onememory.domain.actors import Action, Actor, Scope, require
from onememory.domain.audit import AuditEntry
from onememory.domain.errors import Conflict, StorageFailed, Unavailable
from onememory.domain.ids import mint
from onememory.ports import AuditQuery, Clock, Store, Transaction
from onememory.services.reach import House

ANY = AuditQuery()
ITEMS_NAMED = 100  # ids in one entry; the count says how many there were


class Audit:
    """Notes who did what. Reads that were not yet written when the process is killed are lost; writes never are."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._unwritten: dict[str, list[AuditEntry]] = {}
        self._lock = threading.Lock()  # what guests write is noted by the threads that write
        self._last_used: dict[str, dict[str, datetime]] = {}

    def write(
        self, tx: Transaction, actor: Actor, action: str, items: Sequence[str], source: str | None = None
    ) -> None:
        """Note an act within its own transaction; what a guest did also with the next flush, in their own log."""
        tx.audit.add([self._entry(actor, action, items, source)])
        if actor.guest:
            self._note(_at_home(actor), action, items, source)

    def write_to_other(self, tx: Transaction, actor: Actor, action: str) -> None:
        """Note in somebody's own log, which the transaction is of, what another person did to their account."""
        tx.audit.add([replace(self._entry(actor, action, [], None), token_id=None, author_id=actor.user_id)])

    def note_read(self, actor: Actor, action: str, items: Sequence[str], source: str | None = None) -> None:
        """Note a read; written with the next flush."""
        self._note(actor, action, items, source)
        if actor.guest:
            self._note(_at_home(actor), action, items, source)

    def note_reads(
        self, actor: Actor, action: str, by_house: Sequence[tuple[House, Sequence[str]]], source: str | None = None
    ) -> None:
        """Note one read over several houses: all of it in one's own log, and in each owner's what was read there."""
        self.note_read(actor, action, [item for _, items in by_house for item in items], source)
        for house, items in by_house:
            if items and house.share:
                self._note(house.actor, action, items, source)

    def _note(self, actor: Actor, action: str, items: Sequence[str], source: str | None) -> None:
        entry = self._entry(actor, action, items, source)
        with self._lock:
            self._unwritten.setdefault(actor.user_id, []).append(entry)

    def note_use(self, actor: Actor) -> None:
        """Note that a token was used; written with the next flush."""
        if actor.token_id:
            self._last_used.setdefault(actor.user_id, {})[actor.token_id] = self._clock.now()

    def forget(self, user_id: str) -> None:
        """Drop what has been noted of a user who is erased."""
        with self._lock:
            self._unwritten.pop(user_id, None)
        self._last_used.pop(user_id, None)

    async def flush(self) -> None:
        """Write what has been noted; what the database refuses is kept for the next time."""
        with self._lock:
            noted = [*self._unwritten.keys() | self._last_used.keys()]
        for user_id in noted:
            with self._lock:
                entries = self._unwritten.pop(user_id, [])
            uses = self._last_used.pop(user_id, {})

            def work(tx: Transaction, entries: list[AuditEntry] = entries, uses: dict[str, datetime] = uses) -> None:
                tx.audit.add(entries)
                tx.tokens.touch(uses)

            try:
                with contextlib.suppress(Conflict):  # the account was erased meanwhile
                    await self._store.write(Scope(user_id), work)
            except (Unavailable, StorageFailed):
                with self._lock:
                    self._unwritten[user_id] = [*entries, *self._unwritten.get(user_id, [])]
                self._last_used[user_id] = uses | self._last_used.get(user_id, {})
                raise

    async def newest(self, actor: Actor, limit: int, skip: int, query: AuditQuery = ANY) -> list[AuditEntry]:
        """What was done in this account, newest first."""
        require(actor, Action.READ)
        require(actor, Action.MANAGE_TOKENS)  # who else reads and writes is for the account's owner, not for each tool
        return await self._store.read(actor.scope, lambda tx: tx.audit.newest(query, limit, skip))

    def _entry(self, actor: Actor, action: str, items: Sequence[str], source: str | None) -> AuditEntry:
        now = self._clock.now()
        named = tuple(items[:ITEMS_NAMED])
        by = actor.provenance()
        return AuditEntry(mint(now), now, action, by.channel, by.token_id, source, named, len(items), by.author_id)


def _at_home(actor: Actor) -> Actor:
    return replace(actor, user_id=actor.person_id, guest=None)
