"""A lean HTTP/1.1 client: keep-alive connections in one event loop, each sending its next request when answered."""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from types import MappingProxyType
from typing import Any, cast
from urllib.parse import quote, urlencode, urlsplit

import msgspec
import numpy as np
import uvloop

TIMEOUT = 600.0  # seconds for one load


@dataclass(frozen=True, slots=True)
class Load:
    """What a load came to."""

    milliseconds: list[float]  # of each request, in the order of the answers
    seconds: float
    own_seconds: float  # processor time that the client itself took
    last: bytes  # the body answered last

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.milliseconds) / self.seconds

    @property
    def own_microseconds(self) -> float:
        """Processor time of the client per request."""
        return self.own_seconds / len(self.milliseconds) * 1e6

    def percentile(self, share: float) -> float:
        """Milliseconds under which this share (0..100) of the requests stayed."""
        return float(np.percentile(self.milliseconds, share))


@dataclass(frozen=True, slots=True)
class Heard:
    """One answer, and to what."""

    request: bytes
    body: bytes
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Target:
    """A server and the token to reach it with."""

    url: str
    token: str

    def get(self, path: str, **query: object) -> bytes:
        """A GET request as bytes."""
        given = f"?{urlencode(query, quote_via=quote)}" if query else ""
        return self._request("GET", path + given, b"")

    def post(self, path: str, body: Mapping[str, Any], headers: Mapping[str, str] = MappingProxyType({})) -> bytes:
        """A POST request with a JSON body as bytes."""
        return self._request("POST", path, msgspec.json.encode(body), headers)

    def _request(self, method: str, path: str, body: bytes, headers: Mapping[str, str] = MappingProxyType({})) -> bytes:
        host = urlsplit(self.url).netloc
        head = f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {self.token}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        if body:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        return head.encode() + b"\r\n" + body

    def send(self, requests: Iterable[bytes], clients: int = 1) -> Load:
        """Send all requests from so many connections; raises RuntimeError when one is not answered with 200."""
        return send_to([self.url], requests, clients)

    def ask(self, request: bytes) -> Any:
        """The JSON answer to one request."""
        return msgspec.json.decode(self.send([request]).last)


def send_to(
    urls: Sequence[str], requests: Iterable[bytes], clients: int = 1, heard: Callable[[Heard], None] | None = None
) -> Load:
    """Send all requests from so many connections, spread over the servers; raises as Target.send."""
    milliseconds: list[float] = []

    def note(answer: Heard) -> None:
        milliseconds.append(answer.milliseconds)
        if heard:
            heard(answer)

    own, started = time.process_time(), time.perf_counter()
    last = uvloop.run(_send(urls, iter(requests), clients, note))
    return Load(milliseconds, time.perf_counter() - started, time.process_time() - own, last)


class _Connection(asyncio.Protocol):
    def __init__(self, requests: Iterator[bytes], heard: Callable[[Heard], None]) -> None:
        self._requests = requests
        self._heard = heard
        self._request = b""
        self._received = b""
        self._sent = 0.0
        self.body = b""
        self.finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own class is no subclass of it
        self._next()

    def _next(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self._end(None)
            return
        self._request = request
        self._received = b""
        self._sent = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, separator, body = self._received.partition(b"\r\n\r\n")
        if not separator or len(body) < _length(head):
            return
        milliseconds = (time.perf_counter() - self._sent) * 1000
        if not head.startswith(b"HTTP/1.1 200"):
            self._end(RuntimeError(f"{head[:40]!r} {body[:300]!r}"))
            return
        self.body = body
        self._heard(Heard(self._request, body, milliseconds))
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(exc or ConnectionError("the server closed the connection"))

    def _end(self, error: Exception | None) -> None:
        if self.finished.done():
            return
        if error:
            self.finished.set_exception(error)
        else:
            self.finished.set_result(None)
        self._transport.close()


def _length(head: bytes) -> int:
    return int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])


async def _send(urls: Sequence[str], requests: Iterator[bytes], clients: int, heard: Callable[[Heard], None]) -> bytes:
    loop = asyncio.get_running_loop()
    addresses = [(place.hostname or "127.0.0.1", place.port or 80) for place in map(urlsplit, urls)]
    connections = [
        (await loop.create_connection(lambda: _Connection(requests, heard), *address))[1]
        for address in islice(cycle(addresses), clients)
    ]
    async with asyncio.timeout(TIMEOUT):
        await asyncio.gather(*(connection.finished for connection in connections))
    return connections[0].body


def rounds(items: Iterable[bytes], count: int) -> Iterator[list[bytes]]:
    """The items in lists of so many, without a shorter one at the end."""
    rest = iter(items)
    while len(part := list(islice(rest, count))) == count:
        yield part
