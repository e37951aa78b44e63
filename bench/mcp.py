"""Calls of MCP tools over HTTP beside the same REST requests, the size of their list, and the stdio handshake."""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import msgspec

from bench.clients import Target
from bench.measures import Measure, Report, median
from bench.servers import batches, service, wait_for_vectors
from bench.texts import memories, queries
from onememory.embedding.tokens import BundledTokens

STORED = 10_000
ROUNDS = 5
ASKED = 300  # requests a round
STARTS = 7
CLIENT = {"name": "bench", "version": "1"}
MODERN, LEGACY = "2026-07-28", "2025-11-25"
SHARE = "<= 3"  # of the same REST request's p50
TOKENS = "<= 4000"

Doors = dict[str, Iterator[list[bytes]]]  # by name, the requests of each act


def measure() -> Report:
    """REST and both protocol eras take turns, round after round, over one server."""
    with service() as (running, _):
        target = running.target
        target.send(batches(target, memories(STORED)))
        wait_for_vectors(target)
        searches = _compared("search_memories", "GET /api/search", _searches(target), target)
        stores = _compared("store_memory", "POST /api/memory", _stores(target), target)
        listed = msgspec.json.encode(target.ask(_modern(target, "tools/list", {}))["result"]["tools"]).decode()
    tokens = float(BundledTokens().count([listed])[0])
    size = f"tools/list of a token that may do everything, as JSON ({len(listed):,} characters), tokens of wordllama"
    value, spread = median([_handshake() for _ in range(STARTS)])
    start = f"`onememory mcp` without a data directory, process start to the answer of initialize, median of {STARTS}"
    return Report(
        [
            *searches,
            *stores,
            Measure("list of tools", tokens, "tokens", size, None, TOKENS),
            Measure("stdio handshake", value, "s", start, spread, "<= 1"),
        ],
        ["store_memory looks for memories that say the same, which the REST request does not"],
        "answers as an event stream, which our server does not give; the time that a client itself takes.",
    )


def _searches(target: Target) -> Doors:
    asked = list(queries((ROUNDS + 1) * ASKED))
    return {
        "REST": ([target.get("/api/search", query=query)] for query in asked),
        MODERN: ([_called(target, _modern, "search_memories", query=query)] for query in asked),
        LEGACY: ([_called(target, _legacy, "search_memories", query=query)] for query in asked),
    }


def _stores(target: Target) -> Doors:
    there, modern, legacy = (list(memories((ROUNDS + 1) * ASKED, seed=seed)) for seed in (11, 12, 13))
    return {
        "REST": ([target.post("/api/memory", {"text": text})] for text in there),
        MODERN: ([_called(target, _modern, "store_memory", text=text)] for text in modern),
        LEGACY: ([_called(target, _legacy, "store_memory", text=text)] for text in legacy),
    }


def _called(target: Target, era: "Callable[[Target, str, dict[str, object]], bytes]", tool: str, **given: str) -> bytes:
    return era(target, "tools/call", {"name": tool, "arguments": given})


def _modern(target: Target, method: str, params: dict[str, object]) -> bytes:
    headers = {"accept": "application/json, text/event-stream", "mcp-protocol-version": MODERN, "mcp-method": method}
    if "name" in params:
        headers["mcp-name"] = str(params["name"])
    meta = {
        "io.modelcontextprotocol/protocolVersion": MODERN,
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": CLIENT,
    }
    return target.post("/mcp", _message(method, {**params, "_meta": meta}), headers)


def _legacy(target: Target, method: str, params: dict[str, object]) -> bytes:
    headers = {"accept": "application/json, text/event-stream", "mcp-protocol-version": LEGACY}
    return target.post("/mcp", _message(method, params), headers)


def _message(method: str, params: dict[str, object]) -> dict[str, object]:
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}


def _compared(tool: str, rest: str, doors: Doors, target: Target) -> list[Measure]:
    p50s: dict[str, list[float]] = {door: [] for door in doors}
    for i in range(ROUNDS + 1):
        for door, acts in doors.items():
            p50 = _round(target, list(islice(acts, ASKED)))
            if i:  # the first round warms up
                p50s[door].append(p50)
    reference = median(p50s["REST"])[0]
    protocol = f"one client, {STORED:,} memories, {ROUNDS} rounds of {ASKED}, doors in turn"
    measures: list[Measure] = []
    for era in (MODERN, LEGACY):
        value, spread = median(p50s[era])
        name = f"{tool}, {era}, p50"
        measures.append(Measure(name, value, "ms", protocol, spread, "", f"{rest}, p50 ms", reference))
        measures.append(Measure(f"{name} over REST", value / reference, "x", protocol, None, SHARE))
    return measures


def _round(target: Target, acts: list[list[bytes]]) -> float:
    """Milliseconds (p50) that an act takes, which is some requests one after another."""
    load = target.send([request for act in acts for request in act])
    answer = msgspec.json.decode(load.last)
    if "error" in answer or answer.get("result", {}).get("isError"):
        raise RuntimeError(load.last[:300])
    return statistics.median(sum(each) for each in _parts(load.milliseconds, len(acts[0])))


def _parts(values: list[float], size: int) -> Iterator[list[float]]:
    return (values[i : i + size] for i in range(0, len(values), size))


def _handshake() -> float:
    """Seconds from the start of a process to its first answer."""
    params: dict[str, object] = {"protocolVersion": LEGACY, "capabilities": {}, "clientInfo": CLIENT}
    opening = msgspec.json.encode(_message("initialize", params)) + b"\n"
    with tempfile.TemporaryDirectory(prefix="onememory-bench-") as folder:
        started = time.perf_counter()
        with subprocess.Popen(
            [sys.executable, "-m", "onememory", "mcp", "--data", str(Path(folder) / "data")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as process:
            assert process.stdin
            assert process.stdout
            process.stdin.write(opening)
            process.stdin.flush()
            answer = msgspec.json.decode(process.stdout.readline())
            seconds = time.perf_counter() - started
            process.stdin.close()
    if "result" not in answer:
        raise RuntimeError(f"no handshake: {answer}")
    return seconds
