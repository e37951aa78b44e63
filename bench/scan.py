"""Vector scan: kernels, the whole of Shelf.nearest, opening, and recall against exact cosines.

Run `python -m bench.scan [--rows 1000000]`. Everything runs in one thread; figures are medians (and 95th
percentiles) of single queries after a warm-up.
The reference is a float32 product over the same rows, in the same run.
"""

import argparse
import asyncio
import json
import platform
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from onememory.embedding import EmbedderOptions, build_embedder
from onememory.storage.index.shelf import RESCORED, Row, Shelf, ShelfFilters, pack_vectors
from onememory.storage.index.signatures import Positions, Signs, Vectors, closest, signs_of, unpack_vectors

DIMENSION = 256
SIZES = (10_000, 100_000, 1_000_000)
BLOCK = 32_768
LOCOMO = Path(__file__).resolve().parents[2] / "shared/evals/locomo-dev.json"

Words = NDArray[np.uint64]
Query = Callable[[int], object]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=SIZES[-1], help="the largest size")
    largest = parser.parse_args().rows
    print(__doc__)
    print(
        f"Python {platform.python_version()}, numpy {np.__version__}, faiss {faiss.__version__}, {platform.machine()}"
    )
    imports()
    for size in (*(size for size in SIZES if size < largest), largest):
        vectors = clustered(size)
        kernels(vectors)
        shelf(vectors)
    recall("clustered synthetic, 100,000 rows", clustered(100_000), clustered(200, seed=2))
    locomo()


def imports() -> None:
    print("\nimport after numpy: milliseconds and MB of resident memory, least of three processes")
    code = (
        "import numpy, time\n"
        "def mb(): return int(open('/proc/self/statm').read().split()[1]) * 4 / 1024\n"
        "m, t = mb(), time.perf_counter()\nimport {}\nprint((time.perf_counter() - t) * 1e3, mb() - m)"
    )
    for module in filter(find_spec, ("faiss", "numkong")):
        runs = [subprocess.check_output([sys.executable, "-c", code.format(module)], text=True) for _ in range(3)]
        least = np.array([run.split() for run in runs], float).min(axis=0)
        print(f"  {module:34} {least[0]:8.1f} ms {least[1]:6.1f} MB")


def kernels(vectors: Vectors) -> None:
    signs = signs_of(vectors)
    queries = signs_of(clustered(64, seed=2))
    print(f"\n{len(signs):,} rows of {DIMENSION} bits, best {RESCORED}: p50 (p95) ms; p50 beside a busy Python thread")
    for name, kernel in _kernels(signs, queries).items():
        with busy_thread():
            busy = timed(kernel, 20)[0]
        p50, p95 = timed(kernel, 100)
        print(f"  {name:34} {p50:8.3f} ({p95:.3f}) {busy:10.1f}")


def _kernels(signs: Signs, queries: Signs) -> dict[str, Query]:
    planes = np.ascontiguousarray(signs.view(np.uint64).T)
    words = queries.view(np.uint64)
    found: dict[str, Query] = {
        "faiss, counters (chosen)": lambda i: closest(signs, queries[i : i + 1], RESCORED),
        "faiss, heap": lambda i: faiss.knn_hamming(queries[i : i + 1], signs, RESCORED, variant="hc"),
        "numpy, bitwise_count by columns": lambda i: numpy_closest(planes, words[i], RESCORED),
    }
    if find_spec("numkong"):
        numkong = import_module("numkong")
        found["numkong, cdist alone"] = lambda i: numkong.cdist(queries[i : i + 1], signs, "hamming", dtype="uint1")
    return found


def numpy_closest(planes: Words, words: Words, count: int) -> Positions:
    """The same without faiss: distances by blocks that stay in the cache, then the smallest."""
    size = planes.shape[1]
    distances = np.empty(size, np.uint16)
    for start in range(0, size, BLOCK):
        part = distances[start : start + BLOCK]
        part[:] = 0
        for plane, word in zip(planes[:, start : start + BLOCK], words, strict=True):
            part += np.bitwise_count(plane ^ word)
    return np.argpartition(distances, count)[:count].astype(np.int64)


