"""Web servers of others: a client that waits for its answer on a loopback port, and sites that mean no good."""

import contextlib
import http.server
import threading
from collections.abc import Iterator
from queue import Queue
from urllib.parse import parse_qs, urlsplit

from servers import PATIENCE

CALLBACK = "/callback"
DONE = "/done"


class OtherSite:
    """One port of this machine; `page` is what it shows at its root."""

    def __init__(self, port: int, answers: Queue[str]) -> None:
        self.port = port
        self.page = ""
        self._answers = answers

    @property
    def redirect_uri(self) -> str:
        """Where it takes an answer; it sends the browser on from there, to another origin, as clients do."""
        return f"http://127.0.0.1:{self.port}{CALLBACK}"

    @property
    def done(self) -> str:
        """Where the browser is at last."""
        return f"http://localhost:{self.port}{DONE}"

    def answer(self) -> dict[str, str]:
        """The parameters that came to the redirect URI."""
        query = urlsplit(self._answers.get(timeout=PATIENCE)).query
        return {name: value for name, [value] in parse_qs(query).items()}


@contextlib.contextmanager
def other_site() -> Iterator[OtherSite]:
    """A site while the block runs."""
    answers: Queue[str] = Queue()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_answer = self.path.startswith(CALLBACK)
            if is_answer:
                answers.put(self.path)
            self.send_response(302 if is_answer else 200)
            self.send_header("location" if is_answer else "content-type", site.done if is_answer else "text/html")
            self.end_headers()
            self.wfile.write(b"" if is_answer else site.page.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        site = OtherSite(listening.server_address[1], answers)
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield site
        listening.shutdown()
        thread.join(PATIENCE)
