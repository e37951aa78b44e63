"""What was acknowledged is there afterwards, however the process ended."""

import asyncio
import itertools
import json
import random
import signal
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from processes import PATIENCE, TOKEN, Process, process

from databases import DATABASES

pytestmark = pytest.mark.usefixtures("database")

CLIENTS = 8
ROUNDS = 6
DISK = 4 * 1024 * 1024  # bytes that a file may have where the disk is said to be full


class Load:
    """Clients that store, edit and delete until the server goes away, and remember what was acknowledged."""

    def __init__(self, running: Process, first: int) -> None:
        self._process = running
        self._numbers = itertools.count(first)
        self._lock = threading.Lock()
        self.kept: dict[str, str] = {}  # id -> text
        self.gone: set[str] = set()
        self.unsure: set[str] = set()  # asked for and not acknowledged
        self.enough = threading.Event()

    def run(self, kill_after: int) -> None:
        """Work until so many were acknowledged, then kill the server under the load."""
        with ThreadPoolExecutor(CLIENTS) as threads:
            work = [threads.submit(self._client, kill_after) for _ in range(CLIENTS)]
            try:
                assert self.enough.wait(PATIENCE * 4), f"only {len(self.kept)} were acknowledged"
            finally:
                self._process.kill()  # or the clients go on for ever
            for each in work:
                each.result()

    def _client(self, kill_after: int) -> None:
        with self._process.client() as http:
            while True:
                number = next(self._numbers)
                try:
                    self._step(http, number)
                except httpx.TransportError:
                    return
                if len(self.kept) >= kill_after:
                    self.enough.set()

    def _step(self, http: httpx.Client, number: int) -> None:
        text = f"memory number{number}x about tea"
        memory_id: str = http.post("/api/memory", json={"text": text}).raise_for_status().json()["memoryId"]
        with self._lock:
            self.kept[memory_id] = text
        if number % 5 == 0:
            self._edit(http, memory_id, f"edited number{number}y about coffee")
        if number % 7 == 0:
            self._delete(http, memory_id)

    def _edit(self, http: httpx.Client, memory_id: str, text: str) -> None:
        self.unsure.add(memory_id)
        http.post("/api/v2/memory/update", json={"memoryId": memory_id, "text": text}).raise_for_status()
        self.kept[memory_id] = text
        self.unsure.discard(memory_id)

    def _delete(self, http: httpx.Client, memory_id: str) -> None:
        self.unsure.add(memory_id)
        http.delete(f"/api/memories/{memory_id}").raise_for_status()
        with self._lock:
            del self.kept[memory_id]
        self.gone.add(memory_id)
        self.unsure.discard(memory_id)


def _all_memories(http: httpx.Client) -> dict[str, str]:
    found: dict[str, str] = {}
    query = {"all": "true"}
    while page := http.get("/api/memory", params=query | {"skip": str(len(found))}).json()["data"]:
        found |= {memory["id"]: memory["text"] for memory in page}
    return found


def _problems(data: Path) -> list[str]:
    async def check() -> list[str]:
        store = DATABASES.open(data)
        try:
            return await store.check()
        finally:
            await store.close()

    return asyncio.run(check())


def test_a_server_killed_under_load_loses_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    chance = random.Random(20260301)
    kept: dict[str, str] = {}
    for number in range(ROUNDS):
        with process(tmp_path) as running:
            load = Load(running, number * 100_000)
            load.run(kill_after=chance.randrange(20, 400))
        kept |= {k: v for k, v in load.kept.items() if k not in load.unsure}

        assert _problems(tmp_path) == []
        with process(tmp_path) as again, again.client() as http:
            there = _all_memories(http)
            assert {k: there.get(k) for k in kept} == kept
            assert not load.gone & there.keys()
            _assert_found_by_its_words(http, chance.sample(sorted(load.kept.items()), 15), load.unsure)


def _assert_found_by_its_words(http: httpx.Client, memories: list[tuple[str, str]], unsure: set[str]) -> None:
    for memory_id, text in memories:
        if memory_id not in unsure:
            hits = http.get("/api/search", params={"query": text.split()[-3]}).json()["hits"]
            hits = hits or http.get("/api/search", params={"query": text}).json()["hits"]
            assert memory_id in {hit["id"] for hit in hits}, text


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_told_to_stop_answers_what_is_under_way(tmp_path: Path, number: int) -> None:
    body = json.dumps({"memories": [f"note {n} with some words in it" for n in range(1_000)]}).encode()
    with process(tmp_path) as running, socket.create_connection(running.address, timeout=PATIENCE) as connection:
        connection.sendall(_head("/api/memories/bulk", len(body)))
        assert connection.recv(4_096).startswith(b"HTTP/1.1 100")  # now the server waits for the body

        running.process.send_signal(number)
        connection.sendall(body)

        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
        assert answer.startswith(b"HTTP/1.1 200")
        assert b'"stored":1000' in answer
        assert running.process.wait(PATIENCE) == 0

    assert _problems(tmp_path) == []


def _head(path: str, length: int) -> bytes:
    lines = (
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {TOKEN}",
        "Content-Type: application/json",
        f"Content-Length: {length}",
        "Expect: 100-continue",
    )
    return "\r\n".join([*lines, "", ""]).encode()


def test_a_second_start_finds_everything_that_the_first_stored(tmp_path: Path) -> None:
    with process(tmp_path, EMBEDDER="wordllama") as running, running.client() as http:
        http.post("/api/memory", json={"text": "Ada repairs bicycles"}).raise_for_status()
        http.close()
        assert running.terminate() == 0

    with process(tmp_path, EMBEDDER="wordllama") as running, running.client() as http:
        (hit,) = http.get("/api/search", params={"query": "mending a bike"}).json()["hits"]
        assert hit["text"] == "Ada repairs bicycles"


@pytest.mark.sqlite
def test_a_full_disk_fails_loudly_and_keeps_what_was_there(tmp_path: Path) -> None:
    kept: list[str] = []
    with process(tmp_path, DISK) as running, running.client() as http:
        answer = http.get("/api/buckets")
        while answer.status_code == 200 and len(kept) < 2_000:
            text = f"memory number{len(kept)}x " + "with a long tail " * 500
            answer = http.post("/api/memory", json={"text": text})
            kept += [answer.json()["memoryId"]] if answer.status_code == 200 else []

        assert len(kept) > 20
        assert answer.status_code == 500
        assert "nothing was stored" in answer.json()["error"]
        assert http.get(f"/api/memories/{kept[0]}").status_code == 200
        assert http.get("/api/search", params={"query": "number7x"}).json()["hits"][0]["id"] == kept[7]

    assert _problems(tmp_path) == []
    with process(tmp_path) as running, running.client() as http:
        assert http.post("/api/memory", json={"text": "there is room again"}).status_code == 200
        assert http.get("/api/memory", params={"count": "1"}).json()["count"] == len(kept) + 1
