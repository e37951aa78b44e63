"""References for the web framework's share: ASGI applications without one, under the server's uvicorn settings.

`python -m bench.bare_asgi constant BYTES` answers the same bytes to everything. `... service DATA` authenticates, calls
the operation's handler and encodes its answer, as the real server does, with no router, middleware or log between.
"""

import asyncio
import contextlib
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qsl

import msgspec
import uvicorn
import uvloop
from starlette.types import ASGIApp, Receive, Scope, Send

from bench.servers import TOKEN
from onememory.api.memories import ListMemories, add_memory, list_memories
from onememory.api.operations import Answer, Call
from onememory.api.wire import NewMemory
from onememory.bootstrap import running
from onememory.domain.provenance import Channel
from onememory.services import Services
from onememory.settings import load
from onememory.worker import working

_JSON = [(b"content-type", b"application/json")]


def constant(body: bytes) -> ASGIApp:
    """Reads the request and answers the same bytes."""

    async def app(_: Scope, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body"):
            pass
        await _answer(send, body)

    return app


def over(services: Services) -> ASGIApp:
    """GET lists the newest memories and POST stores one; nothing else is known."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        secret = next(value for name, value in scope["headers"] if name == b"authorization")[7:].decode()
        call = Call(await services.accounts.authenticate(secret, Channel.API), services, "http://127.0.0.1")
        if scope["method"] == "GET":
            given = msgspec.convert(dict(parse_qsl(scope["query_string"].decode())), ListMemories, strict=False)
            answer = await list_memories(call, given)
        else:
            answer = await add_memory(call, msgspec.json.decode((await receive())["body"], type=NewMemory))
        await _answer(send, msgspec.json.encode(answer.body if isinstance(answer, Answer) else answer))

    return app


async def _answer(send: Send, body: bytes) -> None:
    headers = [*_JSON, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@contextlib.asynccontextmanager
async def _app(mode: str, argument: str) -> AsyncIterator[ASGIApp]:
    if mode == "constant":
        yield constant(b'"' + b"x" * (int(argument) - 2) + b'"')
        return
    settings = load({"data": Path(argument), "bootstrap_token": TOKEN})
    async with running(settings) as (services, _), working(services):
        await services.accounts.prepare_first_start(TOKEN)
        yield over(services)


async def _serve(mode: str, argument: str) -> None:
    listening = socket.create_server(("127.0.0.1", 0), backlog=2048)
    async with _app(mode, argument) as app:
        config = uvicorn.Config(
            app, loop="none", http="httptools", ws="none", lifespan="off", log_config=None, access_log=False,
            server_header=False,
        )  # fmt: skip
        print(f"ready at http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
        await uvicorn.Server(config).serve(sockets=[listening])


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(sys.argv[1], sys.argv[2]))
