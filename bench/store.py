"""Durable stores over HTTP, one at a time and many at once, beside bare inserts on the same file system."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import apsw
import numpy as np

from bench.clients import Load, Target, rounds
from bench.measures import Measure, Report, median
from bench.servers import BATCH, batches, service, wait_for_vectors
from bench.texts import memories

ROUNDS = 5
ALONE = 400  # stores a round from one client
CROWD = 6_000  # stores a round from many
CLIENTS = 64
BULKS = 10  # batches a round
BEFORE = 10_000  # memories in the store before it is measured


def measure() -> Report:
    """Single stores, then stores from many clients; bare inserts between the rounds."""
    alone: list[Load] = []
    inserts: list[float] = []
    used = 0.0
    with service() as (running, data):
        target = running.target
        target.send(batches(target, memories(BEFORE)))
        wait_for_vectors(target)
        requests = _stores(target)
        target.send([next(requests) for _ in range(ALONE)])
        for _ in range(ROUNDS):
            inserts.append(_bare_inserts(data.parent))
            alone.append(target.send([next(requests) for _ in range(ALONE)]))
        used = running.processor_seconds
        crowd = [target.send([next(requests) for _ in range(CROWD)], CLIENTS) for _ in range(ROUNDS)]
        used = (running.processor_seconds - used) / (ROUNDS * CROWD) * 1_000
    bare = median(inserts)[0]
    protocol = f"POST /api/memory, committed, indexed and embedded; {BEFORE:,} memories before; {ROUNDS} rounds"
    p50, p50_spread = median([load.percentile(50) for load in alone])
    p95, p95_spread = median([load.percentile(95) for load in alone])
    rate, rate_spread = median([load.rate for load in crowd])
    one = f"one client, {protocol} of {ALONE}"
    many = f"{CLIENTS} clients, {protocol} of {CROWD:,}"
    reference = "bare apsw insert and commit, synchronous=FULL, p50 ms"
    ratio = f"{one}; bare inserts of the same row in between"
    return Report(
        [
            Measure("store, p50", p50, "ms", one, p50_spread, "<= 3", reference, bare),
            Measure("store, p95", p95, "ms", one, p95_spread, "", reference, bare),
            Measure("store p50 over a bare insert", p50 / bare, "x", ratio, None, "<= 2.5"),
            Measure("stores", rate, "/s", many, rate_spread, ">= 2000", "one after another bare, /s", 1000 / bare),
        ],
        [
            f"the server's processor time {used:.2f} ms a store with {CLIENTS} clients",
            f"client's own cost {median([load.own_microseconds for load in crowd])[0]:.0f} µs a request",
        ],
        "a disk whose flush takes long: here a bare durable commit takes the time of the reference.",
    )


def measure_bulk() -> Report:
    """Bulk creation, a batch after another from one client."""
    with service() as (running, _):
        target = running.target
        requests = batches(target, memories((ROUNDS + 1) * BULKS * BATCH))
        loads = [target.send(part) for part in rounds(requests, BULKS)][1:]
        started = time.perf_counter()
        wait_for_vectors(target)
        waited = time.perf_counter() - started
    rate, spread = median([load.rate * BATCH for load in loads])
    protocol = (
        f"POST /api/memories/bulk, {BATCH:,} a batch, one client, {ROUNDS} rounds of {BULKS} batches; "
        "durable and found by words when answered, embedded by the worker meanwhile"
    )
    return Report(
        [Measure("bulk create", rate, "memories/s", protocol, spread, ">= 10000")],
        [f"the last vectors came {waited:.1f} s after the last batch"],
        "an import from a file, which parses as well.",
    )


def _stores(target: Target) -> Iterator[bytes]:
    return (target.post("/api/memory", {"text": text}) for text in memories(1_000_000, seed=3))


def _bare_inserts(folder: Path) -> float:
    """Milliseconds (p50) of inserting one such row into a table like ours and committing it."""
    times = []
    with tempfile.TemporaryDirectory(dir=folder) as name:
        database = apsw.Connection(str(Path(name) / "bare.db"))
        database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")
        database.execute(
            "CREATE TABLE memories (user_id TEXT, memory_id TEXT, bucket_id INTEGER, text TEXT, created_at INTEGER, "
            "PRIMARY KEY (user_id, memory_id)) WITHOUT ROWID"
        )
        for i, text in enumerate(memories(ALONE, seed=4)):
            started = time.perf_counter()
            database.execute("INSERT INTO memories VALUES (?, ?, ?, ?, ?)", ("u", f"{i:026}", 1, text, i))
            times.append((time.perf_counter() - started) * 1e3)
        database.close()
    return float(np.percentile(times, 50))
