"""The background loop of a server: jobs, the flushes of what has been noted, and retention."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

from onememory.domain.errors import OneMemoryError
from onememory.services import Services

logger = logging.getLogger(__name__)

JOB_PAUSE = 1.0  # seconds between two looks for work
FLUSH_PAUSE = 1.0
SWEEP_PAUSE = 3_600.0
REFRESH_PAUSE = 2.0  # until what an administrator has chosen in another process counts here


@contextlib.asynccontextmanager
async def working(services: Services, *, does_jobs: bool = True) -> AsyncIterator[None]:
    """Keep the loops running inside the block; what has been noted is written before it ends.

    Without jobs for a process beside another one that does them.
    """
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(services.audit.flush)
        stack.push_async_callback(services.asked.flush)
        jobs = ((_run_jobs(services), JOB_PAUSE), (services.retention.sweep, SWEEP_PAUSE))
        flushes = ((services.audit.flush, FLUSH_PAUSE), (services.asked.flush, FLUSH_PAUSE))
        always = (*flushes, (services.installation.refresh, REFRESH_PAUSE))
        for step, pause in (*always, *(jobs if does_jobs else ())):
            task = asyncio.create_task(_repeat(step, pause))
            stack.push_async_callback(_stop, task)
        yield


def _run_jobs(services: Services) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        while await services.jobs.run_next():
            pass

    return run


async def _repeat(step: Callable[[], Awaitable[None]], pause: float) -> None:
    while True:
        try:
            await step()
        except OneMemoryError:
            logger.exception("the background loop met an error and goes on")
        except Exception:
            logger.exception("the background loop met an unknown error and goes on")
        await asyncio.sleep(pause)


async def _stop(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
