"""Work in the background: claimed from the store, done with progress, retried when it fails."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace

from onememory.domain.actors import Scope
from onememory.domain.errors import OneMemoryError, Unavailable
from onememory.domain.jobs import LEASE, MAX_ATTEMPTS, Job, JobKind, JobState, retry_delay
from onememory.ports import Clock, Store
from onememory.services.index.backlog import Backlog, Progress
from onememory.services.index.model_switch import ModelSwitch
from onememory.services.transfers.chat_imports import ChatImports

logger = logging.getLogger(__name__)

RENEWED = LEASE.total_seconds() / 3


class Jobs:
    """Runs one job at a time."""

    def __init__(
        self, store: Store, backlog: Backlog, chat_imports: ChatImports, switch: ModelSwitch, clock: Clock
    ) -> None:
        self._store = store
        self._backlog = backlog
        self._chat_imports = chat_imports
        self._switch = switch
        self._clock = clock

    async def run_next(self) -> bool:
        """Claim and run the job that is due; whether there was one."""
        now, kinds = self._clock.now(), self._kinds()
        due = await self._store.read_directory(lambda directory: directory.next_job_at(kinds))
        if due is None or due > now:
            return False
        job = await self._store.write_directory(lambda directory: directory.claim_job(now, kinds))
        if job is None:
            return False
        try:
            if job.attempts > MAX_ATTEMPTS:
                raise Unavailable("The process ended each time it was tried; the log may say why.")
            await self._run(job)
        except OneMemoryError as error:
            failed = self._failed(job, error)
            await self._record(failed)
            if failed.state is JobState.FAILED and job.kind is JobKind.IMPORT:
                await self._chat_imports.give_up(Scope(job.user_id), str(error))
            logger.warning("a job failed", extra={"job": job.id, "kind": job.kind, "reason": str(error)})
        else:
            await self._finish(job)
        return True

    def _kinds(self) -> Collection[JobKind]:
        """What this process may do: without the model that was chosen it leaves vectors to those that have it."""
        return [JobKind.IMPORT] if self._store.is_shared and self._switch.problem else list(JobKind)

    async def _run(self, job: Job) -> None:
        """Do the job, and show all the while that somebody is at it."""
        at = job

        async def on_progress(done: int, total: int) -> None:
            # An import begins anew after a crash, so that it got far once is no reason to try it for ever.
            nonlocal at
            at = replace(at, done=done, total=total, attempts=job.attempts if job.kind is JobKind.IMPORT else 1)
            await renew()

        async def renew() -> None:
            await self._record(replace(at, claimed_at=self._clock.now()))

        ended = asyncio.Event()
        renewing = asyncio.create_task(_repeated(renew, ended))
        try:
            await self._do(job, on_progress)
        finally:
            ended.set()
            await renewing  # or it might write over what is written next

    async def _do(self, job: Job, on_progress: Progress) -> None:
        scope = Scope(job.user_id)
        match job.kind:
            case JobKind.IMPORT:
                await self._chat_imports.run_pending(scope, on_progress)
            case JobKind.EMBED:
                await self._backlog.work_off(scope, on_progress)

    async def _finish(self, job: Job) -> None:
        await self._record(replace(job, state=JobState.DONE, error=None))

    async def _record(self, job: Job) -> None:
        await self._store.write(Scope(job.user_id), lambda tx: tx.jobs.update(job))

    def _failed(self, job: Job, error: OneMemoryError) -> Job:
        if job.attempts >= MAX_ATTEMPTS:
            return replace(job, state=JobState.FAILED, error=str(error))
        run_at = self._clock.now() + retry_delay(job.attempts)
        return replace(job, state=JobState.WAITING, run_at=run_at, error=str(error))


async def _repeated(renew: Callable[[], Awaitable[None]], ended: asyncio.Event) -> None:
    while not ended.is_set():
        try:
            await asyncio.wait_for(ended.wait(), RENEWED)
        except TimeoutError:
            with contextlib.suppress(OneMemoryError):  # the next time may do
                await renew()