def rows_of(vectors: Vectors) -> list[Row]:
    """Rows of a shelf with these vectors."""
    packed = [
        form for start in range(0, len(vectors), 50_000) for form in pack_vectors(vectors[start : start + 50_000])
    ]
    return [Row(i, True, i % 10, i % 1000, None, "stated", "text", 0, 9, False, form) for i, form in enumerate(packed)]


def shelf(vectors: Vectors) -> None:
    rows = rows_of(vectors)
    opened = Shelf(DIMENSION)
    started = time.perf_counter()
    opened.load(rows)
    print(f"Shelf: opened in {time.perf_counter() - started:.2f} s")
    queries = clustered(64, seed=2)
    filters = {
        "nearest 100 of all": None,
        "... of half": ShelfFilters(before=499),
        "... of a tenth": ShelfFilters(bucket_ids=frozenset({3})),
        "... of a hundredth": ShelfFilters(bucket_ids=frozenset({3}), after=900),
    }
    for name, wanted in filters.items():
        p50, p95 = timed(partial(nearest, opened, queries, wanted), 100)
        print(f"  {name:34} {p50:8.3f} ({p95:.3f})")
    exact = timed(lambda i: np.argpartition(-(vectors @ queries[i]), 100)[:100], 20)[0]
    print(f"  {'reference: float32 product':34} {exact:8.3f}")


def nearest(opened: Shelf, queries: Vectors, filters: ShelfFilters | None, i: int) -> object:
    return opened.nearest(queries[i], filters, 100)


def recall(name: str, vectors: Vectors, queries: Vectors) -> None:
    scales, codes = unpack_vectors(pack_vectors(vectors), DIMENSION)
    signs, signatures = signs_of(codes), signs_of(queries)
    print(f"\nrecall@100 against exact float32 cosines: {name}, {len(queries):,} queries")
    exact = [set(np.argsort(-(vectors @ query))[:100].tolist()) for query in queries]
    for pool in (200, 400, 600, RESCORED):
        shares = []
        for i, query in enumerate(queries):
            at = closest(signs, signatures[i : i + 1], pool)
            best = at[np.argsort(-(codes[at].astype(np.float32) @ query * scales[at]))[:100]]
            shares.append(len(exact[i].intersection(best.tolist())) / 100)
        print(f"  best {pool:5} rescored {np.mean(shares):.4f}, worst query {min(shares):.2f}")


def locomo() -> None:
    if not LOCOMO.is_file():
        print("\nLoCoMo is not beside the checkout: its recall is left out")
        return
    turns, questions = _locomo_texts(json.loads(LOCOMO.read_text(encoding="utf-8")))
    embedder = build_embedder("wordllama", EmbedderOptions(Path()))
    vectors = [asyncio.run(embedder.embed(texts)) for texts in (turns, questions)]
    recall(f"wordllama over {len(turns):,} turns of LoCoMo", *vectors)


def _locomo_texts(samples: list[dict[str, Any]]) -> tuple[list[str], list[str]]:
    sessions = [s for sample in samples for s in sample["conversation"].values() if isinstance(s, list)]
    questions = [qa["question"] for sample in samples for qa in sample["qa"]]
    return [turn["text"] for session in sessions for turn in session], questions[:500]


def clustered(count: int, seed: int = 1) -> Vectors:
    """Unit rows around 1,000 centres, which seeds share; neighbours in a cluster have cosines of about 0.5."""
    centres = np.random.default_rng(0).standard_normal((1_000, DIMENSION), dtype=np.float32)
    random = np.random.default_rng(seed)
    rows = random.standard_normal((count, DIMENSION), dtype=np.float32)
    rows += centres[random.integers(0, len(centres), count)]
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


def timed(query: Query, repetitions: int) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds."""
    for i in range(3):
        query(i)
    times = []
    for i in range(repetitions):
        started = time.perf_counter()
        query(i % 64)
        times.append((time.perf_counter() - started) * 1e3)
    return float(np.percentile(times, 50)), float(np.percentile(times, 95))


@contextmanager
def busy_thread() -> Iterator[None]:
    """Another thread that runs Python all the time, as a busy server has."""
    over = threading.Event()

    def spin() -> None:
        while not over.is_set():
            sum(range(200))

    thread = threading.Thread(target=spin)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


if __name__ == "__main__":
    main()
