"""A load balancer between processes: each connection goes to the next one."""

import asyncio
import contextlib
import itertools
import threading
from collections.abc import Iterator, Sequence

import httpx

from people import Client

PATIENCE = 30
IN_TURN = httpx.Limits(max_keepalive_connections=0)  # of a client whose every request goes to the next process


class Balancer:
    """Listens until `stop`."""

    def __init__(self, addresses: Sequence[tuple[str, int]]) -> None:
        self._turns = itertools.cycle(addresses)
        self._started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        assert self._started.wait(PATIENCE), "the balancer did not start"

    async def _serve(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._pass_on, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self._started.set()
        await self._stopping.wait()
        server.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.CancelledError), contextlib.closing(writer):
            there, back = await asyncio.open_connection(*next(self._turns))
            with contextlib.closing(back):
                await asyncio.gather(_copy(reader, back), _copy(there, writer))

    def use(self, *addresses: tuple[str, int]) -> None:
        """From now on new connections go to these."""
        self._turns = itertools.cycle(addresses)

    def client(self, token: str | None) -> Client:
        """Somebody whose every request goes to another process than the one before."""
        return Client(httpx.Client(base_url=self.url, timeout=PATIENCE, limits=IN_TURN), token)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(PATIENCE)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while piece := await reader.read(65_536):
            writer.write(piece)
            await writer.drain()
    writer.close()  # whoever is at the other end sees that nothing more comes


@contextlib.contextmanager
def balancing(*addresses: tuple[str, int]) -> Iterator[Balancer]:
    """A balancer while the block runs."""
    balancer = Balancer(addresses)
    try:
        yield balancer
    finally:
        balancer.stop()
