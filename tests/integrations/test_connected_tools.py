"""What `onememory connect` writes is enough for a tool to reach the memories."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from commands import Commands
from onememory.domain.ai_tools import TOOLS
from people import Person
from servers import PATIENCE, Server, serving

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.once]

KITS = Path(__file__).resolve().parents[2] / "integrations"
PREFLIGHT = {"access-control-request-method": "POST", "access-control-request-headers": "authorization,content-type"}

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


def test_a_tool_that_starts_its_servers_stores_a_memory(kept: Commands, home: Path) -> None:
    kept.ask("connect", "cursor", "--via", "stdio", "--yes")
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
    (memory,) = kept.ask("search", "tool")["hits"]
    assert memory["text"] == "2026-11-23 The tool was here."


@pytest.mark.parametrize("tool", ["librechat", "open-webui"])
def test_a_token_for_all_users_of_a_tool_is_advised_to_a_sole_user_alone(tool: str) -> None:
    steps = TOOLS[tool].steps
    readme = (KITS / tool / "README.md").read_text(encoding="utf-8")

    assert "only if you are its only user" in " ".join(steps.lower().split())
    assert "only if you are its only user" in " ".join(readme.lower().split())


def test_recall_in_open_webui_takes_a_token_from_each_person() -> None:
    (step,) = (part for part in re.split(r"\n\d\. ", TOOLS["open-webui"].steps) if "memory_filter.py" in part)

    assert "user valves" in step
    assert "key" not in step


def test_the_page_of_typingmind_may_call_a_server_that_is_set_up_as_told(tmp_path: Path) -> None:
    told = re.search(r"ONEMEMORY_BROWSER_ORIGINS=(\S+)", TOOLS["typingmind"].steps)
    assert told

    with serving(tmp_path / "data", embedder="none", browser_origins=told[1]) as server:
        asked = server.http.options("/api/memory", headers={"origin": "https://www.typingmind.com"} | PREFLIGHT)

    assert asked.status_code == 200


def test_a_tool_that_calls_a_server_is_let_in(server: Server, ada: Person, commands: Commands, home: Path) -> None:
    commands.ask("connect", "cursor", "--yes", "--url", server.url, "--token", ada.token)
    entry = _entry(home / ".cursor" / "mcp.json")
    headers = entry["headers"] | {"accept": "application/json, text/event-stream"}

    answer = server.http.post(entry["url"], json=INITIALIZE, headers=headers)

    assert (answer.status_code, "serverInfo" in answer.text) == (200, True)
