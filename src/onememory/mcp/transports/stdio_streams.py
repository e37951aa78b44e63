"""Standard input and output as streams of messages; whatever else prints goes to standard error.

The SDK's own streams read in a thread that cannot be given up, so a process would not end before its client closes
its end; and they drop what is still being answered when it does.
"""

import asyncio
import contextlib
import os
import threading
from collections.abc import AsyncIterator, Callable
from queue import SimpleQueue

import anyio
import mcp_types as types
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.shared.message import SessionMessage
from pydantic import ValidationError

Incoming = MemoryObjectReceiveStream[SessionMessage | Exception]
Outgoing = MemoryObjectSendStream[SessionMessage]

PATIENCE = 10.0  # seconds that what has been asked may take once the client has closed its end
_STDIN, _STDOUT, _STDERR = 0, 1, 2
_PIECE = 64 * 1024  # bytes


@contextlib.asynccontextmanager
async def standard_streams() -> AsyncIterator[tuple[Incoming, Outgoing]]:
    """What the client says, and where it is answered: a JSON-RPC message a line (MCP 2026-07-28, transports, stdio)."""
    said, incoming = anyio.create_memory_object_stream[SessionMessage | Exception](0)
    outgoing, answered = anyio.create_memory_object_stream[SessionMessage](0)
    unanswered = _Unanswered()
    lines = _Lines(_wire())
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_read, said, unanswered)
            tasks.start_soon(_write, answered, unanswered, lines)
            yield incoming, outgoing
            tasks.cancel_scope.cancel()
    finally:
        await lines.finish()


def _wire() -> int:
    """Standard output for the protocol alone; from now on others that print there reach standard error."""
    wire = os.dup(_STDOUT)
    os.dup2(_STDERR, _STDOUT)
    return wire


async def _read(said: MemoryObjectSendStream[SessionMessage | Exception], unanswered: "_Unanswered") -> None:
    async with said:
        async for line in _lines_of(_STDIN):
            try:
                message = types.jsonrpc_message_adapter.validate_json(line, by_name=False)
            except ValidationError as error:
                await said.send(error)
                continue
            unanswered.note_asked(message)
            await said.send(SessionMessage(message))
        await unanswered.settled()


async def _write(
    answered: MemoryObjectReceiveStream[SessionMessage], unanswered: "_Unanswered", lines: "_Lines"
) -> None:
    async with answered:
        async for message in answered:
            lines.put(message.message.model_dump_json(by_alias=True, exclude_unset=True).encode() + b"\n")
            unanswered.note_answered(message.message)


class _Unanswered:
    """The requests that wait for their answers."""

    def __init__(self) -> None:
        self._ids: set[types.RequestId] = set()
        self._settled = asyncio.Event()
        self._settled.set()

    def note_asked(self, message: types.JSONRPCMessage) -> None:
        """A message came in."""
        if isinstance(message, types.JSONRPCRequest):
            self._ids.add(message.id)
            self._settled.clear()
        elif isinstance(message, types.JSONRPCNotification) and message.method == "notifications/cancelled":
            self._forget((message.params or {}).get("requestId"))  # it will not be answered

    def note_answered(self, message: types.JSONRPCMessage) -> None:
        """A message went out."""
        if isinstance(message, types.JSONRPCResponse | types.JSONRPCError):
            self._forget(message.id)

    def _forget(self, request_id: types.RequestId | None) -> None:
        if request_id is not None:
            self._ids.discard(request_id)
        if not self._ids:
            self._settled.set()

    async def settled(self) -> None:
        """Wait until all is answered, or for as long as may be waited."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await self._settled.wait()


class _Lines:
    """Writes in a thread of its own, so that a client that does not read holds up nothing else."""

    def __init__(self, file: int) -> None:
        self._file = file
        self._waiting: SimpleQueue[bytes | None] = SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._finished = asyncio.Event()
        threading.Thread(target=self._run, name="stdout", daemon=True).start()

    def put(self, line: bytes) -> None:
        """Write this behind what waits already."""
        self._waiting.put(line)

    async def finish(self) -> None:
        """Wait until all is written, or for as long as may be waited."""
        self._waiting.put(None)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await self._finished.wait()

    def _run(self) -> None:
        with contextlib.suppress(OSError):  # the client has gone
            while line := self._waiting.get():
                while line:
                    line = line[os.write(self._file, line) :]
        _call(self._loop, self._finished.set)


async def _lines_of(file: int) -> AsyncIterator[bytes]:
    """The lines of a file; read in a thread that is left behind where it waits for one that does not come."""
    loop = asyncio.get_running_loop()
    read: asyncio.Queue[bytes | None] = asyncio.Queue()

    def run() -> None:
        rest = b""
        with contextlib.suppress(OSError):
            while piece := os.read(file, _PIECE):
                *lines, rest = (rest + piece).split(b"\n")
                for line in lines:
                    _call(loop, read.put_nowait, line)
        _call(loop, read.put_nowait, rest)
        _call(loop, read.put_nowait, None)

    threading.Thread(target=run, name="stdin", daemon=True).start()
    while (line := await read.get()) is not None:
        if line.strip():
            yield line


def _call(loop: asyncio.AbstractEventLoop, function: Callable[..., object], *arguments: object) -> None:
    with contextlib.suppress(RuntimeError):  # the loop has ended before
        loop.call_soon_threadsafe(function, *arguments)
