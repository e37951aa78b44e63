"""Hybrid search over HTTP, beside the bare parts that it is made of."""

import time
from collections.abc import Callable, Sequence
from functools import partial

import apsw
import faiss
import numpy as np
from numpy.typing import NDArray

from bench.clients import Load
from bench.measures import Measure, Report, median
from bench.servers import Process, bare, fill, service
from bench.texts import memories, queries
from onememory.retrieval.words import index_terms, query_terms

SIZES = (10_000, 100_000)
LARGE = 1_000_000
ROUNDS = 5
ASKED = 400  # queries a round; each is asked once
CLIENTS = 8
TARGETS = {100_000: ("<= 4", "<= 8", ">= 400"), LARGE: ("<= 20", "", "")}

Rows = NDArray[np.float32]
Bits = NDArray[np.uint8]


def measure(*, large: bool) -> Report:
    """Every size in a server of its own."""
    measures: list[Measure] = []
    notes: list[str] = []
    for size in (*SIZES, LARGE) if large else SIZES:
        with service() as (running, _):
            started = time.perf_counter()
            fill(running.target, size)
            loaded = time.perf_counter() - started
            more, costs = _searches(running, size)
            measures += more
            notes += [f"{size:,}: loaded and embedded in {loaded:.0f} s; RSS {running.resident_mb:.0f} MB; {costs}"]
        measures += _parts(size)
    measures.append(_empty_route())
    return Report(
        measures,
        notes,
        "real texts: words are invented, so meaning nominates at random; a cold page cache; concurrent writes; "
        "users beside this one. Client and server share the cores.",
    )


def _searches(running: Process, size: int) -> tuple[list[Measure], str]:
    target = running.target
    requests = [target.get("/api/search", query=query) for query in queries(2 * ROUNDS * ASKED + ASKED)]
    target.send(requests[-ASKED:])
    used = running.processor_seconds
    alone = [target.send(requests[i * ASKED : (i + 1) * ASKED]) for i in range(ROUNDS)]
    crowd = [target.send(requests[i * ASKED : (i + 1) * ASKED], CLIENTS) for i in range(ROUNDS, 2 * ROUNDS)]
    used = (running.processor_seconds - used) / (2 * ROUNDS * ASKED) * 1_000
    protocol = f"{size:,} memories, {ROUNDS} rounds of {ASKED} new queries of 3 to 8 words, GET /api/search, 10 hits"
    p50, p95, rate = TARGETS.get(size, ("", "", ""))
    measures = [
        _of(f"search {size:,}, p50", alone, lambda load: load.percentile(50), "ms", f"one client, {protocol}", p50),
        _of(f"search {size:,}, p95", alone, lambda load: load.percentile(95), "ms", f"one client, {protocol}", p95),
        _of(
            f"search {size:,}, throughput", crowd, lambda load: load.rate, "/s", f"{CLIENTS} clients, {protocol}", rate
        ),
    ]
    own = median([load.own_microseconds for load in alone])[0]
    return measures, f"the server's processor time {used:.2f} ms a search; client's own cost {own:.0f} µs a request"


def _of(
    name: str, loads: Sequence[Load], figure: Callable[[Load], float], unit: str, protocol: str, target: str
) -> Measure:  # fmt: skip
    value, spread = median([figure(load) for load in loads])
    return Measure(name, value, unit, protocol, spread, target)


def _parts(size: int) -> list[Measure]:
    """The same words in bare FTS5, and a scan of as many vectors."""
    words = _full_text(size)
    asked = [" OR ".join(f'"{t}"' for t in query_terms(query) if t) or '"nothing"' for query in queries(ASKED)]
    match = "SELECT rowid, rank FROM words WHERE words MATCH ? ORDER BY rank LIMIT 100"
    rows = np.random.default_rng(1).standard_normal((size, 256), np.float32)
    signs = np.packbits(rows > 0, axis=1)
    queried = np.random.default_rng(2).standard_normal((64, 256), np.float32)
    bits = np.packbits(queried > 0, axis=1)
    return [
        _part(f"bare FTS5, {size:,}", [partial(_run, words, match, a) for a in asked]),
        _part(f"bare float32 product (numpy), {size:,}", [partial(_product, rows, q) for q in queried]),
        _part(f"bare bit scan (faiss), {size:,}", [partial(_bit_scan, signs, bits[i : i + 1]) for i in range(64)]),
    ]


def _run(words: apsw.Connection, sql: str, value: str) -> object:
    return words.execute(sql, (value,)).fetchall()


def _product(rows: Rows, query: Rows) -> object:
    return np.argpartition(-(rows @ query), 100)[:100]


def _bit_scan(signs: Bits, bits: Bits) -> object:
    faiss.omp_set_num_threads(1)
    return faiss.knn_hamming(bits, signs, 1_000, variant="mc")


def _full_text(size: int) -> apsw.Connection:
    words = apsw.Connection("")
    words.execute("CREATE VIRTUAL TABLE words USING fts5(terms, content='', contentless_delete=1)")
    with words:
        words.executemany(
            "INSERT INTO words (rowid, terms) VALUES (?, ?)",
            ((i, " ".join(index_terms(text))) for i, text in enumerate(memories(size), 1)),
        )
    return words


def _part(name: str, calls: Sequence[Callable[[], object]]) -> Measure:
    for call in calls[:10]:
        call()
    times = []
    for call in calls:
        started = time.perf_counter()
        call()
        times.append((time.perf_counter() - started) * 1e3)
    middle = float(np.percentile(times, 50))
    protocol = f"in this process, no HTTP, {len(calls)} queries; p95 {np.percentile(times, 95):.2f} ms"
    return Measure(f"{name}, p50", middle, "ms", protocol)


def _empty_route() -> Measure:
    with bare("constant", "2000") as target:
        load = target.send([target.get("/")] * 2_000)
    return Measure("an empty route, p50", load.percentile(50), "ms", "raw ASGI on uvicorn, 2,000 bytes, one client")
