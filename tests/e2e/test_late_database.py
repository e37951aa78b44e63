"""A server whose database is not there yet waits for it; one whose database will never be there says so and ends."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from processes import PATIENCE, free_port, status, until

from databases import DATABASES, other_server

pytestmark = pytest.mark.postgresql

PATHS = {"PYTHONPATH": ":".join(sys.path)}


@contextlib.contextmanager
def _served(data: Path, url: str, port: int) -> Iterator[subprocess.Popen[str]]:
    serve = [sys.executable, "-m", "onememory", "serve", "--data", str(data), "--port", str(port)]
    settings = {"ONEMEMORY_DATABASE_URL": url, "ONEMEMORY_EMBEDDER": "none"}
    with subprocess.Popen(serve, env=settings | PATHS, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def _reason(at: str) -> str:
    try:
        return str(httpx.get(f"{at}/readyz").json().get("error"))
    except httpx.TransportError:
        return ""


def test_a_server_waits_for_its_database_and_says_so(data: Path) -> None:
    port = free_port()
    at = f"http://127.0.0.1:{port}"
    with other_server() as database:
        database.halt()
        with _served(data, database.url("postgres"), port):
            until(lambda: "waits for its database" in _reason(at), "it does not say for what it waits")
            unready, alive = status(f"{at}/readyz"), status(f"{at}/healthz")
            database.start()
            until(lambda: status(f"{at}/readyz") == 200, "it does not become ready")
    assert (unready, alive) == (503, 200)


def test_a_server_that_waits_stops_when_it_is_told_to(data: Path) -> None:
    port, nobody = free_port(), free_port()
    with _served(data, f"postgresql://ada:swordfish@127.0.0.1:{nobody}/x", port) as process:
        until(lambda: "waits for its database" in _reason(f"http://127.0.0.1:{port}"), "it does not wait")
        process.terminate()
        _, log = process.communicate(timeout=PATIENCE)

    assert (process.returncode, "waiting for the database" in log, "swordfish" in log) == (0, True, False)


def test_a_database_that_does_not_exist_is_no_reason_to_wait(data: Path) -> None:
    with _served(data, DATABASES.server.url("nowhere"), free_port()) as process:
        _, told = process.communicate(timeout=PATIENCE)

    assert process.returncode != 0
    assert 'database "nowhere" does not exist' in told
