"""Memory in use, and bytes on disk for each memory beside its text."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from bench.clients import Target
from bench.measures import Measure, Report
from bench.servers import Process, fill, service
from bench.texts import memories, queries

SIZES = (10_000, 100_000)
SEARCHES = 1_000
CALLS = 100  # of an MCP client
TARGET = "<= 250"


def measure() -> Report:
    """Fill a server of each size, search it, and look."""
    measures: list[Measure] = []
    for size in SIZES:
        with service() as (running, data):
            fill(running.target, size)
            running.target.send([running.target.get("/api/search", query=q) for q in queries(SEARCHES)])
            measures += _measures(running, data, size)
            if size == SIZES[0]:
                measures.append(_with_a_client(running, size))
    return Report(measures, (), "history: each memory has one version; edits add their text. Files and images.")


def _measures(running: Process, data: Path, size: int) -> list[Measure]:
    text = sum(len(note.encode()) for note in memories(size))
    disk = sum(file.stat().st_size for file in data.rglob("*") if file.is_file() and file.suffix != ".db-wal")
    used = (disk - text) / size
    protocol = f"{size:,} memories of {text / size:.0f} bytes, bulk created, embedded, {SEARCHES:,} searches"
    target = TARGET if size == SIZES[0] else ""
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


def _with_a_client(running: Process, size: int) -> Measure:
    """The same server, once an MCP client has opened, listed the tools and searched."""
    target = running.target
    opening = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "bench", "version": "1"}}
    searches = ({"name": "search_memories", "arguments": {"query": q}} for q in queries(CALLS))
    _ask(target, "initialize", opening)
    _ask(target, "tools/list", {})
    for search in searches:
        _ask(target, "tools/call", search)
    protocol = f"the same server, then a handshake, the list of tools and {CALLS} calls of search_memories over /mcp"
    return Measure(f"RSS, {size:,} memories, after an MCP client", running.resident_mb, "MB", protocol, None, TARGET)


def _ask(target: Target, method: str, params: Mapping[str, object]) -> None:
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    load = target.send([target.post("/mcp", message, {"accept": "application/json, text/event-stream"})])
    answer = msgspec.json.decode(load.last)
    if "error" in answer or answer["result"].get("isError"):
        raise RuntimeError(load.last[:300])
