"""One body of calls over every transport, and who is not let in."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from itertools import count
from pathlib import Path

import httpx
import pytest
from sdk_clients import CLIENT, LEGACY, MODERN, over_events, over_http, over_stdio
from tool_callers import bicycle
from tool_walk import walk

from mcp import Client
from onememory.domain.actors import Scope
from people import Client as Token
from people import Person, refused
from servers import PATIENCE, PUBLIC_URL, Server

Open = Callable[[Server, Person], AbstractAsyncContextManager[Client]]

PATHS = ("/mcp", "/api/mcp/mcp", "/api/mcp/sse")
TRANSPORTS: dict[str, Open] = {
    "streamable HTTP, 2025": lambda server, ada: over_http(f"{server.url}/mcp", ada.token, LEGACY),
    "streamable HTTP, 2026": lambda server, ada: over_http(f"{server.url}/mcp", ada.token, MODERN),
    "the other path": lambda server, ada: over_http(f"{server.url}/api/mcp/mcp", ada.token),
    "HTTP+SSE": lambda server, ada: over_events(f"{server.url}/api/mcp/sse", ada.token or ""),
    "stdio, 2025": lambda server, ada: over_stdio("--data", server.settings.data, "--token", ada.token),
    "stdio, 2026": lambda server, ada: over_stdio("--data", server.settings.data, "--token", ada.token, era=MODERN),
    "front, 2025": lambda server, ada: over_stdio("--url", server.url, "--token", ada.token),
    "front, 2026": lambda server, ada: over_stdio("--url", server.url, "--token", ada.token, era=MODERN),
}
_ids = count(1)


def message(method: str, **params: object) -> dict[str, object]:
    return {"jsonrpc": "2.0", "id": next(_ids), "method": method, "params": params}


def posted(token: Token, path: str = "/mcp", **headers: str) -> httpx.Response:
    """The answer to a list of tools."""
    accepting = {"accept": "application/json, text/event-stream", **headers}
    return token.send("POST", path, json=message("tools/list"), headers=accepting)


@pytest.mark.requirement("mcp:paths")
@pytest.mark.requirement("mcp:eras")
@pytest.mark.requirement("mcp:one-catalogue")
@pytest.mark.requirement("mcp:bearer")
@pytest.mark.parametrize("transport", TRANSPORTS)
def test_every_tool_works_over_every_transport(server: Server, ada: Person, transport: str) -> None:
    server.run(server.services.archive.keep(Scope(ada.user_id), [bicycle()]))

    async def run() -> None:
        async with TRANSPORTS[transport](server, ada) as client:
            await walk(client)

    asyncio.run(run())


@pytest.mark.requirement("mcp:challenge")
@pytest.mark.parametrize("path", PATHS)
def test_who_has_no_token_is_told_where_to_get_one(nobody: Token, path: str) -> None:
    answer = nobody.send("GET" if path.endswith("sse") else "POST", path)

    refused(answer, 401)
    challenge = answer.headers["www-authenticate"]
    assert f'resource_metadata="{PUBLIC_URL}/.well-known/oauth-protected-resource{path}"' in challenge
    assert 'scope="read write delete"' in challenge
    assert "error=" not in challenge


def test_a_wrong_token_is_called_invalid(server: Server) -> None:
    answer = posted(Token(server.http, "not-a-token"))

    refused(answer, 401)
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def test_a_revoked_token_ends_at_once(ada: Person) -> None:
    other = ada.with_token()
    assert posted(other).status_code == 200

    token_id = ada.get("/api/tokens")[0]["id"]  # the newest
    ada.delete(f"/api/tokens/{token_id}")

    refused(posted(other), 401)


def test_a_token_that_may_not_read_is_told_the_scope(ada: Person) -> None:
    answer = posted(ada.with_token(scopes=["write"]))

    assert "read" in refused(answer, 403)
    assert 'error="insufficient_scope"' in answer.headers["www-authenticate"]
    assert 'scope="read"' in answer.headers["www-authenticate"]


@pytest.mark.parametrize("path", [*PATHS, "/api/mcp/sse/messages"])
def test_another_name_or_another_site_is_refused_before_the_token_is_looked_at(nobody: Token, path: str) -> None:
    refused(posted(nobody, path, host="evil.example.com"), 421)
    refused(posted(nobody, path, origin="https://evil.example.com"), 403)


def test_a_page_of_the_public_url_is_let_in(ada: Person) -> None:
    assert posted(ada, host="memory.example.org", origin=PUBLIC_URL).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "taken"),
    [("GET", "/mcp", "POST"), ("DELETE", "/api/mcp/mcp", "POST"), ("POST", "/api/mcp/sse", "GET")],
)
def test_another_method_is_told_which_one_is_taken(ada: Person, method: str, path: str, taken: str) -> None:
    answer = ada.send(method, path)

    refused(answer, 405)
    assert answer.headers["allow"] == taken


def test_nothing_is_kept_of_a_client_that_begins_anew_with_each_call(ada: Person) -> None:
    opening = message(
        "initialize", protocolVersion="2025-11-25", capabilities={}, clientInfo={"name": "n", "version": "1"}
    )
    answer = ada.send("POST", "/mcp", json=opening, headers={"accept": "application/json"})

    assert answer.status_code == 200
    assert "mcp-session-id" not in answer.headers


def test_a_session_is_for_the_token_that_opened_it(server: Server, ada: Person) -> None:
    headers = {"authorization": f"Bearer {ada.token}"}
    with server.http.stream("GET", "/api/mcp/sse", headers=headers) as stream:
        lines = stream.iter_lines()  # kept, because a stream is closed with the last reader of its lines
        where = next(line[6:] for line in lines if line.startswith("data: "))

        assert posted(ada, where).status_code == 202
        assert posted(ada.with_token(), where).status_code == 404


def test_an_open_stream_does_not_keep_a_server_from_stopping(data: Path) -> None:
    server = Server(data, embedder="none")
    ada = server.person("Ada")
    url, headers = f"{server.url}/api/mcp/sse", {"authorization": f"Bearer {ada.token}"}
    with httpx.Client(verify=False, timeout=PATIENCE) as http, http.stream("GET", url, headers=headers) as stream:
        lines = stream.iter_lines()
        assert next(lines) == "event: endpoint"

        server.stop()

        assert not any("message" in line for line in list(lines)[1:])  # it ends as an answer should, and is not cut off


def test_one_user_has_so_many_streams(server: Server, ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onememory.mcp.transports.endpoints.STREAMS", 1)
    headers = {"authorization": f"Bearer {ada.token}"}
    with server.http.stream("GET", "/api/mcp/sse", headers=headers) as stream:
        lines = stream.iter_lines()
        assert next(lines) == "event: endpoint"

        assert "streams" in refused(ada.send("GET", "/api/mcp/sse"), 503)


def test_what_is_too_large_is_refused(ada: Person) -> None:
    answer = ada.send("POST", "/mcp", content=b" " * (5 * 1024 * 1024), headers={"content-type": "application/json"})

    assert answer.status_code == 413


def test_a_tool_that_is_not_offered_to_a_token_cannot_be_called_with_it(server: Server, ada: Person) -> None:
    reader = ada.with_token(scopes=["read"])

    async def run() -> None:
        async with over_http(f"{server.url}/mcp", reader.token) as client:
            assert "store_memory" not in {tool.name for tool in (await client.list_tools()).tools}
            result = await client.call_tool("store_memory", {"text": "Likes tea"})
            assert result.is_error

    asyncio.run(run())


@pytest.mark.parametrize("transport", [name for name in TRANSPORTS if name != "streamable HTTP, 2025"])
def test_a_client_is_named_in_what_it_stores(server: Server, ada: Person, transport: str) -> None:
    async def run() -> None:
        async with TRANSPORTS[transport](server, ada) as client:
            await client.call_tool("store_memory", {"text": "Likes tea"})

    asyncio.run(run())
    assert stored_by(ada) == {"channel": "mcp", "trust": "assistant", "source": CLIENT.name}


def test_a_client_of_which_no_handshake_is_kept_goes_by_its_user_agent(ada: Person) -> None:
    storing = message("tools/call", name="store_memory", arguments={"text": "Likes tea"})
    headers = {"accept": "application/json", "user-agent": f"tea-client/1.0 {'x' * 500}"}
    assert ada.send("POST", "/mcp", json=storing, headers=headers).status_code == 200

    assert stored_by(ada)["source"] == "tea-client"


def stored_by(ada: Person) -> dict[str, object]:
    """Who stored the one memory, as far as the client is concerned."""
    (memory,) = ada.get("/api/memory")["data"]
    provenance = ada.get(f"/api/memories/{memory['id']}")["provenance"]
    return {name: provenance[name] for name in ("channel", "trust", "source")}
