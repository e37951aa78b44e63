"""From the start of the process to the first answer."""

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.measures import Measure, Report, median
from bench.servers import process, serve_arguments
from bench.texts import memories, queries

ROUNDS = 10
STORED = 1_000
NAMED = 8  # modules that take longest to import
_IMPORT = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \| +(\S+)")


def measure() -> Report:
    """Start the server again and again over a data directory that holds some memories."""
    with tempfile.TemporaryDirectory(prefix="onememory-bench-") as name:
        folder = Path(name)
        with process(serve_arguments(folder / "data"), folder) as first:
            target = first.target
            target.send([target.post("/api/memory", {"text": text}) for text in memories(STORED)], 8)
        healthy, searched = zip(*(_start(folder, query) for query in queries(ROUNDS)), strict=True)
    bare = [_bare_python() for _ in range(5)]
    protocol = f"process start to answer, {STORED:,} memories, page cache warm, median of {ROUNDS}"
    value, spread = median(healthy)
    second, second_spread = median(searched)
    idle = median(bare)[0]
    return Report(
        [
            Measure("ready (/healthz 200)", value, "s", protocol, spread, "<= 1", "import numpy alone, s", idle),
            Measure("first search answered", second, "s", protocol, second_spread, "", "import numpy alone, s", idle),
        ],
        [f"slowest imports (own ms): {_slowest_imports()}"],
        "a cold page cache after a reboot, and the opening of a large store (see search).",
    )


def _start(folder: Path, query: str) -> tuple[float, float]:
    started = time.perf_counter()
    with process(serve_arguments(folder / "data"), folder) as running:
        running.target.send([running.target.get("/healthz")])
        healthy = time.perf_counter() - started
        running.target.send([running.target.get("/api/search", query=query)])
        return healthy, time.perf_counter() - started


def _bare_python() -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import numpy"], check=True)
    return time.perf_counter() - started


def _slowest_imports() -> str:
    command = [sys.executable, "-X", "importtime", "-c", "import onememory.cli.main"]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    own = sorted(((int(own), name) for own, _, name in _IMPORT.findall(lines)), reverse=True)[:NAMED]
    return ", ".join(f"{name} {microseconds / 1000:.0f}" for microseconds, name in own)
