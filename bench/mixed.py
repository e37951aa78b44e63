"""64 clients who read and write at once for a minute, over SQLite and over PostgreSQL; then the server is killed.

Afterwards every write that was acknowledged must be there, and the index must agree with the memories. An answer that
is no 200 ends the benchmark with an error.
"""

import asyncio
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count, takewhile
from pathlib import Path

import msgspec
import numpy as np

from bench.clients import Heard, Load, Target, send_to
from bench.measures import Measure, Report
from bench.people import add_people
from bench.postgres import DATABASES, database
from bench.servers import batches, process, serve_arguments, wait_for_vectors
from bench.texts import memories, queries
from onememory.bootstrap import running
from onememory.settings import load

CLIENTS = 64
PEOPLE = 16
BEFORE = 1_000  # memories of each
SECONDS = 60.0
PAGE = 1_000
ASKED = 20_000  # different queries
WRITES, LISTS = (0,), (1, 2)  # of ten requests; the others search


@dataclass(slots=True)
class Outcome:
    """What a minute came to."""

    reads: list[float] = field(default_factory=list)  # milliseconds
    writes: list[float] = field(default_factory=list)
    written: dict[str, str] = field(default_factory=dict)  # texts acknowledged, by their ids

    def hear(self, answer: Heard) -> None:
        """Take down an answer."""
        if not answer.request.startswith(b"POST"):
            self.reads.append(answer.milliseconds)
            return
        self.writes.append(answer.milliseconds)
        text = msgspec.json.decode(answer.request.partition(b"\r\n\r\n")[2])["text"]
        self.written[msgspec.json.decode(answer.body)["memoryId"]] = text


def measure() -> Report:
    """The same minute over each database."""
    measures: list[Measure] = []
    notes: list[str] = []
    for kind in DATABASES:
        with database(kind) as url, tempfile.TemporaryDirectory(prefix="onememory-bench-") as folder:
            measures += _minute(kind, url, Path(folder), notes)
    return Report(
        measures, notes, "several processes; a disk whose flush takes long; people with much, for whom see crowd."
    )


def _minute(kind: str, url: str | None, folder: Path, notes: list[str]) -> Iterator[Measure]:
    data, outcome = folder / "data", Outcome()
    tokens = add_people(data, url, PEOPLE)
    with process(serve_arguments(data), folder, url) as server:
        people = [Target(server.target.url, token) for token in tokens]
        for number, person in enumerate(people):
            person.send(batches(person, memories(BEFORE, seed=100 + number)))
        for person in people:
            wait_for_vectors(person)
        requests = _mix(people, queries(ASKED, seed=11))
        used = server.processor_seconds
        until = time.perf_counter() + SECONDS
        minute = takewhile(lambda _: time.perf_counter() < until, requests)
        load = send_to([server.target.url], minute, CLIENTS, outcome.hear)
        used = (server.processor_seconds - used) / len(load.milliseconds) * 1_000
        notes.append(f"{kind}: the server's processor time {used:.2f} ms a request")
        server.kill()
    with process(serve_arguments(data), folder, url) as server:
        lost = _lost([replace(person, url=server.target.url) for person in people], outcome.written)
    wrong = asyncio.run(_problems(data, url))
    if lost or wrong:
        raise RuntimeError(f"{kind}: {lost} acknowledged writes are lost; {wrong or 'the index agrees'}")
    yield from _measures(kind, load, outcome)


def _mix(people: Sequence[Target], asked: Sequence[str]) -> Iterator[bytes]:
    """Requests of the people in turns."""
    texts = memories(1_000_000, seed=9)
    for number in count():
        person, kind = people[number // 10 % len(people)], number % 10
        if kind in WRITES:
            yield person.post("/api/memory", {"text": next(texts)})
        elif kind in LISTS:
            yield person.get("/api/memory", latest="true")
        else:
            yield person.get("/api/search", query=asked[number % len(asked)])


def _lost(people: Sequence[Target], written: Mapping[str, str]) -> int:
    """How many of the memories nobody has as they were written."""
    found: set[tuple[str, str]] = set()
    for person in people:
        for skip in count(0, PAGE):
            listed = person.ask(person.get("/api/memory", all="true", count=PAGE, skip=skip))["data"]
            found |= {(memory["id"], memory["text"]) for memory in listed}
            if len(listed) < PAGE:
                break
    return len(written.items() - found)


async def _problems(data: Path, url: str | None) -> list[str]:
    async with running(replace(load({"data": data}, {}), database_url=url)) as (_, store):
        return await store.check()


def _measures(kind: str, load: Load, outcome: Outcome) -> Iterator[Measure]:
    how = (
        f"{CLIENTS} clients for {SECONDS:.0f} s as {PEOPLE} people with {BEFORE:,} memories each; of ten requests "
        f"{len(WRITES)} stores, {len(LISTS)} list the latest, the others search; then the server is killed"
    )
    yield Measure(f"mixed on {kind}", load.rate, "/s", f"{how}; {len(load.milliseconds):,} requests, no error")
    for name, taken in (("reads", outcome.reads), ("writes", outcome.writes)):
        for percent in (50, 99):
            value = float(np.percentile(taken, percent))
            yield Measure(f"{name} on {kind}, p{percent}", value, "ms", f"the same; {len(taken):,} of them")
    yield Measure(
        f"writes lost on {kind}", 0, "", f"of {len(outcome.written):,} acknowledged; index checked", None, "<= 0"
    )
