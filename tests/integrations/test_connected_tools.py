"""What `onememory connect` writes is enough for a tool to reach the memories."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from commands import Commands
from people import Person
from servers import PATIENCE, Server

INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "a tool", "version": "1"},
    },
}
INITIALIZED = {"jsonrpc": "2.0", "method": "notifications/initialized"}
STORE = {
    "jsonrpc": "2.0",
    "id": 2,
    "method": "tools/call",
    "params": {"name": "store_memory", "arguments": {"text": "2026-11-23 The tool was here."}},
}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder of one's own."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("ONEMEMORY_EMBEDDER", "none")
    return tmp_path


def _entry(file: Path) -> dict[str, Any]:
    entry: dict[str, Any] = json.loads(file.read_text())["mcpServers"]["onememory"]
    return entry


def test_a_tool_that_starts_its_servers_stores_a_memory(commands: Commands, home: Path) -> None:
    commands.ask("connect", "cursor", "--via", "stdio", "--yes")
    entry = _entry(home / ".cursor" / "mcp.json")
    environment = {"HOME": str(home), "PATH": os.defpath, "ONEMEMORY_EMBEDDER": "none", **entry["env"]}

    with subprocess.Popen(
        [entry["command"], *entry["args"]],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        for message in (INITIALIZE, INITIALIZED, STORE):
            process.stdin.write(json.dumps(message) + "\n")
            process.stdin.flush()
        answers: dict[int, Any] = {}
        while 2 not in answers:
            answer = json.loads(process.stdout.readline())
            answers[answer.get("id", 0)] = answer
        process.stdin.close()
        process.wait(PATIENCE)

    assert not answers[2]["result"].get("isError")
    (memory,) = commands.ask("search", "tool")["hits"]
    assert memory["text"] == "2026-11-23 The tool was here."


def test_a_tool_that_calls_a_server_is_let_in(server: Server, ada: Person, commands: Commands, home: Path) -> None:
    commands.ask("connect", "cursor", "--yes", "--url", server.url, "--token", ada.token)
    entry = _entry(home / ".cursor" / "mcp.json")
    headers = entry["headers"] | {"accept": "application/json, text/event-stream"}

    answer = server.http.post(entry["url"], json=INITIALIZE, headers=headers)

    assert (answer.status_code, "serverInfo" in answer.text) == (200, True)
