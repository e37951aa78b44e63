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
    """Listens until `stop`; clients that keep no connection open reach the processes in turn."""

    def __init__(self, addresses: Sequence[tuple[str, int]]) -> None:
        self._turns = itertools.cycle(addresses)
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(asyncio.start_server(self._pass_on, "127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def use(self, *addresses: tuple[str, int]) -> None:
        """From now on new connections go to these."""
        self._turns = itertools.cycle(addresses)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            there, back = await asyncio.open_connection(*next(self._turns))
            await asyncio.gather(_copy(reader, back), _copy(there, writer))

    def client(self, token: str | None) -> Client:
        """Somebody whose every request goes to another process than the one before."""
        return Client(httpx.Client(base_url=self.url, timeout=PATIENCE, limits=IN_TURN), token)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while piece := await reader.read(65_536):
            writer.write(piece)
            await writer.drain()
    writer.close()


@contextlib.contextmanager
def balancing(*addresses: tuple[str, int]) -> Iterator[Balancer]:
    """A balancer while the block runs."""
    balancer = Balancer(addresses)
    try:
        yield balancer
    finally:
        balancer.stop()
