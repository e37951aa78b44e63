"""What a person costs on PostgreSQL: bytes in each table, memory of a process, processor time, log, connections.

Run as `scripts/bench sizing`. Protocol: one server process with its default settings over an empty database with its
own server, whose settings are as they come but for shared_buffers. One person gets synthetic memories of some 120
bytes in bulk and an export of chats with turns of some 250; all has its vectors and is vacuumed before tables are
weighed. Bytes are those of the table, what is stored out of line, and the indexes (pg_total_relation_size). Processor
time is that of the server and of the database's processes, from /proc.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from os import sysconf
from pathlib import Path

import psycopg

from bench.archive import import_chats, write_chats
from bench.clients import Target
from bench.measures import figure, machine
from bench.people import add_people
from bench.postgres import new_database, postgres
from bench.scan import DIMENSION, clustered, rows_of
from bench.servers import Process, batches, process, serve_arguments, wait_for_vectors
from bench.texts import memories, queries
from onememory.storage.index.shelf import Shelf

PEOPLE = 1_000
MEMORIES = 10_000
TURNS = 50_000
ASKED = 1_000  # searches, and half as many recalls and stores
CLIENTS = 8
REPEATED = 50  # questions that a process has answered before its memory is looked at
FLUSHED = 3.0  # seconds, after which what was read stands in the audit log
LEAST = 0.5  # bytes an item below which a table is not worth a line

_SIZES = """
    SELECT c.relname, pg_table_size(c.oid), pg_indexes_size(c.oid) FROM pg_class AS c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
"""
_LASTING = """
    SELECT pid FROM pg_stat_activity
    WHERE backend_type IN ('client backend', 'walwriter', 'checkpointer', 'background writer')
"""


@dataclass(frozen=True, slots=True)
class Size:
    """Bytes of a table."""

    rows: float
    indexes: float

    @property
    def both(self) -> float:
        """All of it."""
        return self.rows + self.indexes

    def since(self, before: "Size", count: int) -> "Size":
        """What has been added, for each of so many items."""
        return Size((self.rows - before.rows) / count, (self.indexes - before.indexes) / count)


Sizes = Mapping[str, Size]


class Database:
    """A database under measurement, seen from outside."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)

    def sizes(self) -> Sizes:
        """Each table, once its free space is known and its index is merged."""
        self._connection.execute("VACUUM ANALYZE")
        return {name: Size(rows, indexes) for name, rows, indexes in self._connection.execute(_SIZES)}

    def number(self, sql: str) -> float:
        """The first column of the first row."""
        row = self._connection.execute(sql.encode()).fetchone()
        return float(row[0]) if row else 0.0

    @property
    def processor_seconds(self) -> float:
        """Of the database's processes, those aside that come and go."""
        pids = [pid for (pid,) in self._connection.execute(_LASTING)]
        return sum(_seconds(pid) for pid in pids)


def _seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / sysconf("SC_CLK_TCK")


def main() -> int:
    """Print the tables."""
    print(f"{__doc__}\n{machine()}.\n")
    with postgres() as server, tempfile.TemporaryDirectory(prefix="onememory-bench-") as name:
        url, folder = new_database(server), Path(name)
        with process(serve_arguments(folder / "data"), folder, url) as running:
            database = Database(url)
            before = database.sizes()
            nobody, *_ = add_people(folder / "data", url, PEOPLE)
            _table(f"an account with a token ({PEOPLE:,})", database.sizes(), before, PEOPLE)
            _weigh(running, database, folder)
            _load(running, database)
        _remember(url, folder, nobody)
    return 0


def _weigh(running: Process, database: Database, folder: Path) -> None:
    """Bytes of what is stored."""
    target = running.target
    empty = database.sizes()
    log = database.number("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')")
    target.send(batches(target, memories(MEMORIES)))
    wait_for_vectors(target)
    text = sum(len(note.encode()) for note in memories(MEMORIES)) / MEMORIES
    log = (database.number("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')") - log) / MEMORIES
    with_memories = database.sizes()
    _table(
        f"a memory of {text:.0f} bytes ({MEMORIES:,} in bulk; {log:,.0f} bytes of log)", with_memories, empty, MEMORIES
    )
    export = folder / "conversations.json"
    write_chats(export, TURNS)
    import_chats(target.url, export)
    _table(f"a turn of a chat, some 250 bytes ({TURNS:,} imported)", database.sizes(), with_memories, TURNS)


