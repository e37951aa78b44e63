"""The official inspector as a second, independent client: its portability check, and calls over HTTP and stdio."""

import json
import sys
from typing import Any

import pytest
from node_programs import node

from databases import DATABASES
from people import Person
from servers import Server

pytestmark = pytest.mark.once


def over_http(server: Server, ada: Person) -> tuple[str, ...]:
    return (f"{server.url}/mcp", "--transport", "http", "--header", f"Authorization: Bearer {ada.token}")


def over_stdio(server: Server, ada: Person) -> tuple[str, ...]:
    data = str(server.settings.data)
    variables = (f"{name}={value}" for name, value in DATABASES.variables(server.settings.data).items())
    return ("env", *variables, sys.executable, "-m", "onememory", "mcp", "--data", data, "--token", ada.token or "")


WAYS = (over_http, over_stdio)


def inspected(*arguments: str) -> Any:
    """What the inspector was answered; `--strict` ends it with 6 where a schema is one that some client cannot read."""
    done = node("mcp-inspector", "--cli", *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("way", WAYS)
def test_the_list_of_tools_is_portable(server: Server, ada: Person, way: Any) -> None:
    tools = inspected(*way(server, ada), "--method", "tools/list", "--strict")["tools"]

    assert {"store_memory", "search_memories", "search", "fetch"} <= {tool["name"] for tool in tools}


@pytest.mark.parametrize("way", WAYS)
def test_a_tool_can_be_called(server: Server, ada: Person, way: Any) -> None:
    call = ("--method", "tools/call", "--tool-name", "store_memory", "--tool-arg", "text=Likes tea")

    assert not inspected(*way(server, ada), *call)["isError"]
    assert ada.texts() == ["Likes tea"]


def test_resources_and_prompts_can_be_read(server: Server, ada: Person) -> None:
    ada.store("Likes tea")
    where = over_http(server, ada)

    (resource,) = inspected(*where, "--method", "resources/list")["resources"]
    (content,) = inspected(*where, "--method", "resources/read", "--uri", resource["uri"])["contents"]
    assert "Likes tea" in content["text"]
    (prompt,) = inspected(*where, "--method", "prompts/list")["prompts"]
    (said,) = inspected(*where, "--method", "prompts/get", "--prompt-name", prompt["name"])["messages"]
    assert "Likes tea" in said["content"]["text"]
