"""Server processes to measure: the service itself, and a bare ASGI application under the same uvicorn settings."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.clients import Target
from bench.texts import memories

TOKEN = "bench-token-of-the-owner"
BATCH = 1_000
PATIENCE = 1_800.0  # seconds until vectors must be complete


class Process:
    """A server under measurement."""

    def __init__(self, arguments: list[str], folder: Path, database_url: str | None = None) -> None:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ONEMEMORY_")}  # noqa: TID251
        environment["ONEMEMORY_BOOTSTRAP_TOKEN"] = TOKEN
        if database_url:
            environment["ONEMEMORY_DATABASE_URL"] = database_url
        with (folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, *arguments], stdout=subprocess.PIPE, stderr=log, text=True, env=environment
            )
        assert self._process.stdout
        line = self._process.stdout.readline()
        if " at http" not in line:
            raise RuntimeError(f"the server did not start: {(folder / 'log').read_text()[-2_000:]}")
        self.target = Target(line.rpartition(" ")[2].strip(), TOKEN)

    @property
    def resident_mb(self) -> float:
        """Memory in use now, in MB of 10**6 bytes."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(kilobytes) * 1024 / 1e6

    @property
    def processor_seconds(self) -> float:
        """Processor time used so far, which other processes on the machine hardly change."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def kill(self) -> None:
        """End it as a power cut does."""
        self._process.kill()

    def stop(self) -> None:
        """Ask it to end and wait."""
        self._process.terminate()
        self._process.wait(30)
        if self._process.stdout:
            self._process.stdout.close()


@contextmanager
def process(arguments: list[str], folder: Path, database_url: str | None = None) -> Iterator[Process]:
    """A server for the block."""
    running = Process(arguments, folder, database_url)
    try:
        yield running
    finally:
        running.stop()


@contextmanager
def service(database_url: str | None = None) -> Iterator[tuple[Process, Path]]:
    """The real server over a new data directory, and that directory; it stores there or in this database."""
    with tempfile.TemporaryDirectory(prefix="onememory-bench-") as name:
        data = Path(name) / "data"
        with process(serve_arguments(data), Path(name), database_url) as running:
            yield running, data


def serve_arguments(data: Path) -> list[str]:
    """The command line of the real server, with its defaults and a free port."""
    return ["-m", "onememory", "serve", "--port", "0", "--data", str(data)]


@contextmanager
def bare(mode: str, *arguments: str) -> Iterator[Target]:
    """A bare ASGI application (see bench/bare_asgi.py)."""
    with (
        tempfile.TemporaryDirectory(prefix="onememory-bench-") as name,
        process(["-m", "bench.bare_asgi", mode, *arguments], Path(name)) as running,
    ):
        yield running.target


def batches(target: Target, texts: Iterator[str]) -> Iterator[bytes]:
    """Requests that store the texts, a thousand each."""
    batch: list[dict[str, str]] = []
    for text in texts:
        batch.append({"text": text})
        if len(batch) == BATCH:
            yield target.post("/api/memories/bulk", {"memories": batch})
            batch = []
    if batch:
        yield target.post("/api/memories/bulk", {"memories": batch})


def fill(target: Target, count: int, seed: int = 1) -> None:
    """Store so many memories and wait until each has its vector and one search has opened the index."""
    target.send(batches(target, memories(count, seed)))
    wait_for_vectors(target)
    target.send([target.get("/api/search", query="first search")])


def wait_for_vectors(target: Target) -> None:
    """Wait until no memory lacks a vector; raises TimeoutError."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        account = target.ask(target.get("/api/account"))
        if account["withoutVector"] == 0 and all(job["state"] == "done" for job in account["jobs"]):
            return
        time.sleep(0.5)
    raise TimeoutError("the vectors were not complete in time")
