"""The one way in which commands speak to onememory: REST, to a server or to a data directory in this process."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import quote

import httpx

from onememory.cli import assembly
from onememory.cli.commands import Target, WrongUse
from onememory.cli.in_process import InProcess
from onememory.domain.actors import Actor
from onememory.domain.buckets import name_key
from onememory.domain.errors import InvalidInput, NotFound, OneMemoryError, Unavailable
from onememory.domain.provenance import Channel
from onememory.settings import Settings

if TYPE_CHECKING:
    from onememory.services import Services

Json = Any  # what the REST reference says

_PIECE = 1024 * 1024  # bytes of a file at a time
_PATIENCE = httpx.Timeout(10, read=None, write=None)  # an import answers when it is done


class Refused(OneMemoryError):
    """The API answered with an error; `body` is that answer."""

    def __init__(self, body: dict[str, Any], status: int) -> None:
        super().__init__(str(body["error"]))
        self.body = body
        self.status = status


class Api:
    """The operations of the REST reference; each raises Refused with the sentence that the API answers."""

    def __init__(self, client: httpx.AsyncClient, finish_jobs: Callable[[], Awaitable[None]] | None = None) -> None:
        self._client = client
        self._finish_jobs = finish_jobs

    async def get(self, path: str, **query: object) -> Json:
        """Ask for something; what is None is left out of the query."""
        return _answer(await self._send("GET", path, params=_written(query)))

    async def send(self, method: str, path: str, **body: object) -> Json:
        """Have something done; what is None is left out of the body."""
        return _answer(await self._send(method, path, json={k: v for k, v in body.items() if v is not None}))

    async def send_all(self, method: str, path: str, body: Mapping[str, object]) -> Json:
        """Have something done; None is sent, too, where it means something."""
        return _answer(await self._send(method, path, json=dict(body)))

    async def delete(self, path: str, **query: object) -> Json:
        """Have something removed."""
        return _answer(await self._send("DELETE", path, params=_written(query)))

    async def upload(self, path: str, file: Path, **query: object) -> Json:
        """Send a file as it is, piece by piece; raises OSError where it cannot be read."""
        with await asyncio.to_thread(file.open, "rb") as stream:
            return _answer(await self._send("POST", path, params=_written(query), content=_pieces(stream)))

    async def stream(self, path: str, **query: object) -> AsyncGenerator[bytes, None]:
        """The pieces of a long answer, as they come."""
        with _translated(self._client):
            async with self._client.stream("GET", path, params=_written(query)) as response:
                if response.is_error:
                    await response.aread()
                    _answer(response)
                async for piece in response.aiter_bytes():
                    yield piece

    async def bucket_id(self, name_or_id: str) -> int:
        """The id of a bucket; a name means one's own before one that is shared. Raises NotFound and InvalidInput."""
        named = [bucket for bucket in await self.get("/api/buckets") if is_called(bucket, name_or_id)]
        own = [bucket for bucket in named if "sharedBy" not in bucket] or named
        if not own:
            raise NotFound(f'There is no bucket "{name_or_id}"; `onememory buckets list` shows names and ids.')
        if len(own) > 1:
            told = ", ".join(f"{bucket['id']} of {bucket['sharedBy']}" for bucket in own)
            raise InvalidInput(f'Several people share a bucket "{name_or_id}" with you; give its id: {told}.')
        return int(own[0]["id"])

    async def finish_jobs(self) -> None:
        """In a data directory do what a server's worker would do by itself."""
        if self._finish_jobs:
            await self._finish_jobs()

    async def _send(self, method: str, path: str, **request: Any) -> httpx.Response:
        with _translated(self._client):
            return await self._client.request(method, path, **request)


def is_called(bucket: dict[str, Any], name_or_id: str) -> bool:
    """Whether a bucket has this name or this id."""
    return name_or_id.strip() == bucket["id"] or name_key(name_or_id) == name_key(bucket["name"])


async def _pieces(stream: BinaryIO) -> AsyncIterator[bytes]:
    while piece := await asyncio.to_thread(stream.read, _PIECE):
        yield piece


def at(*parts: str) -> str:
    """A path under /api, with whatever a person typed made safe."""
    return "/".join(["/api", *(quote(part, safe="") for part in parts)])


