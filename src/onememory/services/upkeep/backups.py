"""Copies of the whole installation, made while others use it."""

import asyncio

from onememory.domain.actors import Action, Actor, require
from onememory.domain.errors import Conflict, OneMemoryError
from onememory.ports import Clock, Store
from onememory.ports.backups import Backup, Backups
from onememory.services.audit import Audit


class BackupCare:
    """The use cases of backing up; for administrators, because a copy holds the memories of everybody."""

    def __init__(self, store: Store, backups: Backups, audit: Audit, clock: Clock) -> None:
        self._store = store
        self._backups = backups
        self._audit = audit
        self._clock = clock
        self._task: asyncio.Task[None] | None = None
        self.is_running = False
        self.problem: str | None = None  # why the last one was not made

    async def all(self, actor: Actor) -> list[Backup]:
        """Those in the folder of backups, newest first."""
        require(actor, Action.MANAGE_INSTALLATION)
        return await asyncio.to_thread(self._backups.all)

    def place(self, actor: Actor) -> str:
        """The folder of backups."""
        require(actor, Action.MANAGE_INSTALLATION)
        return self._backups.place

    async def make(self, actor: Actor) -> Backup:
        """Copy everything; raises StorageFailed, and Conflict while another copy is made."""
        self._start(actor)
        try:
            return await self._made(actor)
        finally:
            self.is_running = False

    def begin(self, actor: Actor) -> None:
        """The same in the background; raises Conflict while another copy is made."""
        self._start(actor)
        self._task = asyncio.create_task(self._run(actor))

    async def drop(self, actor: Actor, name: str) -> None:
        """Delete a copy for good; raises NotFound."""
        require(actor, Action.MANAGE_INSTALLATION)
        await asyncio.to_thread(self._backups.drop, name)
        await self._note(actor, "backup.delete", name)

    async def finish(self) -> None:
        """Wait until the copy that is being made is there."""
        if self._task:
            await self._task

    def _start(self, actor: Actor) -> None:
        require(actor, Action.MANAGE_INSTALLATION)
        if self.is_running:
            raise Conflict("A backup is being made already; wait until it is there.")
        self.is_running, self.problem = True, None

    async def _run(self, actor: Actor) -> None:
        try:
            await self._made(actor)
        except OneMemoryError as error:
            self.problem = str(error)
        finally:
            self.is_running = False

    async def _made(self, actor: Actor) -> Backup:
        backup = await self._backups.make(self._clock.now())
        await self._note(actor, "backup.create", backup.name)
        return backup

    async def _note(self, actor: Actor, action: str, name: str) -> None:
        await self._store.write(actor.scope, lambda tx: self._audit.write(tx, actor, action, [name]))
