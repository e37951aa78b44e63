"""Somebody with 100,000 memories and 100,000 turns of chats among a thousand people in one PostgreSQL database."""

import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import cycle
from pathlib import Path

import psycopg
from psycopg import sql

from bench.archive import import_chats, write_chats
from bench.clients import Load, Target, send_to
from bench.measures import Measure, Report, median
from bench.people import add_people
from bench.postgres import new_database, postgres
from bench.servers import Process, batches, process, serve_arguments, wait_for_vectors
from bench.texts import memories, queries

OWN = 100_000  # memories, and turns of chats, of the one who searches
OTHERS = 999
OF_OTHERS = 1_000  # memories of each
ACTIVE = 100  # of the others, who search in turns
ROUNDS = 5
ASKED = 200  # queries a round; each is asked once
CLIENTS = 8
STARTS = 3
TARGET = "<= 20"
PROTOCOL = (
    f"{OWN:,} memories and as many turns beside {OTHERS} people with {OF_OTHERS:,} memories each, "
    "queries of 3 to 8 words"
)
_SEARCH, _RECALL, _CHATS = "/api/search", "/api/chat-history/inject", "/api/chat-history/search"
_NOT_COPIED = ("users", "token_owners", "tokens", "sessions", "audit", "jobs")  # theirs already, or secret, or done
_TABLES = """
    SELECT table_name, array_agg(column_name::text) FROM information_schema.columns
    WHERE table_schema = 'public' AND NOT table_name = ANY(%s)
    GROUP BY table_name HAVING bool_or(column_name = 'user_id') ORDER BY table_name
"""

Ask = Callable[[str], bytes]  # a query as a request


def measure() -> Report:
    """Fill a database, then search it with one process and with two."""
    with postgres() as server, tempfile.TemporaryDirectory(prefix="onememory-bench-") as folder:
        url = new_database(server)
        began = time.perf_counter()
        others, owner = fill(url, Path(folder))
        notes = [f"filled in {time.perf_counter() - began:.0f} s; {_size(url)}"]
        measures = [*first_answers(url, owner, others[0]), *_rates(url, owner, others, notes)]
    return Report(
        measures,
        notes,
        "a database on another machine, whose every statement pays for the network, or one larger than the memory; "
        "real texts. The client, the servers and the database share the cores, so a second process gains what one "
        "process leaves idle, and no more.",
    )


@contextmanager
def servers(url: str, count: int) -> Iterator[list[Process]]:
    """So many server processes over one database, each with a data directory of its own."""
    with ExitStack() as stack:
        folders = [Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="onememory-"))) for _ in range(count)]
        yield [stack.enter_context(process(serve_arguments(f / "data"), f, url)) for f in folders]


def fill(url: str, folder: Path) -> tuple[list[str], str]:
    """Store what is searched, through HTTP; the others' rows are copies of one's. Tokens of the others and of one."""
    owner, first, *others = add_people(folder / "data", url, OTHERS + 1)
    with servers(url, 1) as (running,):
        for token, count in ((owner, OWN), (first, OF_OTHERS)):
            target = Target(running.target.url, token)
            target.send(batches(target, memories(count)))
            wait_for_vectors(target)
        export = folder / "conversations.json"
        write_chats(export, OWN)
        import_chats(running.target.url, export, owner)
    _copy(url)
    return [first, *others], owner


def _copy(url: str) -> None:
    """Give each of the others the rows of the first of them."""
    with psycopg.connect(url) as database:
        database.execute("SET session_replication_role = replica")  # keys are those of rows that were checked
        database.execute(
            "CREATE TEMP TABLE others AS SELECT user_id FROM users WHERE name LIKE 'person%' "
            "AND name NOT IN ('person0', 'person1')"
        )
        for table, columns in database.execute(_TABLES, (list(_NOT_COPIED),)).fetchall():
            named = [sql.Identifier(column) for column in columns if column != "user_id"]
            parts = {"table": sql.Identifier(table), "columns": sql.SQL(", ").join(named)}
            database.execute(
                sql.SQL("DELETE FROM {table} WHERE user_id IN (SELECT user_id FROM others)").format(**parts)
            )
            database.execute(
                sql.SQL(
                    "INSERT INTO {table} (user_id, {columns}) SELECT o.user_id, {columns} FROM {table} AS t, others "
                    "AS o WHERE t.user_id = (SELECT user_id FROM users WHERE name = 'person1')"
                ).format(**parts)
            )
    with psycopg.connect(url, autocommit=True) as database:
        database.execute("VACUUM ANALYZE")


