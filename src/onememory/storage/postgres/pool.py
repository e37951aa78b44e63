"""Threads with a connection each: units of work over a snapshot or committed, run again where interrupted."""

import logging
import threading
import time
from asyncio import get_running_loop
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from onememory.domain.errors import DatabaseAway
from onememory.storage.postgres.connection import Interrupted, PostgresConnection

T = TypeVar("T")
logger = logging.getLogger(__name__)

READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
WRITE = "BEGIN"  # read committed: a write waits its turn for the user and then sees all that was written before
SERIAL = "BEGIN ISOLATION LEVEL SERIALIZABLE"
COUNT = "BEGIN; SET LOCAL synchronous_commit = off"  # for what may be lost with the database server's last moment
ATTEMPTS = 6
_UNKNOWN_END = "The connection to the database broke while this was stored. Look whether it was before you try again."
FIRST_PAUSE = 0.05  # seconds before the second attempt; doubled each time


class Pool:
    """At most so many connections, opened as they are needed; a broken one is replaced."""

    def __init__(self, url: str, threads: int, name: str) -> None:
        self._url = url
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=f"onememory-{name}")
        self._local = threading.local()
        self._opened: set[PostgresConnection] = set()
        self._lock = threading.Lock()

    async def run(self, begin: str, work: Callable[[PostgresConnection], T]) -> T:
        """Run between `begin` and COMMIT.

        Raises what `work` raises, and DatabaseAway: also where nobody knows whether a commit took place.
        """
        return await get_running_loop().run_in_executor(self._threads, self._run, begin, work)

    def _run(self, begin: str, work: Callable[[PostgresConnection], T]) -> T:
        pause = FIRST_PAUSE
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._once(begin, work)
            except Interrupted as error:
                if attempt == ATTEMPTS:
                    raise DatabaseAway(f"PostgreSQL did not answer: {error}.") from error
                logger.info("a transaction is run again", extra={"reason": str(error), "attempt": attempt})
            time.sleep(pause)
            pause *= 2
        raise AssertionError("not reached")

    def _once(self, begin: str, work: Callable[[PostgresConnection], T]) -> T:
        connection = self._connection()
        try:
            connection.run(begin)
            result = work(connection)
            _commit(connection, is_write=begin != READ)
        except BaseException:
            connection.roll_back()
            raise
        return result

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
        """Finish what is under way and close every connection."""
        self._threads.shutdown(wait=True)
        for connection in self._opened:
            connection.close()


def _commit(connection: PostgresConnection, *, is_write: bool) -> None:
    try:
        connection.run("COMMIT")
    except Interrupted as error:
        if is_write and not connection.is_usable:
            raise DatabaseAway(f"The connection to PostgreSQL broke in a commit: {error}.", _UNKNOWN_END) from error
        raise
