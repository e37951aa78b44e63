"""The background loop of a server: jobs, the flushes of what has been noted, and retention."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

from onememory.domain.errors import DiskFull, OneMemoryError, Unavailable
from onememory.services import Services

logger = logging.getLogger(__name__)

JOB_PAUSE = 1.0  # seconds between two looks for work
FLUSH_PAUSE = 1.0
SWEEP_PAUSE = 3_600.0
LONGEST_PAUSE = 10.0  # while the database is away
REFRESH_PAUSE = 2.0  # until what an administrator has chosen in another process counts here


@contextlib.asynccontextmanager
async def working(services: Services, *, does_jobs: bool = True) -> AsyncIterator[None]:
    """Keep the loops running inside the block; what has been noted is written before it ends.

    Without jobs for a process beside another one that does them.
    """
    outage = Outage()
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(services.audit.flush)
        stack.push_async_callback(services.asked.flush)
        jobs = ((_run_jobs(services), JOB_PAUSE), (services.retention.sweep, SWEEP_PAUSE))
        flushes = ((services.audit.flush, FLUSH_PAUSE), (services.asked.flush, FLUSH_PAUSE))
        always = (*flushes, (services.installation.refresh, REFRESH_PAUSE))
        for step, pause in (*always, *(jobs if does_jobs else ())):
            task = asyncio.create_task(repeat(step, pause, outage))
            stack.push_async_callback(_stop, task)
        yield


def _run_jobs(services: Services) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        while await services.jobs.run_next():
            pass

    return run


class Outage:
    """What several loops wait for, of which one line tells when it begins and one when all of them go on again."""

    def __init__(self) -> None:
        self._waiting: set[object] = set()

    def meets(self, loop: object, error: OneMemoryError) -> None:
        """A loop could not do its work."""
        if not self._waiting:
            logger.warning("the background loops cannot go on, and try again", extra={"reason": error.detail})
        self._waiting.add(loop)

    def is_over(self, loop: object) -> None:
        """A loop could."""
        if loop in self._waiting:
            self._waiting.remove(loop)
            if not self._waiting:
                logger.warning("the background loops go on again")


async def repeat(step: Callable[[], Awaitable[None]], pause: float, outage: Outage) -> None:
    """Run it again and again, ever more seldom while a part that it needs is out of order."""
    tries = 0
    while True:
        try:
            await step()
            tries = 0
            outage.is_over(step)
        except (Unavailable, DiskFull) as error:
            tries += 1
            outage.meets(step, error)
        except OneMemoryError:
            logger.exception("the background loop met an error and goes on")
        except Exception:
            logger.exception("the background loop met an unknown error and goes on")
        await asyncio.sleep(pause if not tries else min(pause * 2**tries, max(pause, LONGEST_PAUSE)))


async def _stop(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