@contextlib.asynccontextmanager
async def connected(target: Target, *, may_create: bool = False) -> AsyncIterator[Api]:
    """The API that a command was told to speak to; a data directory that is not there is made only if it may be."""
    settings = target.settings()
    if settings.url and not target.data:
        if target.user:
            raise WrongUse("--user is for a data directory; at a server the token says who is asking.")
        async with _remote(settings) as api:
            yield api
        return
    if target.token:
        raise WrongUse("--token goes with --url.")
    if not may_create:
        await asyncio.to_thread(require_begun, settings)
    async with opened(settings, may_create=may_create) as services:
        if not may_create and await anext(services.accounts.everyone(), None) is None:
            raise _nothing_in(settings)
        async with acting(services, settings, target.user) as api:
            yield api


@contextlib.asynccontextmanager
async def opened(settings: Settings, *, may_create: bool = False) -> AsyncIterator["Services"]:
    """The use cases over the data directory itself; raises NotFound where there is none and none may be made."""
    if not may_create:
        require_data(settings.data, settings.database_url)
    async with assembly.bootstrap.running(settings) as (services, _):
        yield services


def require_data(data: Path, database_url: str | None = None) -> None:
    """Pass where there is a data directory or a database is named; raises NotFound."""
    if not assembly.bootstrap.is_set_up(data, database_url):
        raise NotFound(
            f"There is no data directory at {data.absolute()}: name another with --data, or a server with --url."
        )


def require_begun(settings: Settings) -> None:
    """Pass where there are tables to read, which nothing is made to find out; raises NotFound and Unavailable."""
    require_data(settings.data, settings.database_url)
    if not assembly.bootstrap.is_begun(settings):
        raise _nothing_in(settings)


def _nothing_in(settings: Settings) -> NotFound:
    return NotFound(f"There is nothing in {settings.stores_in} yet: start the server, or `onememory user create NAME`.")


@contextlib.asynccontextmanager
async def acting(services: "Services", settings: Settings, user: str | None) -> AsyncIterator[Api]:
    """The API for the named user, or the first one."""
    actor = await owner(services, user, Channel.CLI)
    app = assembly.doors.rest_alone(services, settings)

    async def finish_jobs() -> None:
        while await services.jobs.run_next():
            pass

    transport = InProcess(app, {assembly.auth.ACTOR_KEY: actor})
    async with httpx.AsyncClient(transport=transport, base_url="http://onememory") as client:
        yield Api(client, finish_jobs)


async def owner(services: "Services", user: str | None, channel: Channel) -> Actor:
    """The named user as who holds the data directory, or the first one, who is made where there is nobody yet."""
    accounts = services.accounts
    if user is None and await anext(accounts.everyone(), None) is None:
        await accounts.add_user(assembly.accounts.FIRST_USER, is_admin=True)
    return await accounts.owner(user, channel)


@contextlib.asynccontextmanager
async def _remote(settings: Settings) -> AsyncIterator[Api]:
    if not settings.token:
        raise WrongUse("A server wants a token: give --token, or set ONEMEMORY_TOKEN or ONEMEMORY_TOKEN_FILE.")
    headers = {"authorization": f"Bearer {settings.token}"}
    async with httpx.AsyncClient(base_url=settings.url or "", headers=headers, timeout=_PATIENCE) as client:
        yield Api(client)


@contextlib.contextmanager
def _translated(client: httpx.AsyncClient) -> Iterator[None]:
    try:
        yield
    except httpx.HTTPError as error:
        reason = str(error) or type(error).__name__
        raise Unavailable(f"{client.base_url} does not answer ({reason}): is the server running there?") from error


def _answer(response: httpx.Response) -> Json:
    try:
        body = response.json()
    except ValueError as error:
        what = f"{response.url} answered {response.status_code} and no JSON"
        raise Unavailable(f"{what}: check that --url is that of a onememory server.") from error
    if response.is_success:
        return body
    if isinstance(body, dict) and "error" in body:
        raise Refused(body, response.status_code)
    raise Unavailable(
        f"{response.url} answered {response.status_code}: check that --url is that of a onememory server."
    )


def _written(query: dict[str, object]) -> dict[str, str]:
    return {k: str(v).lower() if isinstance(v, bool) else str(v) for k, v in query.items() if v is not None}
