"""The SDK's own client over every transport."""

import contextlib
import os
import sys
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import httpx2
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import Implementation

from databases import DATABASES
from mcp import Client, StdioServerParameters
from servers import PATIENCE

CLIENT = Implementation(name="a client of the tests", version="1")
LEGACY, MODERN = "legacy", "2026-07-28"  # ways of the SDK's client: with a handshake, or without


@contextlib.asynccontextmanager
async def over_http(url: str, token: str | None, era: str = MODERN) -> AsyncIterator[Client]:
    """Streamable HTTP."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    async with httpx2.AsyncClient(headers=headers, timeout=PATIENCE) as http:
        transport = streamable_http_client(url, http_client=http)
        async with Client(transport, mode=era, cache=None, client_info=CLIENT, read_timeout_seconds=PATIENCE) as client:
            yield client


@contextlib.asynccontextmanager
async def over_events(url: str, token: str) -> AsyncIterator[Client]:
    """The older HTTP+SSE."""
    transport = sse_client(url, headers={"authorization": f"Bearer {token}"})
    async with Client(transport, mode=LEGACY, client_info=CLIENT, read_timeout_seconds=PATIENCE) as client:
        yield client


@contextlib.asynccontextmanager
async def over_stdio(*arguments: object, era: str = LEGACY, **variables: str) -> AsyncIterator[Client]:
    """`onememory mcp` in a process of its own; `variables` are its environment."""
    async with Client(
        started(*arguments, **variables), mode=era, cache=None, client_info=CLIENT, read_timeout_seconds=PATIENCE
    ) as client:
        yield client


def started(*arguments: object, **variables: str) -> StdioServerParameters:
    """How to start it."""
    words = ["-m", "onememory", "mcp", *map(str, arguments)]
    given = dict(pairwise(map(str, arguments)))
    database = DATABASES.variables(Path(given["--data"])) if "--data" in given else {}
    environment = {"ONEMEMORY_EMBEDDER": "none", **database, **variables}
    return StdioServerParameters(command=sys.executable, args=words, env=environment, cwd=Path(os.sep))
