"""The official conformance suite against the real server, which has the suite's fixtures beside its own tools."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from conformance_fixtures import with_fixtures
from node_programs import installed_program, node
from starlette.types import ASGIApp, Receive, Scope, Send

from onememory.mcp.server import make_server
from onememory.mcp.transports import http
from servers import Server, serving

pytestmark = pytest.mark.usefixtures("database")

BASELINE = Path(__file__).parent / "conformance-baseline.yml"
REVISIONS = ("2025-11-25", "2026-07-28")


class WithToken:
    """Adds a token to every request, because the suite sends none."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.header = (b"authorization", b"")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app({**scope, "headers": [*scope["headers"], self.header]}, receive, send)


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server with fixtures that lets everybody in."""
    installed_program("conformance")
    monkeypatch.setattr(http, "make_server", with_fixtures(make_server))
    with serving(tmp_path / "data", embedder="none") as server:
        let_in(server)
        yield f"{server.url}/mcp"


def let_in(server: Server) -> None:
    config = server._uvicorn.config
    door = WithToken(cast("ASGIApp", config.app))
    door.header = (b"authorization", f"Bearer {server.person('Ada').token}".encode())
    config.loaded_app = door


def conformance(url: str, revision: str, baseline: Path, tmp_path: Path) -> "subprocess.CompletedProcess[str]":
    """Every scenario of a revision; ends with 1 where one fails that is not in the baseline."""
    where = ("--url", url, "--output-dir", tmp_path / "results")
    return node("conformance", "server", *where, "--requirements", revision, "--expected-failures", baseline)


@pytest.mark.parametrize("revision", REVISIONS)
def test_the_server_conforms_to_the_revision(url: str, tmp_path: Path, revision: str) -> None:
    done = conformance(url, revision, BASELINE, tmp_path)

    assert done.returncode == 0, done.stdout[-3_000:]


@pytest.mark.once
def test_every_entry_of_the_baseline_fails(url: str, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.yml"
    nothing.write_text("server: []\n")
    found = "".join(
        conformance(url, revision, nothing, tmp_path).stdout.partition("Unexpected failures")[2]
        for revision in REVISIONS
    )

    entries = re.findall(r"^  - ([\w-]+)", BASELINE.read_text(), re.MULTILINE)
    assert set(re.findall(r"✗ ([\w-]+)", found)) == set(entries)
