"""Readers: each thread its own connection, each unit of work one snapshot."""

import threading
from asyncio import get_running_loop
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from onememory.storage.sqlite.connection import SqliteConnection

T = TypeVar("T")

THREADS = 2


class Readers:
    """Runs units of work beside the writer, none of which can change anything."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="onememory-reader")
        self._local = threading.local()
        self._opened: list[SqliteConnection] = []
        self._lock = threading.Lock()

    async def run(self, work: Callable[[SqliteConnection], T], *, brief: bool) -> T:
        """Run over one snapshot: a brief unit on the caller's thread (some 20 µs), another on one of the pool."""
        if brief:
            return self._snapshot(work)
        return await get_running_loop().run_in_executor(self._threads, self._snapshot, work)

    def _snapshot(self, work: Callable[[SqliteConnection], T]) -> T:
        connection = self._connection()
        connection.run("BEGIN")
        try:
            return work(connection)
        finally:
            connection.run("COMMIT")

    def _connection(self) -> SqliteConnection:
        connection: SqliteConnection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = SqliteConnection(self._path, read_only=True)
            self._local.connection = connection
            with self._lock:
                self._opened.append(connection)
        return connection

    def close(self) -> None:
        """Finish what is under way and close every connection."""
        self._threads.shutdown(wait=True)
        for connection in self._opened:
            connection.close()
