"""Several clients of two people who write and read until they are told to stop, and remember what was acknowledged."""

import asyncio
import contextlib
import itertools
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx
from processes import PATIENCE, process, until

from onememory.domain.accounts import Permission, TokenDraft
from onememory.domain.actors import Actor
from onememory.domain.provenance import Channel
from onememory.services.users.accounts import EVERYTHING_ALLOWED
from servers import Installation, installed

NAMES = ("Adalove", "Benedict")
CLIENTS = 3  # of each of them
PAUSE = 0.02  # seconds before somebody who was refused asks again


@dataclass(frozen=True)
class Refusal:
    """An answer that is no success; a status of 0 is a connection that broke."""

    name: str
    status: int
    sentence: str


def admitted(data: Path, overrides: Mapping[str, object]) -> dict[str, str]:
    """Make the two users; the secret of a token of each."""

    async def admit() -> dict[str, str]:
        async with installed(data, overrides) as there:
            return {name: await _token(there, name) for name in NAMES}

    return asyncio.run(admit())


async def _token(there: Installation, name: str) -> str:
    user = await there.services.accounts.add_user(name)
    actor = Actor(user.id, Channel.CLI, EVERYTHING_ALLOWED)
    wanted = frozenset(Permission) - {Permission.ADMIN}
    return (await there.services.accounts.create_token(actor, TokenDraft("load", wanted))).secret


class Load:
    """What the clients have been told so far."""

    def __init__(self, url: str, tokens: Mapping[str, str]) -> None:
        self.url = url  # of the server that is asked; another one after a restart
        self.refusals: list[Refusal] = []
        self.wrong: list[str] = []  # answers that must never be given
        self._tokens = tokens
        self._kept: dict[str, dict[str, str]] = {name: {} for name in NAMES}  # id -> text
        self._is_over = threading.Event()

    @contextlib.contextmanager
    def running(self) -> Iterator["Load"]:
        """Under load inside the block."""
        clients = [(name, number) for name in NAMES for number in range(CLIENTS)]
        with ThreadPoolExecutor(len(clients)) as threads:
            work = [threads.submit(self._client, *client) for client in clients]
            try:
                yield self
            finally:
                self._is_over.set()
            for each in work:
                each.result()

    def goes_on(self, more: int = 15) -> None:
        """Wait until so many more writes of each person were acknowledged."""
        goals = {name: len(kept) + more for name, kept in self._kept.items()}
        until(lambda: all(len(self._kept[name]) >= goal for name, goal in goals.items()), "no write goes through")

    def is_refused(self) -> None:
        """Wait until each person was refused again."""
        seen = len(self.refusals)
        until(lambda: {r.name for r in self.refusals[seen:]} == set(NAMES), "nobody is refused")

    def unexplained(self, word: str) -> set[Refusal]:
        """Who was refused otherwise than by a 503 whose sentence has this word."""
        return {r for r in self.refusals if r.status != 503 or word not in r.sentence}

    def is_sound(self) -> None:
        """Nothing that was acknowledged is lost, and nobody was told what is another's."""
        assert self._lost() == {}
        assert self.wrong == []

    def _lost(self) -> dict[str, str]:
        there: dict[str, str] = {}
        for name in NAMES:
            with self._http(name) as http:
                there |= _all_of(http, self.url)
        return {i: text for kept in self._kept.values() for i, text in kept.items() if there.get(i) != text}

    def _http(self, name: str) -> httpx.Client:
        return httpx.Client(headers={"authorization": f"Bearer {self._tokens[name]}"}, timeout=PATIENCE)

    def _client(self, name: str, first: int) -> None:
        with self._http(name) as http:
            for number in itertools.count():
                if self._is_over.is_set():
                    return
                try:
                    self._step(http, name, f"note{first}n{number} of {name} about tea")
                except httpx.TransportError:
                    self._refuse(Refusal(name, 0, "the connection broke"))

    def _step(self, http: httpx.Client, name: str, text: str) -> None:
        stored = self._ask(http, name, "POST", "/api/memory", json={"text": text})
        if stored is not None:
            memory_id = stored.json()["memoryId"]
            self._kept[name][memory_id] = text
            found = self._ask(http, name, "GET", f"/api/memories/{memory_id}")
            if found is not None and text not in found.text:
                self.wrong.append(f"{name} stored {text!r} and was then told: {found.text}")
        self._ask(http, name, "GET", "/api/search", params={"query": "notes about tea"})
        self._ask(http, name, "GET", "/api/memory", params={"limit": "20"})

    def _ask(self, http: httpx.Client, name: str, method: str, path: str, **request: object) -> httpx.Response | None:
        """The answer where it is a success."""
        answer = http.request(method, self.url + path, **request)  # type: ignore[arg-type]
        if any(other in answer.text for other in NAMES if other != name):
            self.wrong.append(f"{name} was told: {answer.text}")
        if answer.is_success:
            return answer
        self._refuse(Refusal(name, answer.status_code, answer.text))
        return None

    def _refuse(self, refusal: Refusal) -> None:
        self.refusals.append(refusal)
        self._is_over.wait(PAUSE)


@contextlib.contextmanager
def under_load(data: Path, **settings: str) -> Iterator[Load]:
    """A server process with these settings and clients that ask it; all goes on at the end, and all is sound."""
    tokens = admitted(data, {name.lower(): value for name, value in settings.items()})
    with process(data, None, BOOTSTRAP_TOKEN="", **settings) as running:
        load = Load(running.url, tokens)
        with load.running():
            load.goes_on()
            yield load
            load.goes_on()
        load.is_sound()
        assert httpx.get(f"{running.url}/readyz", timeout=PATIENCE).status_code == 200


def _all_of(http: httpx.Client, url: str) -> dict[str, str]:
    found: dict[str, str] = {}
    while page := http.get(f"{url}/api/memory", params={"all": "true", "skip": str(len(found))}).json()["data"]:
        found |= {memory["id"]: memory["text"] for memory in page}
    return found
