"""`onememory mcp` as a process: its handshake, whose token it uses, the front of a server, and many at once."""

import asyncio
import json
import signal
import subprocess
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from sdk_clients import over_http, over_stdio, started

from mcp import Client, MCPError
from onememory.domain.accounts import WritePolicy
from onememory.domain.actors import Actor
from onememory.domain.memories import Draft
from onememory.domain.provenance import Channel
from onememory.mcp.tools.catalogue import tools_for
from onememory.services.users.accounts import EVERYTHING_ALLOWED
from people import Person
from servers import PATIENCE, Server, installed

INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 0,
    "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "n", "version": "1"}},
}
CHAT = {
    "id": "c",
    "title": "Tea",
    "createdAt": "2026-01-01T00:00:00Z",
    "messages": [{"id": "1", "role": "human", "content": "Tea?", "createdAt": "2026-01-01T00:00:00Z"}],
}
INITIALIZED = {"jsonrpc": "2.0", "method": "notifications/initialized"}


def call(number: int, name: str, **arguments: object) -> dict[str, object]:
    return {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": {"name": name, "arguments": arguments}}


def piped(*messages: object, data: Path, **variables: str) -> "subprocess.CompletedProcess[str]":
    """What a process answers whose client says all at once and leaves."""
    how = started("--data", data, **variables)
    said = "".join(f"{json.dumps(message)}\n" for message in messages)
    return subprocess.run(
        [how.command, *how.args], input=said, env=how.env, capture_output=True, text=True, timeout=PATIENCE, check=False
    )


async def text_of(client: Client, name: str, **arguments: object) -> str:
    """What a tool says that does not do what it was asked."""
    result = await client.call_tool(name, arguments)
    assert result.is_error
    (block,) = result.content
    text: str = block.text  # type: ignore[union-attr]
    return text


async def names(client: Client) -> set[str]:
    return {tool.name for tool in (await client.list_tools()).tools}


async def texts(client: Client) -> set[str]:
    result = await client.call_tool("get_memories_and_buckets", {"all": True})
    assert not result.is_error, result.content
    return {memory["text"] for memory in result.structured_content["memories"]}


@pytest.fixture
def kept(data: Path) -> Path:
    """A data directory with an owner and nothing else."""

    async def prepare() -> None:
        async with installed(data) as installation:
            await installation.services.accounts.add_user("owner", is_admin=True)

    asyncio.run(prepare())
    return data


@pytest.mark.sqlite
def test_the_handshake_needs_no_data_directory_and_a_call_says_what_is_missing(data: Path) -> None:
    done = piped(INITIALIZE, INITIALIZED, call(1, "list_buckets"), data=data)

    shaken, called = map(json.loads, done.stdout.splitlines())
    assert shaken["result"]["serverInfo"]["name"] == "onememory"
    assert called["result"]["isError"]
    assert str(data) in called["result"]["content"][0]["text"]
    assert not data.exists()


@pytest.mark.parametrize(
    ("needed", "not_needed"),
    [
        ("onememory.cli.main, onememory.mcp.transports.stdio", {"numpy", "apsw", "faiss", "onnxruntime", "tokenizers"}),
        ("onememory.server", {"mcp", "pydantic"}),
        ("onememory.cli.main", {"mcp", "pydantic", "numpy"}),
    ],
)
def test_what_takes_long_to_import_is_imported_late(needed: str, not_needed: set[str]) -> None:
    script = f"import sys, {needed}\nprint(*sorted({not_needed!r} & set(sys.modules)))"

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == ""


def test_what_was_asked_is_answered_although_the_client_has_left(kept: Path) -> None:
    messages = [call(number, "store_memory", text=f"Fact number {number}") for number in range(1, 6)]

    done = piped(INITIALIZE, INITIALIZED, *messages, data=kept)

    answers = {answer["id"]: answer for answer in map(json.loads, done.stdout.splitlines())}
    assert set(answers) == {0, 1, 2, 3, 4, 5}
    assert not any(answers[number]["result"]["isError"] for number in range(1, 6))
    assert (done.returncode, done.stderr) == (0, "")


def test_a_line_that_is_no_message_is_passed_over(kept: Path) -> None:
    done = piped("not a message", INITIALIZE, data=kept)

    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [0]


def test_a_signal_ends_it_while_its_client_says_nothing(kept: Path) -> None:
    how = started("--data", kept)
    with subprocess.Popen(
        [how.command, *how.args], env=how.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps(INITIALIZE).encode() + b"\n")
        process.stdin.flush()
        assert b"serverInfo" in process.stdout.readline()

        process.send_signal(signal.SIGTERM)

        assert process.wait(PATIENCE) == 0


def test_without_a_token_it_acts_for_the_owner_and_changes_to_what_was_stated_are_proposed(kept: Path) -> None:
    async def run() -> None:
        async with installed(kept) as installation, over_stdio("--data", kept) as client:
            owner = await installation.services.accounts.owner(None, Channel.CLI)
            memory = await installation.services.memories.store(owner, Draft("Likes tea"))
            result = await client.call_tool("delete_memories", {"memoryIds": [memory.id]})
            assert not result.is_error
            assert await texts(client) == {"Likes tea"}

    asyncio.run(run())


def test_a_policy_can_be_given_for_the_owner(kept: Path) -> None:
    async def run() -> None:
        async with over_stdio("--data", kept, "--policy", "read") as client:
            assert "read" in await text_of(client, "store_memory", text="Likes tea")

    asyncio.run(run())


@pytest.mark.parametrize("policy", ["propose", "inbox", "read"])
def test_the_owner_is_offered_what_the_policy_lets_through(kept: Path, policy: str) -> None:
    actor = Actor("", Channel.MCP, EVERYTHING_ALLOWED, WritePolicy(policy))

    async def run() -> None:
        async with over_stdio("--data", kept, "--policy", policy) as client:
            assert await names(client) == {tool.name for tool in tools_for(actor)}

    asyncio.run(run())


@pytest.mark.parametrize(
    "limits", [{"scopes": ["read"]}, {"policy": "inbox"}, {"policy": "read"}, {"buckets": ["General"]}, {}]
)
def test_a_token_is_offered_over_stdio_what_it_is_over_http(
    server: Server, ada: Person, limits: dict[str, object]
) -> None:
    ada.store("Ada likes tea")
    token = ada.with_token(**limits).token

    async def run() -> None:
        async with (
            over_stdio("--data", server.settings.data, "--token", token) as client,
            over_http(f"{server.url}/mcp", token) as other,
        ):
            assert await names(client) == await names(other)

    asyncio.run(run())


def test_a_token_that_nobody_knows_is_offered_all_and_told_why_nothing_works(kept: Path) -> None:
    async def run() -> None:
        async with over_stdio("--data", kept, "--token", "not-a-token") as client:
            assert await names(client) == {tool.name for tool in tools_for(None)}
            assert "token is unknown" in await text_of(client, "list_buckets")

    asyncio.run(run())


def test_a_link_of_a_process_says_what_it_needs(server: Server, ada: Person) -> None:
    ada.post("/api/chat-history/ingest/custom-online", conversation=CHAT)
    (kept,) = ada.get("/api/chat-history/chats")["items"]
    where = ("--data", server.settings.data, "--token", ada.token)

    async def run() -> None:
        async with over_stdio(*where, ONEMEMORY_PUBLIC_URL=server.url) as client:
            result = await client.call_tool("export_conversation", {"conversationId": kept["id"]})
            exported = result.structured_content
            assert exported["message"] == f"The link opens while the server runs at {server.url}."
            assert exported["url"].startswith(f"{server.url}/api/exports/conversation?")

    asyncio.run(run())


@pytest.mark.requirement("mcp:stdio")
@pytest.mark.parametrize("variable", ["ONEMEMORY_TOKEN", "MEMORY_PLUGIN_TOKEN"])
def test_a_token_in_the_environment_says_whose_memories(server: Server, ada: Person, variable: str) -> None:
    ada.store("Ada likes tea")

    async def run() -> None:
        async with over_stdio("--data", server.settings.data, **{variable: ada.token or ""}) as client:
            assert await texts(client) == {"Ada likes tea"}

    asyncio.run(run())


def test_a_revoked_token_ends_at_once(server: Server, ada: Person) -> None:
    other = ada.with_token()
    token_id = ada.get("/api/tokens")[0]["id"]

    async def run() -> None:
        async with over_stdio("--data", server.settings.data, "--token", other.token) as client:
            assert await texts(client) == set()
            ada.delete(f"/api/tokens/{token_id}")
            assert "revoked" in await text_of(client, "list_buckets")

    asyncio.run(run())


def test_processes_and_the_server_on_one_data_directory_see_each_other_at_once(server: Server, ada: Person) -> None:
    where = ("--data", server.settings.data, "--token", ada.token)

    async def run() -> None:
        async with AsyncExitStack() as stack:
            doors = [await stack.enter_async_context(over_stdio(*where)) for _ in range(2)]
            doors.append(await stack.enter_async_context(over_http(f"{server.url}/mcp", ada.token)))
            for number, door in enumerate(doors * 2):
                assert not (await door.call_tool("store_memory", {"text": f"Fact number {number}"})).is_error
                for other in doors:
                    assert await texts(other) == {f"Fact number {n}" for n in range(number + 1)}

    asyncio.run(run())
    assert len(ada.texts()) == 6


@pytest.mark.requirement("mcp:stdio")
@pytest.mark.parametrize("prefix", ["ONEMEMORY", "MEMORY_PLUGIN"])
def test_a_front_lets_the_server_answer(server: Server, ada: Person, prefix: str) -> None:
    variables = {f"{prefix}_URL": server.url, f"{prefix}_TOKEN": ada.token or ""}

    async def run() -> None:
        async with over_stdio(**variables) as client:
            await client.call_tool("store_memory", {"text": "Likes tea"})
            with pytest.raises(MCPError, match="Resource not found"):
                await client.read_resource("memory://nothing")

    asyncio.run(run())
    assert ada.texts() == ["Likes tea"]


@pytest.mark.parametrize("door", ["/mcp", "/api/mcp/mcp", "/api/mcp/sse/"])
def test_a_front_takes_the_url_of_a_door(server: Server, ada: Person, door: str) -> None:
    async def run() -> None:
        async with over_stdio("--url", server.url + door, "--token", ada.token) as client:
            assert await texts(client) == set()

    asyncio.run(run())


def test_a_front_offers_what_the_token_may_use(server: Server, ada: Person) -> None:
    reader = ada.with_token(scopes=["read"])

    async def run() -> None:
        async with over_stdio("--url", server.url, "--token", reader.token) as client:
            offered = await names(client)
            assert "search_memories" in offered
            assert "store_memory" not in offered

    asyncio.run(run())


@pytest.mark.parametrize(
    ("url", "said"),
    [("http://127.0.0.1:1", "does not answer"), ("served", "token is unknown"), ("served/elsewhere", "answered 404")],
)
def test_a_front_tells_the_model_why_the_server_cannot_be_asked(server: Server, url: str, said: str) -> None:
    async def run() -> None:
        async with over_stdio("--url", url.replace("served", server.url), "--token", "not-a-token") as client:
            assert "search_memories" in {tool.name for tool in (await client.list_tools()).tools}
            assert said in await text_of(client, "list_buckets")

    asyncio.run(run())


def test_a_front_finds_a_server_that_comes_back(data: Path) -> None:
    first = Server(data, embedder="none")
    ada = first.person("Ada")
    ada.store("Likes tea")

    async def run() -> None:
        async with over_stdio("--url", first.url, "--token", ada.token) as client:
            assert await texts(client) == {"Likes tea"}
            await asyncio.to_thread(first.stop)
            assert "does not answer" in await text_of(client, "list_buckets")
            second = await asyncio.to_thread(Server, data, embedder="none", port=first.http.base_url.port)
            assert await texts(client) == {"Likes tea"}
            await asyncio.to_thread(second.stop)

    asyncio.run(run())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--data", "x", "--url", "http://127.0.0.1:1"), "not both"),
        (("--url", "http://127.0.0.1:1"), "wants a token"),
        (("--data", "x", "--token", "12345678", "--policy", "full"), "has its own"),
        (("--data", "x", "--token", "12345678", "--user", "ada"), "has its own"),
    ],
)
def test_what_does_not_go_together_is_said_on_standard_error(arguments: tuple[str, ...], said: str) -> None:
    how = started(*arguments)

    done = subprocess.run([how.command, *how.args], env=how.env, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
