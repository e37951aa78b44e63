"""A server stops when it is told to, however early, and lets a balancer know before."""

import signal
import subprocess
import sys
from pathlib import Path

import httpx
from processes import process, until

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
    return answer.headers.get("connection")
