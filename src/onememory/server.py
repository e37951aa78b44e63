"""One process that serves every door."""

import asyncio
import contextlib
import gc
import logging
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain, repeat
from types import FrameType

import uvicorn
import uvloop

from onememory.asgi.forwarded import LOOPBACK, behind_proxies
from onememory.asgi.starting import WAITING, Notice, answering
from onememory.bootstrap import running
from onememory.domain.errors import Unavailable, Unreachable
from onememory.doors import Doors, make_doors
from onememory.logs import configure_logging
from onememory.services import Services
from onememory.settings import Settings, unknown_variables
from onememory.worker import working

logger = logging.getLogger(__name__)

SWITCH_INTERVAL = 0.0005  # seconds; Python's default of 5 ms makes a search beside a bulk import ten times slower
PAUSES = (0.5, 1, 2, 4)  # seconds between two looks for a database that does not answer; the last goes on
GRACE = 10  # seconds that open requests get when the server is told to stop

_FROM_HERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - every address, and the one by which a browser here comes

Announce = Callable[[str, str | None], None]  # told the URL, and the first token where there is a new one


@dataclass(frozen=True, slots=True)
class Drain:
    """How a server goes on answering after it was told to stop, until nobody is sent to it any more."""

    seconds: float
    begin: Callable[[], None]  # tells those who ask whether it is ready


class DoorServer(uvicorn.Server):
    """Serves the doors, and tells the one that loads late when it may and when to let go of its streams."""

    def __init__(self, doors: Doors, stop: threading.Event | None = None, drain: Drain | None = None) -> None:
        super().__init__(
            uvicorn.Config(
                behind_proxies(doors.app, doors.proxies or LOOPBACK),
                loop="none",
                http="httptools",
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,  # seen to above, by our own setting
                timeout_graceful_shutdown=GRACE,
            )
        )
        self._mcp = doors.mcp
        self._stop = stop  # set where a signal came before there was somebody to hear it
        self._drain = drain
        self._drained_at: float | None = None  # by the monotonic clock

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen."""
        await super().startup(sockets)
        if self._stop and self._stop.is_set():
            self.should_exit = True
        else:
            self._mcp.load().add_done_callback(_settle)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Drain first where a process manager asks, and stop at once where it asks again or a person does."""
        if self._drain and sig == signal.SIGTERM and self._drained_at is None:
            self._drained_at = time.monotonic() + self._drain.seconds
            self.config.encoded_headers.append((b"connection", b"close"))  # who comes again finds another server
            self._drain.begin()
        else:
            super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        """Whether to stop now; asked ten times a second."""
        if self._drained_at is not None and time.monotonic() >= self._drained_at:
            self.should_exit = True
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Finish what has begun and stop."""
        self._mcp.end_streams()
        await super().shutdown(sockets)
        await self._mcp.close()


def _settle(_: object) -> None:
    """Let the garbage collector pass over what has been loaded, which stays to the end.

    Looking through all of it holds up every request for some 50 ms, again and again.
    """
    gc.collect()
    gc.freeze()


def serve(settings: Settings, announce: Announce) -> None:
    """Serve until told to stop; raises Unavailable when the address is taken."""
    configure_logging(settings.log_format, settings.log_level)
    for name in unknown_variables():
        logger.warning("this variable is no setting", extra={"variable": name})
    listening = _listen(settings)
    # Before uvicorn listens to signals one is remembered; and it passes one on once it has stopped, when there is still
    # the store to be closed.
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    # The vector scan gives up the interpreter lock many times; each time it may wait this long behind busy Python code.
    sys.setswitchinterval(SWITCH_INTERVAL)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(settings, listening, announce, stop))


async def _serve(settings: Settings, listening: socket.socket, announce: Announce, stop: threading.Event) -> None:
    async with contextlib.AsyncExitStack() as stack:
        async with answering(listening) as notice:
            services = await _opened(settings, stack, notice, stop)
            if services is None:
                return
            new = await services.accounts.prepare_first_start(settings.bootstrap_token)
            await services.backlog.catch_up_models()
        async with working(services):
            host, port = listening.getsockname()[:2]
            host = _FROM_HERE.get(host, host)
            announce(f"http://{f'[{host}]' if ':' in host else host}:{port}", new.secret if new else None)
            drain = Drain(settings.drain_seconds, services.status.leave) if settings.drain_seconds else None
            await DoorServer(make_doors(services, settings), stop, drain).serve(sockets=[listening])
    logger.info("stopped")


async def _opened(
    settings: Settings, stack: contextlib.AsyncExitStack, notice: Notice, stop: threading.Event
) -> Services | None:
    """The use cases, as soon as the database answers; None where it is told to stop before."""
    pauses, reason = chain(PAUSES, repeat(PAUSES[-1])), ""
    while not stop.is_set():
        try:
            services, _ = await stack.enter_async_context(running(settings))
        except Unreachable as error:
            if error.detail != reason:
                logger.warning("waiting for the database", extra={"reason": error.detail})
            reason, notice.sentence = error.detail, WAITING
            await asyncio.to_thread(stop.wait, next(pauses))
        else:
            return services
    logger.info("stopped")
    return None


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((settings.host, settings.port))
    except OSError as error:
        listening.close()
        address = f"{settings.host}:{settings.port}"
        raise Unavailable(f"Cannot listen on {address}: {error.strerror}. Choose another --port or --host.") from error
    listening.listen(2048)
    return listening
