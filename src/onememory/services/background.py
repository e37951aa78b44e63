"""Work that goes on after its request was answered, within this process."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

logger = logging.getLogger(__name__)


class Background:
    """Tasks under names; one of each name at a time."""

    def __init__(self) -> None:
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._is_closed = False

    def begin(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Start the work, unless it is under way already."""
        if self._is_closed or self.is_running(name):
            work.close()
            return
        task = asyncio.create_task(work)
        self._tasks[name] = task
        task.add_done_callback(lambda ended: self._end(name, ended))

    def is_running(self, name: str) -> bool:
        """Whether this is under way in this process."""
        return name in self._tasks

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

    def _end(self, name: str, task: "asyncio.Task[None]") -> None:
        self._tasks.pop(name, None)
        if not task.cancelled() and (error := task.exception()):
            logger.error("work in the background met an unknown error", exc_info=error, extra={"work": name})
