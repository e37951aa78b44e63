"""What the log says of MCP requests, and what it keeps to itself even where all is logged."""

import asyncio
import subprocess
from pathlib import Path

import httpx
import pytest
from sdk_clients import LEGACY, MODERN, over_events, over_http, started

from databases import DATABASES
from servers import PATIENCE

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.once]

TOKEN = "a-token-that-nobody-may-read"
TEXT = "Ada's unspeakable favourite is gooseberry jam"


def log_of(data: Path, file: Path) -> str:
    """Everything that a server says at the lowest level while it is used and misused."""
    variables = {"ONEMEMORY_BOOTSTRAP_TOKEN": TOKEN, "ONEMEMORY_LOG_LEVEL": "debug", "ONEMEMORY_EMBEDDER": "none"}
    variables |= DATABASES.variables(data)
    how = started()
    words = [how.command, "-m", "onememory", "serve", "--port", "0", "--data", str(data)]
    with (
        file.open("w") as errors,
        subprocess.Popen(words, env=variables, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        assert process.stdout
        url = process.stdout.readline().split()[-1]
        try:
            asyncio.run(use(url))
        finally:
            process.terminate()
        assert process.wait(PATIENCE) == 0
    return file.read_text()


async def use(url: str) -> None:
    doors = (over_http(f"{url}/mcp", TOKEN, LEGACY), over_http(f"{url}/mcp", TOKEN, MODERN))
    for door in (*doors, over_events(f"{url}/api/mcp/sse", TOKEN)):
        async with door as client:
            await client.call_tool("store_memory", {"text": TEXT})
            await client.call_tool("search_memories", {"query": TEXT, "limit": "many"})
    headers = {"authorization": f"Bearer {TOKEN}", "content-type": "application/json"}
    async with (
        httpx.AsyncClient(base_url=url, headers=headers, verify=False, timeout=PATIENCE) as http,
        http.stream("GET", "/api/mcp/sse") as stream,
    ):
        lines = stream.aiter_lines()  # kept, because a stream is closed with the last reader of its lines
        messages = await anext(line[6:] async for line in lines if line.startswith("data: "))
        for broken in (f'{{"jsonrpc": "2.0", "params": "{TEXT}"}}', f'{{"{TEXT}'):
            await http.post(messages, content=broken)
            await http.post("/mcp", content=broken, headers={"mcp-protocol-version": MODERN})
        await http.post(f"/api/mcp/sse/messages?session_id={'f' * 32}", content="{}")


def test_neither_texts_nor_tokens_nor_sessions_are_logged(tmp_path: Path) -> None:
    log = log_of(tmp_path / "data", tmp_path / "log")

    assert "route=/mcp status=200" in log
    for secret in ("gooseberry", TOKEN, "f" * 32):
        assert secret not in log
