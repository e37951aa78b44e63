import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import httpx
import pytest

from onememory.cli.in_process import InProcess

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

PIECES = 1_000

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def client(app: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=InProcess(app, {"who": "ada"}), base_url="http://here")


async def start(send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"x-who", b"x")]})


async def mirror(scope: Message, receive: Receive, send: Send) -> None:
    body = (await receive())["body"]
    await start(send)
    await send({"type": "http.response.body", "body": f"{scope['who']} {scope['path']} ".encode() + body})


async def test_the_application_gets_the_request_and_what_was_added_to_its_scope() -> None:
    async with client(mirror) as http:
        answer = await http.post("/a%20b?c=d", content=b"hello")

    assert (answer.status_code, answer.text) == (200, "ada /a b hello")


async def test_an_answer_is_read_while_it_is_made() -> None:
    sent = 0

    async def endless(_scope: Message, _receive: Receive, send: Send) -> None:
        nonlocal sent
        await start(send)
        for _ in range(PIECES):
            await send({"type": "http.response.body", "body": b"piece", "more_body": True})
            sent += 1

    async with client(endless) as http, http.stream("GET", "/") as answer:
        assert await anext(answer.aiter_raw()) == b"piece"

    assert sent < 10


async def test_the_application_learns_that_the_client_has_gone() -> None:
    heard = asyncio.Event()

    async def patient(_scope: Message, _receive: Receive, send: Send) -> None:
        try:
            await start(send)
            await send({"type": "http.response.body", "body": b"first", "more_body": True})
            await asyncio.Event().wait()
        finally:
            heard.set()

    async with client(patient) as http, http.stream("GET", "/") as answer:
        await anext(answer.aiter_raw())

    assert heard.is_set()


async def broken(*_: object) -> None:
    raise LookupError("no route")


async def silent(*_: object) -> None:
    pass


@pytest.mark.parametrize(("app", "error"), [(broken, LookupError), (silent, httpx.RemoteProtocolError)])
async def test_an_application_that_does_not_answer_is_told(app: Any, error: type[Exception]) -> None:
    async with client(app) as http:
        with pytest.raises(error):
            await http.get("/")
