"""PostgreSQL fails under a load of several clients: nothing acknowledged is lost, and all goes on by itself."""

import signal
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import httpx
import pytest
from loads import under_load
from processes import PATIENCE
from wires import Wire, wired

from databases import PostgresServer, other_server

pytestmark = pytest.mark.postgresql

_numbers = count(1)


@pytest.fixture(scope="module")
def frail() -> Iterator[PostgresServer]:
    """A server that is stopped, started and cut off."""
    with other_server() as server:
        yield server


@pytest.fixture
def empty(frail: PostgresServer) -> str:
    """The name of an empty database."""
    name = f"walk{next(_numbers)}"
    frail.run(f"CREATE DATABASE {name}")
    return name


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["stopped", "crashed"])
def test_a_database_that_is_restarted(data: Path, frail: PostgresServer, empty: str, how: signal.Signals) -> None:
    with under_load(data, DATABASE_URL=frail.url(empty)) as load:
        frail.halt(how)
        load.is_refused()
        unready = httpx.get(f"{load.url}/readyz", timeout=PATIENCE)
        alive = httpx.get(f"{load.url}/healthz", timeout=PATIENCE)
        frail.start()

    assert (unready.status_code, alive.status_code) == (503, 200)
    assert unready.json() == {"error": "The database cannot be reached; try again in a moment."}
    assert int(unready.headers["retry-after"]) > 0
    assert [r for r in load.refusals if str(frail.port) in r.sentence or empty in r.sentence] == []
    assert load.unexplained("database") == set()


def test_connections_that_the_database_ends(data: Path, frail: PostgresServer, empty: str) -> None:
    ending = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{empty}'"
    with under_load(data, DATABASE_URL=frail.url(empty)) as load:
        for _ in range(5):
            assert frail.run(ending)
            load.goes_on(2)

    assert load.unexplained("database") == set()


def test_a_network_that_breaks_connections(data: Path, frail: PostgresServer, empty: str) -> None:
    with wired(frail.port) as wire, under_load(data, DATABASE_URL=_through(wire, frail, empty)) as load:
        for _ in range(5):
            wire.shake()
            load.goes_on(2)

    assert load.unexplained("database") == set()


def test_a_network_that_is_gone_for_a_while(data: Path, frail: PostgresServer, empty: str) -> None:
    with wired(frail.port) as wire, under_load(data, DATABASE_URL=_through(wire, frail, empty)) as load:
        wire.cut()
        load.is_refused()
        wire.mend()

    assert load.unexplained("database") == set()


def test_a_database_that_hangs(data: Path, frail: PostgresServer, empty: str) -> None:
    with under_load(data, DATABASE_URL=frail.url(empty)) as load, frail.frozen():
        unready = httpx.get(f"{load.url}/readyz", timeout=PATIENCE)
        alive = httpx.get(f"{load.url}/healthz", timeout=PATIENCE)
        load.is_refused()

    assert (unready.status_code, alive.status_code) == (503, 200)
    assert "The database does not answer" in unready.json()["error"]
    assert load.unexplained("database") == set()


def _through(wire: Wire, server: PostgresServer, empty: str) -> str:
    return server.url(empty).replace(str(server.port), str(wire.port))
