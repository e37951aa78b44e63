"""PostgreSQL fails under a load of several clients: nothing acknowledged is lost, and all goes on by itself."""

import contextlib
import signal
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import httpx
import pytest
from loads import Load, admitted
from processes import PATIENCE, process
from wires import Wire, wired

from databases import PostgresServer, other_server

_numbers = count(1)


@pytest.fixture(scope="module")
def frail() -> Iterator[PostgresServer]:
    """A server that is stopped, started and cut off."""
    with other_server() as server:
        yield server


@pytest.fixture
def database(frail: PostgresServer) -> str:
    """The name of an empty database."""
    name = f"walk{next(_numbers)}"
    frail.run(f"CREATE DATABASE {name}")
    return name


@contextlib.contextmanager
def under_load(data: Path, url: str) -> Iterator[Load]:
    """A server process over this database and clients that ask it; in the end nothing may be lost or mixed up."""
    tokens = admitted(data, {"database_url": url})
    with process(data, DATABASE_URL=url, BOOTSTRAP_TOKEN="") as running:
        load = Load(running.url, tokens)
        with load.running():
            load.goes_on()
            yield load
            load.goes_on()
        assert load.lost() == {}
        assert load.wrong == []
        assert httpx.get(f"{running.url}/readyz", timeout=PATIENCE).status_code == 200


def is_told(load: Load, word: str = "PostgreSQL") -> None:
    """Everybody who was refused was told by a 503 whose sentence names what is wrong."""
    assert {r for r in load.refusals if r.status != 503 or word not in r.sentence} == set()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["stopped", "crashed"])
def test_a_database_that_is_restarted(data: Path, frail: PostgresServer, database: str, how: signal.Signals) -> None:
    with under_load(data, frail.url(database)) as load:
        frail.halt(how)
        load.is_refused()
        unready = httpx.get(f"{load.url}/readyz", timeout=PATIENCE)
        alive = httpx.get(f"{load.url}/healthz", timeout=PATIENCE)
        frail.start()

    assert (unready.status_code, alive.status_code) == (503, 200)
    assert "PostgreSQL cannot be reached" in unready.json()["error"]
    is_told(load)


def test_connections_that_the_database_ends(data: Path, frail: PostgresServer, database: str) -> None:
    ending = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'"
    with under_load(data, frail.url(database)) as load:
        for _ in range(5):
            assert frail.run(ending)
            load.goes_on(2)

    is_told(load)


def test_a_network_that_breaks_connections(data: Path, frail: PostgresServer, database: str) -> None:
    with wired(frail.port) as wire, under_load(data, _through(wire, frail, database)) as load:
        for _ in range(5):
            wire.shake()
            load.goes_on(2)

    is_told(load)


def test_a_network_that_is_gone_for_a_while(data: Path, frail: PostgresServer, database: str) -> None:
    with wired(frail.port) as wire, under_load(data, _through(wire, frail, database)) as load:
        wire.cut()
        load.is_refused()
        wire.mend()

    is_told(load)


def _through(wire: Wire, server: PostgresServer, database: str) -> str:
    return server.url(database).replace(str(server.port), str(wire.port))
