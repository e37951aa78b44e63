"""A real server on a free port of this machine, in a thread of its own, over a data directory of its own."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import httpx

from databases import DATABASES
from onememory import settings
from onememory.blobs.backups import BackupFolder
from onememory.blobs.uploads import DiskUploads
from onememory.bootstrap import BACKUPS, MODELS, ConfiguredEmbedders, SystemClock, backup_origin, open_store
from onememory.domain.accounts import Permission, TokenDraft, User
from onememory.domain.actors import Actor
from onememory.domain.provenance import Channel
from onememory.doors import make_doors
from onememory.embedding.catalogue import HUB
from onememory.embedding.shelf import FetchedModels
from onememory.embedding.tokens import BundledTokens
from onememory.ports import Embedders, Store
from onememory.ports.identity_provider import IdentityProvider
from onememory.scanning import LibraryScanner
from onememory.server import DoorServer
from onememory.services import Outside, Rules, Services, make_services
from onememory.services.users.accounts import EVERYTHING_ALLOWED
from onememory.services.users.newcomers import Newcomers
from onememory.storage.sqlite.key_values import SqliteKeyValueFiles
from people import Client, Person

T = TypeVar("T")

PUBLIC_URL = "https://memory.example.org"
LINK_KEY = b"a key that is used in tests alone"
PATIENCE = 30  # seconds until a test gives up; nothing waits for it to pass


class MovedClock:
    """The machine's clock, moved on by hand; implements the port Clock."""

    def __init__(self) -> None:
        self._clock = SystemClock()
        self._ahead = timedelta()

    def now(self) -> datetime:
        return self._clock.now() + self._ahead

    def today(self) -> date:
        return self.now().date()

    def advance(self, by: timedelta) -> None:
        self._ahead += by


@dataclass(frozen=True)
class Installation:
    """The use cases over one data directory."""

    services: Services
    store: Store
    clock: MovedClock


async def users_by_age(services: Services) -> list[User]:
    """Everybody, the first one first."""
    users = [user async for user in services.accounts.everyone()]
    return sorted(users, key=lambda user: user.created_at)


@contextlib.asynccontextmanager
async def installed(
    data: Path,
    overrides: Mapping[str, object] = MappingProxyType({}),
    embedders: Embedders | None = None,
    clock: MovedClock | None = None,
    hub: str = HUB,
    provider: IdentityProvider | None = None,
) -> AsyncIterator[Installation]:
    """Open a data directory with these settings; words only, unless an embedder is given or named."""
    loaded = settings.load({"embedder": "none", "data": data, **DATABASES.overrides(data), **overrides}, {})
    clock = clock or MovedClock()
    async with contextlib.AsyncExitStack() as stack:
        store = open_store(loaded)
        stack.push_async_callback(store.close)
        if embedders is None:
            embedders = configured = ConfiguredEmbedders(loaded)
            stack.push_async_callback(configured.close)
        rules = Rules(loaded.presets, loaded.text_limit, Newcomers(loaded.default_quota), loaded.create_users)
        models, backups = FetchedModels(data / MODELS, hub), BackupFolder(data / BACKUPS, backup_origin(store, loaded))
        uploads, databases = DiskUploads(data / "uploads"), SqliteKeyValueFiles(data / "uploads")
        outside = Outside(
            embedders, BundledTokens(), models, backups, uploads, databases, LibraryScanner(), clock, LINK_KEY
        )
        services = make_services(store, replace(outside, provider=provider), rules)
        stack.push_async_callback(services.backups.finish)
        stack.push_async_callback(services.model_fetching.close)
        stack.push_async_callback(services.background.close)
        await services.installation.refresh()
        yield Installation(services, store, clock)


class Server:
    """Runs until `stop`; `run` lets a test call what only the server's own loop may call."""

    def __init__(
        self, data: Path, hub: str = HUB, provider: IdentityProvider | None = None, **overrides: object
    ) -> None:
        self._hub = hub
        self._provider = provider
        self.settings = settings.load({"data": data, "port": 0, "public_url": PUBLIC_URL, **overrides}, {})
        self._overrides = {"embedder": "wordllama", **overrides}
        self._started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        assert self._started.wait(PATIENCE), "the server did not start"
        self.http = httpx.Client(base_url=self.url, verify=False, timeout=PATIENCE)

    async def _serve(self) -> None:
        opened = installed(self.settings.data, self._overrides, hub=self._hub, provider=self._provider)
        async with opened as self.installation:
            # With the protocol named, asyncio sets TCP_NODELAY, as uvloop always does.
            with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                listening.bind(("127.0.0.1", self.settings.port))
                listening.listen(512)
                self.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
                self._loop = asyncio.get_running_loop()
                self._uvicorn = DoorServer(make_doors(self.installation.services, self.settings))
                self._started.set()
                await self._uvicorn.serve(sockets=[listening])

    @property
    def services(self) -> Services:
        return self.installation.services

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run on the server's loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(PATIENCE)

    def settle(self) -> None:
        """Do what the background loop of a server does: jobs, and the audit trail's flush."""

        async def work() -> None:
            await self.services.background.finish()
            while await self.services.jobs.run_next():
                pass
            await self.services.audit.flush()
            await self.services.asked.flush()

        self.run(work())

    def anonymous(self) -> Client:
        """Somebody without a token."""
        return Client(self.http, None)

    def person(self, name: str, *, is_admin: bool = False) -> Person:
        """A new user with a token that may do everything the user may."""
        user = self.run(self.services.accounts.add_user(name, is_admin=is_admin))
        actor = Actor(user.id, Channel.CLI, EVERYTHING_ALLOWED, is_admin=True)
        wanted = frozenset(Permission) if is_admin else frozenset(Permission) - {Permission.ADMIN}
        token = self.run(self.services.accounts.create_token(actor, TokenDraft(f"{name}'s", wanted)))
        return Person(self.http, token.secret, user.id, user.name)

    def stop(self) -> None:
        self.http.close()
        self._uvicorn.should_exit = True
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), "the server did not stop"


@contextlib.contextmanager
def serving(
    data: Path, hub: str = HUB, provider: IdentityProvider | None = None, **overrides: object
) -> Iterator[Server]:
    """A server with these settings while the block runs."""
    server = Server(data, hub, provider, **overrides)
    try:
        yield server
    finally:
        server.stop()
