"""The real server as a process of its own."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx

from databases import DATABASES

TOKEN = "a-token-for-tests"
PATIENCE = 30
LIMITED = """
import os, resource, sys
limit = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""
PAUSE = 0.01  # seconds between two looks


class Process:
    """`onememory serve` on a free port; `url` is what it announced. It may write no file of more bytes than told.

    `source` is the folder of another release's code.
    """

    def __init__(
        self, data: Path, largest_file: int | None = None, source: Path | None = None, /, **settings: str
    ) -> None:
        given = {"BOOTSTRAP_TOKEN": TOKEN, "EMBEDDER": "none", "PORT": "0", **settings}
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ONEMEMORY_")}  # noqa: TID251
        self.process = subprocess.Popen(
            [*_python(largest_file), "-m", "onememory", "serve", "--data", str(data)],
            env=environment
            | ({"PYTHONPATH": str(source)} if source else {})
            | DATABASES.variables(data)
            | {f"ONEMEMORY_{name}": v for name, v in given.items()},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout
        words = self.process.stdout.readline().split()
        assert words, "the server did not start"
        self.url = next(word for word in words if word.startswith("http"))

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        url = httpx.URL(self.url)
        return url.host, url.port or 80

    def client(self) -> httpx.Client:
        headers = {"authorization": f"Bearer {TOKEN}"}
        return httpx.Client(base_url=self.url, headers=headers, verify=False, timeout=PATIENCE)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self._gone()

    def terminate(self) -> int:
        """Ask it to end; its exit code."""
        self.process.terminate()
        return self._gone()

    def _gone(self) -> int:
        self.process.communicate(timeout=PATIENCE)
        return self.process.returncode


def _python(largest_file: int | None) -> list[str]:
    """The interpreter, which ignores SIGXFSZ: then a write over the limit fails, as on a full disk."""
    return [sys.executable, *(["-c", LIMITED, str(largest_file)] if largest_file else [])]


def until(holds: Callable[[], bool], otherwise: str) -> None:
    """Ask again and again, and fail where it takes too long."""
    deadline = time.monotonic() + 4 * PATIENCE
    while not holds():
        assert time.monotonic() < deadline, otherwise
        time.sleep(PAUSE)


def free_port() -> int:
    """A port on which nothing listens."""
    with contextlib.closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def status(url: str) -> int:
    """What a server answers; 0 where there is none."""
    try:
        return httpx.get(url).status_code
    except httpx.TransportError:
        return 0


@contextlib.contextmanager
def process(
    data: Path, largest_file: int | None = None, source: Path | None = None, /, **settings: str
) -> Iterator[Process]:
    """A server process while the block runs."""
    running = Process(data, largest_file, source, **settings)
    try:
        yield running
    finally:
        running.kill()  # does nothing to one that has ended
