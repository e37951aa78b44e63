"""What partitions cost: the same searches and stores over tables in one piece and in 16 and 64 partitions.

Run as `scripts/bench partitions`. Protocol: one PostgreSQL, a database and a server process for each, one person with
10,000 memories in each; 5 rounds in which each takes its turn, one client, 100 searches (words and meaning, new
queries) and 100 stores a round; median of the rounds, with the least and the greatest. Processor time is that of the
database's processes.
"""

import sys
import tempfile
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

from bench.measures import figure, machine, median
from bench.postgres import new_database, postgres
from bench.servers import Process, fill, process, serve_arguments
from bench.sizing import Database
from bench.texts import memories, queries
from onememory.bootstrap import make_tables

PIECES = (None, 16, 64)
MEMORIES = 10_000
ROUNDS = 5
ASKED = 100


def main() -> int:
    """Print the table."""
    print(f"{__doc__}\n{machine()}.\n")
    with postgres() as server, ExitStack() as stack:
        running = {}
        for pieces in PIECES:
            url = new_database(server)
            make_tables(url, pieces, is_cluster=False)
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="onememory-bench-")))
            running[pieces] = stack.enter_context(process(serve_arguments(folder / "data"), folder, url))
            fill(running[pieces].target, MEMORIES)
        database = Database(new_database(server))
        texts, notes = iter(queries(ROUNDS * len(PIECES) * ASKED)), memories(ROUNDS * len(PIECES) * ASKED, seed=9)
        taken: dict[int | None, list[tuple[float, ...]]] = {pieces: [] for pieces in PIECES}
        for _ in range(ROUNDS):
            for pieces, one in running.items():
                searches = [one.target.get("/api/search", query=text) for text in islice(texts, ASKED)]
                stores = [one.target.post("/api/memory", {"text": note}) for note in islice(notes, ASKED)]
                taken[pieces].append((*_sent(one, database, searches), *_sent(one, database, stores)))
    print("| partitions | search p50, ms | processor, ms | store p50, ms | processor, ms |\n|---|---|---|---|---|")
    for pieces, rounds in taken.items():
        print(f"| {pieces or 'none'} | {' | '.join(map(_cell, zip(*rounds, strict=True)))} |")
    return 0


def _sent(running: Process, database: Database, requests: list[bytes]) -> tuple[float, float]:
    used = database.processor_seconds
    load = running.target.send(requests)
    return load.percentile(50), (database.processor_seconds - used) / len(requests) * 1_000


def _cell(values: tuple[float, ...]) -> str:
    middle, (least, greatest) = median(values)
    return f"{figure(middle)} ({figure(least)} to {figure(greatest)})"


if __name__ == "__main__":
    sys.exit(main())
