"""What partitions cost: the same searches and stores over tables in one piece and in 16 and 64 partitions.

Run as `scripts/bench partitions`. Protocol: one PostgreSQL, a database and a server process for each, one person with
10,000 memories in each; 5 rounds in which each takes its turn, one client, 100 searches (words and meaning, new
queries) and 100 stores a round; median of the rounds' p50, with the least and the greatest.
"""

import sys
import tempfile
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

from bench.measures import figure, machine, median
from bench.postgres import new_database, postgres
from bench.servers import Process, fill, process, serve_arguments
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
        taken: dict[int | None, list[tuple[float, float]]] = {pieces: [] for pieces in PIECES}
        texts, notes = iter(queries(ROUNDS * len(PIECES) * ASKED)), memories(ROUNDS * len(PIECES) * ASKED, seed=9)
        for _ in range(ROUNDS):
            for pieces, one in running.items():
                taken[pieces].append(_round(one, list(islice(texts, ASKED)), list(islice(notes, ASKED))))
    print("| partitions | search p50, ms | rounds | store p50, ms | rounds |\n|---|---|---|---|---|")
    for pieces, rounds in taken.items():
        cells = [f"{figure(m)} | {figure(s[0])} to {figure(s[1])}" for m, s in map(median, zip(*rounds, strict=True))]
        print(f"| {pieces or 'none'} | {' | '.join(cells)} |")
    return 0


def _round(running: Process, asked: list[str], notes: list[str]) -> tuple[float, float]:
    target = running.target
    searches = target.send([target.get("/api/search", query=text) for text in asked])
    stores = target.send([target.post("/api/memory", {"text": note}) for note in notes])
    return searches.percentile(50), stores.percentile(50)


if __name__ == "__main__":
    sys.exit(main())
