"""A unit of work, between the loop that waits for it and the thread that runs it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from onememory.domain.errors import DatabaseAway
from onememory.storage.postgres.connection import Interrupted, PostgresConnection

T = TypeVar("T")

READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
WRITE = "BEGIN"  # read committed: a write waits its turn for the user and then sees all that was written before
SERIAL = "BEGIN ISOLATION LEVEL SERIALIZABLE"
COUNT = "BEGIN; SET LOCAL synchronous_commit = off"  # for what may be lost with the database server's last moment
_STORING = frozenset({WRITE, SERIAL})  # what must not be run again where it may have been committed
_UNKNOWN_END = "The connection to the database broke while this was stored. Look whether it was before you try again."


def nothing() -> None:
    """Work that leaves nothing in memory."""


class Unit(Generic[T]):
    """From `begin` to COMMIT; `undone` is called after each run that did not get so far.

    Once it is given up its thread is free, whatever that waited for, and it is neither run again nor committed.
    """

    def __init__(self, begin: str, work: Callable[[PostgresConnection], T], undone: Callable[[], None]) -> None:
        self._begin = begin
        self._work = work
        self._undone = undone
        self._lock = threading.Lock()
        self._connection: PostgresConnection | None = None  # while it runs
        self.is_given_up = False
        self.may_be_stored = False  # what it stores: whether it is about to be committed

    def run(self, connection: PostgresConnection) -> T:
        """Run once.

        Raises what the work raises, Interrupted where it may be run again, and DatabaseAway where nobody knows whether
        it was committed or where it was given up.
        """
        with self._over(connection):
            try:
                connection.run(self._begin)
                result = self._work(connection)
                self._commit(connection)
            except BaseException:
                self._undone()
                connection.roll_back()
                raise
        return result

    def give_up(self) -> None:
        """See to it that it ends; afterwards `may_be_stored` stays as it is."""
        with self._lock:
            self.is_given_up = True
            if self._connection:
                self._connection.break_off()

    @contextmanager
    def _over(self, connection: PostgresConnection) -> Iterator[None]:
        with self._lock:
            self._check()
            self._connection, self.may_be_stored = connection, False
        try:
            yield
        finally:
            with self._lock:
                self._connection = None

    def _commit(self, connection: PostgresConnection) -> None:
        with self._lock:
            self._check()
            self.may_be_stored = self._begin in _STORING
        try:
            connection.run("COMMIT")
        except Interrupted as error:
            if self.may_be_stored and not connection.is_usable:
                raise DatabaseAway(f"The connection to PostgreSQL broke in a commit: {error}.", _UNKNOWN_END) from error
            raise

    def _check(self) -> None:
        if self.is_given_up:
            raise DatabaseAway("Nobody waits for this any more.")
