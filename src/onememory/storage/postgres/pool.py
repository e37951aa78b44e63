"""Threads with a connection each, over which units of work run, and run again where they were interrupted."""

import asyncio
import logging
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from onememory.domain.errors import DatabaseAway
from onememory.storage.postgres.connection import Interrupted, PostgresConnection
from onememory.storage.postgres.units import Unit, nothing

T = TypeVar("T")
logger = logging.getLogger(__name__)

ATTEMPTS = 6
FIRST_PAUSE = 0.05  # seconds before the second attempt; doubled each time
PATIENCE = 10  # seconds before whoever waits wonders whether there is something to wait for
_SILENCE = "The database does not answer; try again in a moment."
_UNKNOWN_END = "The database did not answer while this was stored. Look whether it was before you try again."


async def _nobody_knows() -> bool:
    return False


class Pool:
    """At most so many connections, opened as they are needed; a broken one is replaced.

    What takes long is waited for as long as the database `answers` others.
    """

    def __init__(
        self,
        url: str,
        threads: int,
        name: str,
        answers: Callable[[], Awaitable[bool]] = _nobody_knows,
        patience: float = PATIENCE,
    ) -> None:
        self._url = url
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=f"onememory-{name}")
        self._answers = answers
        self._patience = patience
        self._local = threading.local()
        self._opened: set[PostgresConnection] = set()
        self._units: set[Unit[Any]] = set()  # those that wait for a thread too
        self._lock = threading.Lock()

    async def run(self, begin: str, work: Callable[[PostgresConnection], T], undone: Callable[[], None] = nothing) -> T:
        """Run between `begin` and COMMIT; `undone` is called after each run that did not get so far.

        Raises what `work` raises, and DatabaseAway: also where nobody knows whether a commit took place.
        """
        unit = Unit(begin, work, undone)
        running = self._threads.submit(self._run, unit)
        self._units.add(unit)
        running.add_done_callback(lambda _: self._units.discard(unit))
        ended = asyncio.wrap_future(running)
        was_committing = False
        try:
            while not (await asyncio.wait((ended,), timeout=self._patience))[0]:
                if running.cancel():
                    raise DatabaseAway(f"No connection to PostgreSQL was free for {self._patience} seconds.", _SILENCE)
                if (was_committing and unit.may_be_stored) or not await self._answers():
                    raise self._given_up(unit)
                was_committing = unit.may_be_stored  # which takes no time but where a disk or a standby hangs
            return ended.result()
        finally:
            ended.cancel()

    def _given_up(self, unit: Unit[T]) -> DatabaseAway:
        unit.give_up()
        sentence = _UNKNOWN_END if unit.may_be_stored else _SILENCE
        return DatabaseAway(f"PostgreSQL has not answered for {self._patience} seconds.", sentence)

    def _run(self, unit: Unit[T]) -> T:
        pause = FIRST_PAUSE
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return unit.run(self._connection())
            except Interrupted as error:
                if attempt == ATTEMPTS or unit.is_given_up:
                    raise DatabaseAway(f"PostgreSQL did not answer: {error}.") from error
                logger.info("a transaction is run again", extra={"reason": str(error), "attempt": attempt})
            time.sleep(pause)
            pause *= 2
        raise AssertionError("not reached")

    def _connection(self) -> PostgresConnection:
        connection: PostgresConnection | None = getattr(self._local, "connection", None)
        if connection is None or not connection.is_usable:
            with self._lock:
                self._opened.discard(connection)
            connection = PostgresConnection(self._url)
            self._local.connection = connection
            with self._lock:
                self._opened.add(connection)
        return connection

    def close(self) -> None:
        """Finish what is under way, but for what has no end, and close every connection."""
        impatience = threading.Timer(self._patience, self._give_up_all)
        impatience.start()
        self._threads.shutdown(wait=True)
        impatience.cancel()
        for connection in self._opened:
            connection.close()

    def _give_up_all(self) -> None:
        for unit in list(self._units):
            unit.give_up()
