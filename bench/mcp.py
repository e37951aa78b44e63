"""Calls of MCP tools over HTTP beside the same REST requests, the size of their list, and the stdio handshake."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import msgspec

from bench.clients import Load, Target
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

Requests = Iterator[bytes]


def measure() -> Report:
    """REST and both protocol eras take turns, round after round, over one server."""
    with service() as (running, _):
        target = running.target
        target.send(batches(target, memories(STORED)))
        wait_for_vectors(target)
        searches = _compared("search_memories", _searches(target), target)
        stores = _compared("store_memory", _stores(target), target)
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
        [],
        "answers as an event stream, which a server of ours does not give; clients' own time, which is ten times that.",
    )


def _searches(target: Target) -> dict[str, Requests]:
    def asked(build: Callable[[str], bytes]) -> Requests:
        return (build(query) for query in queries((ROUNDS + 1) * ASKED))

    return {
        "REST": asked(lambda query: target.get("/api/search", query=query)),
        MODERN: asked(lambda query: _called(target, _modern, "search_memories", query=query)),
        LEGACY: asked(lambda query: _called(target, _legacy, "search_memories", query=query)),
    }


def _stores(target: Target) -> dict[str, Requests]:
    def stored(build: Callable[[str], bytes], seed: int) -> Requests:
        return (build(text) for text in memories((ROUNDS + 1) * ASKED, seed=seed))

    return {
        "REST": stored(lambda text: target.post("/api/memory", {"text": text}), 11),
        MODERN: stored(lambda text: _called(target, _modern, "store_memory", text=text), 12),
        LEGACY: stored(lambda text: _called(target, _legacy, "store_memory", text=text), 13),
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


def _compared(tool: str, requests: dict[str, Requests], target: Target) -> list[Measure]:
    loads: dict[str, list[Load]] = {door: [] for door in requests}
    for i in range(ROUNDS + 1):
        for door, rest in requests.items():
            load = target.send(list(islice(rest, ASKED)))
            _check(load)
            if i:  # the first round warms up
                loads[door].append(load)
    rest_p50 = _p50(loads["REST"])[0]
    protocol = f"one client, {STORED:,} memories, {ROUNDS} rounds of {ASKED}, doors in turn"
    return [
        measure
        for era in (MODERN, LEGACY)
        for measure in _measures(f"{tool}, {era}", *_p50(loads[era]), rest_p50, protocol)
    ]


def _check(load: Load) -> None:
    answer = msgspec.json.decode(load.last)
    if "error" in answer or answer.get("result", {}).get("isError"):
        raise RuntimeError(load.last[:300])


def _measures(
    name: str, value: float, spread: tuple[float, float], rest: float, protocol: str
) -> Sequence[Measure]:  # fmt: skip
    return (
        Measure(f"{name}, p50", value, "ms", protocol, spread, "", "the same over REST, p50 ms", rest),
        Measure(f"{name}, p50 over REST", value / rest, "x", protocol, None, SHARE),
    )


def _p50(loads: Sequence[Load]) -> tuple[float, tuple[float, float]]:
    return median([load.percentile(50) for load in loads])


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
