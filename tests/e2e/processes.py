"""The real server as a process of its own."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx

from databases import DATABASES

TOKEN = "a-token-for-tests"
PATIENCE = 30


class Process:
    """`onememory serve` on a free port; `url` is what it announced."""

    def __init__(self, data: Path, before_start: Callable[[], None] | None = None, **settings: str) -> None:
        given = {"BOOTSTRAP_TOKEN": TOKEN, "EMBEDDER": "none", **settings}
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ONEMEMORY_")}  # noqa: TID251
        self.process = subprocess.Popen(
            [sys.executable, "-m", "onememory", "serve", "--data", str(data), "--port", "0"],
            env=environment | DATABASES.variables(data) | {f"ONEMEMORY_{name}": v for name, v in given.items()},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            preexec_fn=before_start,  # noqa: PLW1509 - the limit must hold in the child alone
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


@contextlib.contextmanager
def process(data: Path, before_start: Callable[[], None] | None = None, **settings: str) -> Iterator[Process]:
    """A server process while the block runs."""
    running = Process(data, before_start, **settings)
    try:
        yield running
    finally:
        running.kill()  # does nothing to one that has ended
