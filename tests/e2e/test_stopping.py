"""A server stops when it is told to, however early, and lets a balancer know before."""

import contextlib
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from balancers import Balancer, balancing
from loads import Load, admitted
from processes import Process, process, until

from databases import DATABASES
from servers import PATIENCE

TOLD_AT_ONCE = """
import os, signal, sys
from onememory.server import serve
from onememory.settings import load
serve(load({"data": sys.argv[1], "port": 0, "embedder": "none"}, {}), lambda *_: os.kill(os.getpid(), signal.SIGTERM))
"""


def test_a_signal_that_comes_before_it_listens_to_signals_is_heard(data: Path) -> None:
    told = subprocess.run([sys.executable, "-c", TOLD_AT_ONCE, str(data)], timeout=PATIENCE, check=False)
    assert told.returncode == 0


def test_a_server_that_drains_says_that_it_is_not_ready_and_goes_on_answering(data: Path) -> None:
    with process(data, DRAIN_SECONDS="600") as running, running.client() as http:
        assert "connection" not in http.get("/readyz").headers
        running.process.send_signal(signal.SIGTERM)
        until(lambda: _connection(http.get("/readyz")) == "close", "connections are kept")

        unready = http.get("/readyz")
        stored = http.post("/api/memory", json={"text": "the last one through this door"})

        assert (unready.status_code, unready.json()["error"]) == (503, "This server is being stopped.")
        assert (stored.status_code, http.get("/healthz").status_code) == (200, 200)
        assert running.terminate() == 0  # told again, it does not wait for the end of the time


def test_a_server_that_has_drained_stops_by_itself(data: Path) -> None:
    with process(data, DRAIN_SECONDS="1") as running:
        assert running.terminate() == 0


def _connection(answer: httpx.Response) -> str | None:
    header: str | None = answer.headers.get("connection")
    return header


@pytest.mark.postgresql
def test_two_servers_that_are_restarted_one_after_the_other_refuse_nobody(data: Path) -> None:
    settings = {"DATABASE_URL": DATABASES.url_for(data), "DRAIN_SECONDS": "600", "BOOTSTRAP_TOKEN": ""}
    load = Load("", admitted(data, {"database_url": settings["DATABASE_URL"]}))
    with contextlib.ExitStack() as stack:
        old, other = (stack.enter_context(process(data / str(n), None, **settings)) for n in range(2))
        balancer = stack.enter_context(balancing(old.address, other.address))
        load.url = balancer.url
        with load.running():
            for number in range(2, 4):
                load.goes_on()
                _drained(old, balancer, other.address, load)
                new = stack.enter_context(process(data / str(number), None, **settings))
                balancer.use(other.address, new.address)
                old, other = other, new
            load.goes_on()
        load.is_sound()
    assert load.refusals == []


def _drained(leaving: Process, balancer: Balancer, staying: tuple[str, int], load: Load) -> None:
    """What a balancer and a process manager do together; nobody asks a server any more when it ends."""
    with leaving.client() as http:
        leaving.process.send_signal(signal.SIGTERM)
        until(lambda: _connection(http.get("/readyz")) == "close", "connections are kept")
    balancer.use(staying)
    load.goes_on()
    assert leaving.terminate() == 0
