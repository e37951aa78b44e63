"""Real HTTP servers on a free local port: an embeddings endpoint and a host of files."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np

DIMENSION = 8


@dataclass
class Answer:
    """What the server says, in place of embedding."""

    status: int
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class ModelServer:
    """What was asked of it, and what it is to say next."""

    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)  # bodies of embedding requests
    headers: list[Mapping[str, str]] = field(default_factory=list)  # of every request, names in lower case
    answers: list[Answer] = field(default_factory=list)  # used up first; then texts are embedded
    files: dict[str, bytes] = field(default_factory=dict)
    cut_after: int | None = None  # bytes of a file, once


def row_of(text: str) -> list[float]:
    """A vector that depends on the text alone and is not of unit length."""
    row: list[float] = (3 * np.random.default_rng(list(text.encode())).standard_normal(DIMENSION)).tolist()
    return row


@contextmanager
def model_server() -> Iterator[ModelServer]:
    """A running server; ends with the block."""
    state = ModelServer()
    handler = type("Handler", (_Handler,), {"state": state})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    state: ModelServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.state.requests.append(body)
        self.state.headers.append({name.lower(): value for name, value in self.headers.items()})
        answer = self.state.answers.pop(0) if self.state.answers else Answer(200, _embedded(body["input"]))
        self._say(answer.status, answer.body, answer.headers)

    def do_GET(self) -> None:
        self.state.headers.append({name.lower(): value for name, value in self.headers.items()})
        content = self.state.files.get(self.path)
        if content is None:
            self._say(404, b"", {})
            return
        etag = f'"{hash(content)}"'
        start = 0
        if "range" in self.headers and self.headers.get("if-range") == etag:
            start = int(self.headers["range"].removeprefix("bytes=").removesuffix("-"))
        cut, self.state.cut_after = self.state.cut_after, None
        self._say(206 if start else 200, content[start:], {"etag": etag}, cut)

    def _say(self, status: int, body: bytes, headers: Mapping[str, str], cut: int | None = None) -> None:
        self.send_response(status)
        for name, value in {"content-length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[:cut])

    def log_message(self, *args: object) -> None:
        pass


def _embedded(texts: list[str]) -> bytes:
    data = [{"index": i, "embedding": row_of(text)} for i, text in enumerate(texts)]
    return json.dumps({"data": data[::-1]}).encode()  # the order is told by the index alone
