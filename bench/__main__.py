"""Runs benchmarks by name and prints what they measured as Markdown: `scripts/bench [--large] [NAME ...]`."""

import argparse
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec

from bench import archive, crowd, footprint, mcp, mixed, pages, routes, search, shares, startup, store
from bench.measures import Report, machine, markdown

RESULTS = Path(__file__).parent / "results"


def table(*, large: bool) -> dict[str, Callable[[], Report]]:
    """The benchmarks over HTTP by name."""
    return {
        "startup": startup.measure,
        "search": partial(search.measure, large=large),
        "store": store.measure,
        "bulk": store.measure_bulk,
        "routes": routes.measure,
        "footprint": footprint.measure,
        "archive": partial(archive.measure, large=large),
        "mcp": mcp.measure,
        "pages": pages.measure,
        "crowd": crowd.measure,
        "mixed": mixed.measure,
        "shares": shares.measure,
    }


BY_THEMSELVES = (
    "scan",
    "halfvec",
    "retrieval",
    "recall",
    "dialects",
    "imports",
    "sizing",
    "partitions",
)  # modules with a protocol and a table of their own


def main() -> int:
    """Run the named benchmarks, or all; returns the exit code."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join([*table(large=False), *BY_THEMSELVES]))
    parser.add_argument("--large", action="store_true", help="search a million memories too (takes minutes)")
    chosen = parser.parse_args()
    benchmarks = table(large=chosen.large)
    names = chosen.names or [*benchmarks, *BY_THEMSELVES]
    if unknown := set(names) - benchmarks.keys() - set(BY_THEMSELVES):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    print(f"# Benchmarks\n\n{machine()}. HTTP on loopback, one server process with its default settings.\n", flush=True)
    for name in names:
        if name in BY_THEMSELVES:
            print(f"## {name}\n", flush=True)
            subprocess.run([sys.executable, "-m", f"bench.{name}"], check=True)
            continue
        report = benchmarks[name]()
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"{name}.json").write_bytes(msgspec.json.format(msgspec.json.encode((machine(), report))))
        print(markdown(name, report), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
