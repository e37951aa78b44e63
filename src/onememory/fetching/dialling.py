"""Connections that go to a public address or nowhere: a name is resolved once, and what was checked is dialled."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from ipaddress import ip_address

import httpcore

from onememory.ports.fetching import NotPublic
from onememory.security.addresses import Address

Resolve = Callable[[str, int], Awaitable[Sequence[Address]]]  # host, port -> its addresses; none where it has none
IsAllowed = Callable[[Address], bool]

TRIES = 3  # addresses of one name
PATIENCE = 2.0  # seconds for each of them

_THREADS = 16  # of their own, so that slow names of strangers delay nobody else's work


class SystemResolver:
    """Resolves names as the system does; implements Resolve."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_THREADS, "resolver")

    async def __call__(self, host: str, port: int) -> Sequence[Address]:
        """The addresses of a name in the system's order of preference; an address written out gives itself."""
        look_up = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        try:
            found = await asyncio.get_running_loop().run_in_executor(self._threads, look_up)
        except (OSError, UnicodeError):
            return []
        return list(dict.fromkeys(ip_address(address[0]) for *_, address in found))

    def close(self) -> None:
        """Let the threads end as they finish."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class CheckedDialler(httpcore.AsyncNetworkBackend):
    """Dials an address of a name only where all addresses of that name are allowed."""

    def __init__(self, resolve: Resolve, is_allowed: IsAllowed) -> None:
        self._resolve = resolve
        self._is_allowed = is_allowed
        self._sockets = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect; raises NotPublic for a name that does not lead to the public internet, or that does not exist.

        The two are one refusal, because the difference would tell a stranger which names there are inside.
        """
        addresses = await self._resolve(host, port)
        if not addresses or not all(map(self._is_allowed, addresses)):
            raise NotPublic(f"{host} has no public address on the internet; nothing is fetched from there.")
        *others, last = addresses[:TRIES]
        for address in others:
            try:
                return await self._sockets.connect_tcp(str(address), port, PATIENCE, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._sockets.connect_tcp(str(last), port, timeout, local_address, socket_options)
