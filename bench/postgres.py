"""PostgreSQL to measure on: a server of our own that keeps what it acknowledges, and its databases."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from databases import POSTGRESQL, SQLITE, PostgresServer

DATABASES = (SQLITE, POSTGRESQL)
SETTINGS = ("shared_buffers=1GB", "max_connections=200")  # all else as the server comes: it flushes at every commit
_numbers = count(1)


@contextmanager
def postgres() -> Iterator[PostgresServer]:
    """A server for the block, in the folder of temporary files."""
    server = PostgresServer(SETTINGS)
    try:
        yield server
    finally:
        server.stop()


def new_database(server: PostgresServer) -> str:
    """The URL of an empty database on the server."""
    name = f"bench{next(_numbers)}"
    server.run(f"CREATE DATABASE {name}")
    return server.url(name)


@contextmanager
def database(kind: str) -> Iterator[str | None]:
    """The URL of an empty database of this kind; None is SQLite, which takes the data directory."""
    if kind == SQLITE:
        yield None
        return
    with postgres() as server:
        yield new_database(server)