def _table(title: str, after: Sizes, before: Sizes, count: int) -> None:
    print(f"| bytes for {title} | rows | indexes | both |\n|---|---|---|---|")
    added = {name: size.since(before[name], count) for name, size in after.items()}
    shown = {name: size for name, size in added.items() if size.both >= LEAST}
    for name, size in sorted(shown.items(), key=lambda item: -item[1].both):
        print(f"| `{name}` | {figure(size.rows)} | {figure(size.indexes)} | {figure(size.both)} |")
    print(f"| **all** | | | **{figure(sum(size.both for size in added.values()))}** |\n", flush=True)


def _load(running: Process, database: Database) -> None:
    """Processor time, log and rows of what is asked and stored."""
    notes: list[str] = []
    target, texts, told = running.target, iter(queries(4 * ASKED, seed=3)), memories(4 * ASKED, seed=4)
    kinds: Mapping[str, tuple[int, Callable[[], bytes]]] = {
        "search among the memories": (ASKED, lambda: target.get("/api/search", query=next(texts))),
        "recall among the turns": (
            ASKED // 2,
            lambda: target.post("/api/chat-history/search", {"query": next(texts)}),
        ),
        "store": (ASKED // 2, lambda: target.post("/api/memory", {"text": next(told)})),
    }
    print("| a ... costs | server, ms | database, ms | log, bytes | kept in tables, bytes |\n|---|---|---|---|---|")
    for name, (count, request) in kinds.items():
        target.send([request() for _ in range(ASKED // 10)], CLIENTS)  # opens what is searched
        before = database.sizes()
        start = _used(running, database)
        target.send([request() for _ in range(count)], CLIENTS)
        time.sleep(FLUSHED)
        used = [(b - a) / count for a, b in zip(start, _used(running, database), strict=True)]
        after = database.sizes()
        kept = {table: after[table].since(before[table], count).both for table in after}
        times = " | ".join(figure(seconds * 1_000) for seconds in used[:2])
        print(f"| {name} | {times} | {figure(used[2])} | {figure(sum(kept.values()))} |", flush=True)
        by_size = sorted((item for item in kept.items() if item[1] >= LEAST), key=lambda item: -item[1])
        notes.append(f"- kept for a {name}: {', '.join(f'`{table}` {figure(size)}' for table, size in by_size)}")
    print("\n".join(["", *notes]))
    held = database.number("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'onememory'")
    print(f"\nConnections that the process holds after this, with {CLIENTS} clients: {held:.0f}.\n", flush=True)


def _used(running: Process, database: Database) -> list[float]:
    log = database.number("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')")
    return [running.processor_seconds, database.processor_seconds, log]


def _remember(url: str, folder: Path, nobody: str) -> None:
    """What a new process holds when it has answered somebody who has nothing, and what opening somebody else's adds."""
    print("| a process | MB | processor, ms |\n|---|---|---|")
    with process(serve_arguments(folder / "data"), folder, url) as running:
        for ask in (_search, _recall):
            ask(Target(running.target.url, nobody), REPEATED)
        print(f"| has answered somebody who has nothing | {figure(running.resident_mb)} | |")
        for ask, what in ((_search, f"{MEMORIES:,} memories"), (_recall, f"{TURNS:,} turns")):
            used = running.processor_seconds
            ask(running.target, 1)
            used = (running.processor_seconds - used) * 1_000
            ask(running.target, REPEATED)
            print(f"| and has opened {what} | {figure(running.resident_mb)} | {figure(used)} |")
    for size in (MEMORIES, 10 * MEMORIES):
        shelf = Shelf(DIMENSION)
        shelf.load(rows_of(clustered(size)))
        each, together = shelf.nbytes / size, shelf.nbytes / 1e6
        print(f"| the columns of {size:,} memories alone, {each:.0f} bytes each | {together:.1f} | |")


def _search(target: Target, count: int) -> None:
    target.send([target.get("/api/search", query=query) for query in queries(count, seed=5)])


def _recall(target: Target, count: int) -> None:
    target.send([target.post("/api/chat-history/search", {"query": query}) for query in queries(count, seed=6)])


if __name__ == "__main__":
    sys.exit(main())
