"""A real https server on a free local port, with a certificate of an authority that only its test trusts."""

import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import trustme

JSON = {"content-type": "application/json"}


@dataclass(frozen=True)
class Reply:
    """What the server says; without a status it says nothing at all."""

    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=lambda: JSON)
    status: int | None = 200


@dataclass
class DocumentHost:
    """Where the server is, what it says, and what it was asked."""

    port: int
    trust: ssl.SSLContext  # for its clients
    names: list[str | None] = field(default_factory=list)  # asked for in the handshake
    paths: list[str] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)  # names in lower case
    reply: Reply = Reply()

    def url(self, path: str = "/client.json", host: str = "app.example") -> str:
        """The URL of a document; the name exists for its test alone."""
        return f"https://{host}:{self.port}{path}"


@contextmanager
def document_host(*names: str) -> Iterator[DocumentHost]:
    """A running server with a certificate for these names; ends with the block."""
    authority = trustme.CA()
    told = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"ended": told}))
    server.daemon_threads = False
    state = DocumentHost(server.server_port, ssl.create_default_context())
    authority.configure_trust(state.trust)
    server.RequestHandlerClass.state = state  # type: ignore[attr-defined]
    server.socket = _with_certificate(authority, names, state).wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield state
    finally:
        told.set()
        server.shutdown()
        thread.join()
        server.server_close()


def _with_certificate(authority: trustme.CA, names: tuple[str, ...], state: DocumentHost) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    context.sni_callback = lambda _, name, __: state.names.append(name)
    return context


class _Handler(BaseHTTPRequestHandler):
    state: DocumentHost
    ended: threading.Event

    def do_GET(self) -> None:
        state = self.state
        state.paths.append(self.path)
        state.headers.append({name.lower(): value for name, value in self.headers.items()})
        if state.reply.status is None:
            self.ended.wait()
            return
        self.send_response(state.reply.status)
        for name, value in state.reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        with suppress(OSError):  # a client that has read enough hangs up
            self.wfile.write(state.reply.body)

    def log_message(self, *args: object) -> None:
        pass
