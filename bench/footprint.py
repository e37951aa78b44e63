"""Memory in use, and bytes on disk for each memory beside its text."""

from pathlib import Path

from bench.measures import Measure, Report
from bench.servers import Process, fill, service
from bench.texts import memories, queries

SIZES = (10_000, 100_000)
SEARCHES = 1_000


def measure() -> Report:
    """Fill a server of each size, search it, and look."""
    measures: list[Measure] = []
    for size in SIZES:
        with service() as (running, data):
            fill(running.target, size)
            running.target.send([running.target.get("/api/search", query=q) for q in queries(SEARCHES)])
            measures += _measures(running, data, size)
    return Report(measures, (), "history: each memory has one version; edits add their text. Files and images.")


def _measures(running: Process, data: Path, size: int) -> list[Measure]:
    text = sum(len(note.encode()) for note in memories(size))
    disk = sum(file.stat().st_size for file in data.rglob("*") if file.is_file() and file.suffix != ".db-wal")
    used = (disk - text) / size
    protocol = f"{size:,} memories of {text / size:.0f} bytes, bulk created, embedded, {SEARCHES:,} searches"
    target = "<= 250" if size == SIZES[0] else ""
    return [
        Measure(f"RSS, {size:,} memories", running.resident_mb, "MB", protocol, None, target),
        Measure(
            f"disk beside the text, {size:,}",
            used,
            "bytes/memory",
            f"{protocol}; data directory without the log",
            None,
            "<= 3000",
        ),
    ]
