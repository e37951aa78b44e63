"""What answers at the address of a server that is still being opened: it is alive, and not ready."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial

from onememory.asgi.bodies import json_of
from onememory.asgi.errors import ErrorBody

PATIENCE = 5.0  # seconds for somebody who calls to say what they want
BACKLOG = 2048
STARTING = "onememory is starting, and may be bringing the database up to date. Try again in a moment."
WAITING = "onememory is starting, and waits for its database, which does not answer yet. Try again in a moment."


@dataclass(slots=True)
class Notice:
    """What those are told who come too early."""

    sentence: str = STARTING


@contextlib.asynccontextmanager
async def answering(listening: socket.socket) -> AsyncIterator[Notice]:
    """Answer /healthz with 200 and all else with 503 while the block runs; whoever comes then waits for the server."""
    notice = Notice()
    server = await asyncio.start_server(partial(_answer, notice), sock=listening.dup(), backlog=BACKLOG)
    try:
        yield notice
    finally:
        server.close()


async def _answer(notice: Notice, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.closing(writer), contextlib.suppress(OSError, TimeoutError, EOFError, asyncio.LimitOverrunError):
        async with asyncio.timeout(PATIENCE):
            head = await reader.readuntil(b"\r\n\r\n")
            _, _, target = head.partition(b" ")
            is_alive = target.partition(b" ")[0].partition(b"?")[0] == b"/healthz"
            writer.write(_answered(200, {"status": "ok"}) if is_alive else _answered(503, ErrorBody(notice.sentence)))
            await writer.drain()


def _answered(status: int, body: object) -> bytes:
    content = json_of(body)
    reason = "OK" if status == 200 else "Service Unavailable\r\nRetry-After: 1"
    head = f"HTTP/1.1 {status} {reason}\r\nContent-Type: application/json\r\nContent-Length: {len(content)}"
    return f"{head}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n".encode() + content