def _size(url: str) -> str:
    with psycopg.connect(url) as database:
        row = database.execute("SELECT count(*), pg_database_size(current_database()) FROM memories").fetchone()
    assert row
    return f"{row[0]:,} memories in a database of {row[1] / 1e9:.1f} GB"


def first_answers(url: str, owner: str, other: str) -> list[Measure]:
    """What the first search and the first recall of a process take, and the same again."""
    taken: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for start in range(STARTS):
        with servers(url, 1) as (running,):
            somebody, target = Target(running.target.url, other), Target(running.target.url, owner)
            somebody.send([asks("what is loaded for all") for asks in _asks(somebody).values()])
            for kind, asks in _asks(target).items():
                first, second = (target.send([asks(query)]).milliseconds[0] for query in queries(2, seed=start + 5))
                taken[kind].append((first, second))
    how = f"median of {STARTS} new processes that had answered somebody else; {PROTOCOL}"
    measures = []
    for kind, pairs in taken.items():
        value, spread = median([first for first, _ in pairs])
        again = median([second for _, second in pairs])[0]
        measures.append(Measure(f"first in a process: {kind}", value, "ms", how, spread, "", "the next, ms", again))
    return measures


def _asks(target: Target) -> dict[str, Ask]:
    return {
        "search, 10 memories": lambda query: target.get(_SEARCH, query=query),
        "recall, 600 tokens of chats": lambda query: target.post(_RECALL, {"query": query}),
        "20 turns of chats, ranked twice": lambda query: target.post(_CHATS, {"query": query}),
    }


def _rates(url: str, owner: str, others: Sequence[str], notes: list[str]) -> Iterator[Measure]:
    asked = iter(queries(40 * ROUNDS * ASKED, seed=7))
    with servers(url, 2) as both:
        urls = [running.target.url for running in both]
        for kind, asks in _asks(Target(urls[0], owner)).items():
            send_to(urls, [asks(next(asked)) for _ in range(ASKED)], len(urls))  # opens what is searched
            one_by_one = _rounds(urls[:1], (asks(query) for query in asked), 1)
            yield from _latencies(kind, one_by_one)
            used = both[0].processor_seconds
            alone = _rounds(urls[:1], (asks(query) for query in asked), CLIENTS)
            used = (both[0].processor_seconds - used) / ROUNDS / ASKED * 1_000
            notes.append(f"{kind}: the server's processor time {used:.2f} ms a question with {CLIENTS} clients")
            yield from _throughputs(kind, alone, _rounds(urls, (asks(query) for query in asked), CLIENTS))
        yield from _crowd(urls, others, asked)
        notes.append("RSS of the two processes at the end: " + ", ".join(f"{p.resident_mb:.0f} MB" for p in both))


def _rounds(urls: Sequence[str], requests: Iterator[bytes], clients: int) -> list[Load]:
    return [send_to(urls, [next(requests) for _ in range(ASKED)], clients) for _ in range(ROUNDS)]


def _latencies(kind: str, loads: Sequence[Load]) -> Iterator[Measure]:
    for percent, target in ((50, TARGET), (95, "")):
        value, spread = median([load.percentile(percent) for load in loads])
        how = f"one client, {ROUNDS} rounds of {ASKED}; {PROTOCOL}"
        yield Measure(f"{kind}, p{percent}", value, "ms", how, spread, target)


def _throughputs(kind: str, alone: Sequence[Load], together: Sequence[Load]) -> Iterator[Measure]:
    one, one_spread = median([load.rate for load in alone])
    two, two_spread = median([load.rate for load in together])
    how = f"{CLIENTS} clients, {ROUNDS} rounds of {ASKED}"
    yield Measure(f"{kind}, one process", one, "/s", how, one_spread)
    yield Measure(f"{kind}, two processes", two, "/s", how, two_spread, "", "one process", one)


def _crowd(urls: Sequence[str], others: Sequence[str], asked: Iterable[str]) -> Iterator[Measure]:
    """The others search in turns."""
    people = cycle(Target(urls[0], token) for token in others[:ACTIVE])
    requests = (person.get(_SEARCH, query=query) for person, query in zip(people, asked, strict=False))
    first = send_to(urls[:1], [next(requests) for _ in range(ACTIVE)], CLIENTS)
    loads = _rounds(urls[:1], requests, CLIENTS)
    how = f"{ACTIVE} people with {OF_OTHERS:,} memories each in turns, {CLIENTS} clients, one process"
    yield Measure("search by many people, first of each", first.rate, "/s", how)
    value, spread = median([load.rate for load in loads])
    yield Measure("search by many people", value, "/s", f"{how}, {ROUNDS} rounds of {ASKED}", spread)
