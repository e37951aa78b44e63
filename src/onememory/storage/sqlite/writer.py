"""The one writer: a thread that commits whole groups of transactions with one flush to the disk."""

import queue
import threading
from asyncio import AbstractEventLoop, Future, get_running_loop
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from onememory.domain.errors import OneMemoryError, StorageFailed
from onememory.storage.sqlite.connection import SqliteConnection

T = TypeVar("T")
Work = Callable[[SqliteConnection], Any]

GROUP_LIMIT = 256


@dataclass(frozen=True, slots=True)
class _Request:
    work: Work
    future: "Future[Any]"
    loop: AbstractEventLoop


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a unit of work came to: its value, or the exception it raised."""

    value: Any = None
    error: BaseException | None = None


class _Spoiled(Exception):
    """A unit failed after it had changed rows, so the group has to be run again one by one."""


class Writer:
    """Runs units of work in the order they come; each sees those before it, and fails alone."""

    def __init__(self, path: Path) -> None:
        self._connection = SqliteConnection(path)
        self._requests: queue.SimpleQueue[_Request | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._serve, name="onememory-writer", daemon=True)
        self._thread.start()

    async def submit(self, work: Callable[[SqliteConnection], T]) -> T:
        """Run in a transaction and return once it is on the disk; raises what `work` raises, and StorageFailed."""
        loop = get_running_loop()
        future: Future[T] = loop.create_future()
        self._requests.put(_Request(work, future, loop))
        return await future

    def close(self) -> None:
        """Finish what has been submitted and stop."""
        self._requests.put(None)
        self._thread.join()
        self._connection.close()

    def _serve(self) -> None:
        while (first := self._requests.get()) is not None:
            group = [first]
            is_last = False
            while len(group) < GROUP_LIMIT and not self._requests.empty():
                request = self._requests.get()
                if request is None:
                    is_last = True
                    break
                group.append(request)
            _deliver(group, self._commit(group))
            if is_last:
                return

    def _commit(self, group: Sequence[_Request]) -> list[_Outcome]:
        try:
            return self._commit_together(group)
        except _Spoiled:
            return [self._commit_alone(request) for request in group]
        except OneMemoryError as error:
            self._roll_back()
            return [_Outcome(error=error)] * len(group)

    def _commit_together(self, group: Sequence[_Request]) -> list[_Outcome]:
        # No savepoints: each would make FTS5 write a segment of its own, which costs as much as a commit.
        self._connection.run("BEGIN IMMEDIATE")
        outcomes = [self._run(request) for request in group]
        self._connection.run("COMMIT")
        self._connection.clear_log()
        return outcomes

    def _commit_alone(self, request: _Request) -> _Outcome:
        try:
            return self._commit_together([request])[0]
        except _Spoiled as spoiled:
            return _Outcome(error=spoiled.__cause__)
        except OneMemoryError as error:
            self._roll_back()
            return _Outcome(error=error)

    def _run(self, request: _Request) -> _Outcome:
        before = self._connection.changes
        try:
            return _Outcome(request.work(self._connection))
        except StorageFailed:
            raise
        except Exception as error:
            if self._connection.changes == before and self._connection.is_in_transaction:
                return _Outcome(error=error)
            self._roll_back()
            raise _Spoiled from error

    def _roll_back(self) -> None:
        if self._connection.is_in_transaction:
            self._connection.run("ROLLBACK")


def _deliver(group: Sequence[_Request], outcomes: Sequence[_Outcome]) -> None:
    by_loop: dict[AbstractEventLoop, list[tuple[Future[Any], _Outcome]]] = {}
    for request, outcome in zip(group, outcomes, strict=True):
        by_loop.setdefault(request.loop, []).append((request.future, outcome))
    for loop, settled in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_settle, settled)


def _settle(settled: Sequence[tuple["Future[Any]", _Outcome]]) -> None:
    for future, outcome in settled:
        if future.cancelled():
            continue
        if outcome.error is not None:
            future.set_exception(outcome.error)
        else:
            future.set_result(outcome.value)
