"""Requests a second of hot routes, beside bare ASGI applications under the same uvicorn."""

import tempfile
from collections.abc import Sequence

from bench.clients import Target
from bench.measures import Measure, Report, median
from bench.servers import bare, batches, service, wait_for_vectors
from bench.texts import memories

STORED = 10_000
ROUNDS = 5
SENT = 3_000
CLIENTS = 16


def measure() -> Report:
    """Rounds of the service, of constant bytes and of the service without a framework, one after another."""
    with (
        service() as (running, _),
        tempfile.TemporaryDirectory(prefix="onememory-bench-") as data,
        bare("service", data) as unframed,
    ):
        targets = {"service": running.target, "bare service": unframed}
        for target in (running.target,):
            target.send(batches(target, memories(STORED)))
            wait_for_vectors(target)
        unframed.send([unframed.post("/api/memory", {"text": text}) for text in memories(STORED)], 64)
        size = len(running.target.send([_latest(running.target)]).last)
        with bare("constant", str(size)) as constant:
            return _compared({**targets, "constant": constant}, size)


def _compared(targets: dict[str, Target], size: int) -> Report:
    measures: list[Measure] = []
    texts = list(memories(SENT * (ROUNDS + 1), seed=5))
    for route in ("GET /api/memory?latest=true", "POST /api/memory"):
        rates: dict[str, list[float]] = {name: [] for name in targets}
        own: list[float] = []
        for i in range(ROUNDS + 1):
            for name, target in targets.items():
                part = texts[i * SENT : (i + 1) * SENT]
                load = target.send(_requests(route, target, part), CLIENTS)
                if i:  # the first round warms up
                    rates[name].append(load.rate)
                    own.append(load.own_microseconds)
        measures += _measures(route, rates, size)
    note = f"client's own cost {median(own)[0]:.0f} µs a request; GET answers {size:,} bytes"
    return Report(measures, [note], "TLS, a proxy in front, clients on another machine.")


def _measures(route: str, rates: dict[str, list[float]], size: int) -> list[Measure]:
    value, spread = median(rates["service"])
    constant, unframed = median(rates["constant"])[0], median(rates["bare service"])[0]
    protocol = f"{CLIENTS} clients, {ROUNDS} rounds of {SENT:,}, {STORED:,} memories"
    return [
        Measure(route, value, "/s", protocol, spread, "", f"raw ASGI, constant {size:,} bytes, /s", constant),
        Measure(f"{route}, share of raw ASGI", value / constant, "x", protocol, None, ">= 0.6"),
        Measure(
            f"{route}, share of raw ASGI over the same service", value / unframed, "x",
            f"{protocol}; raw ASGI authenticates, calls the same handler, encodes: {unframed:,.0f}/s", None, ">= 0.6",
        ),
    ]  # fmt: skip


def _requests(route: str, target: Target, texts: Sequence[str]) -> list[bytes]:
    if route.startswith("GET"):
        return [_latest(target)] * len(texts)
    return [target.post("/api/memory", {"text": text}) for text in texts]


def _latest(target: Target) -> bytes:
    return target.get("/api/memory", latest="true")
