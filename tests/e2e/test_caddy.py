"""The shipped balancer, where Caddy is here: nobody is sent to a server that stops."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from loads import Load, admitted
from processes import PATIENCE, Process, process, until

from databases import DATABASES

CADDY = shutil.which("caddy") or ""
CADDYFILE = Path(__file__).resolve().parents[2] / "deploy" / "Caddyfile-several"
pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.skipif(CADDY == "", reason="Caddy is not here"),
]


@pytest.fixture
def settings(data: Path) -> dict[str, str]:
    return {"DATABASE_URL": DATABASES.url_for(data), "DRAIN_SECONDS": "5", "BOOTSTRAP_TOKEN": ""}


@pytest.fixture
def servers_of_two(data: Path, settings: dict[str, str]) -> Iterator[tuple[Process, Process]]:
    with process(data / "one", **settings) as one, process(data / "two", **settings) as two:
        yield one, two


@pytest.fixture
def url(servers_of_two: tuple[Process, Process], tmp_path: Path) -> Iterator[str]:
    """Where Caddy listens, without https."""
    with socket.create_server(("127.0.0.1", 0)) as free, socket.create_server(("127.0.0.1", 0)) as other:
        url, admin = (f"127.0.0.1:{taken.getsockname()[1]}" for taken in (free, other))
    own = {"HOME": str(tmp_path), "CADDY_ADMIN": admin, "DOMAIN": f"http://{url}"}
    upstreams = " ".join(f"{host}:{port}" for host, port in (server.address for server in servers_of_two))
    command = [str(word) for word in (CADDY, "run", "--config", CADDYFILE, "--adapter", "caddyfile")]
    caddy = subprocess.Popen(command, env=own | {"UPSTREAMS": upstreams}, stderr=subprocess.DEVNULL)
    try:
        until(lambda: _status(f"http://{url}/readyz") == 200, "Caddy does not answer")
        yield f"http://{url}"
    finally:
        caddy.kill()
        caddy.wait(PATIENCE)


def _status(url: str) -> int | None:
    try:
        return httpx.get(url, timeout=PATIENCE).status_code
    except httpx.TransportError:
        return None


def test_nobody_is_refused_while_a_server_stops_and_all_are_told_when_none_is_left(
    data: Path, settings: dict[str, str], servers_of_two: tuple[Process, Process], url: str
) -> None:
    load = Load(url, admitted(data, {"database_url": settings["DATABASE_URL"]}))
    with load.running():
        load.goes_on()
        assert servers_of_two[0].terminate() == 0
        load.goes_on()
    load.is_sound()
    servers_of_two[1].kill()
    refused = httpx.get(f"{url}/api/memory", timeout=PATIENCE)

    assert load.refusals == []
    assert refused.status_code == 503
    assert "No server of onememory is ready" in refused.json()["error"]
