"""From one release to the next while people go on: the code before works on the schema after, and nobody is sent to a
process that is not ready."""

import contextlib
import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from tarfile import TarFile

import httpx
import pytest
from processes import PATIENCE, TOKEN, Process, free_port, process, status, until

from databases import DATABASES
from onememory.storage.postgres.connection import PostgresConnection
from onememory.storage.postgres.migrate import LOCK, Migration, migrate, migrations
from people import Client

pytestmark = pytest.mark.postgresql  # which several processes may share

ROOT = Path(__file__).parents[2]
COMPATIBLE = [(before, after) for before, after in pairwise(migrations()) if after.works_with <= before.number]
_COLUMNS = """
    SELECT table_name || '.' || column_name, data_type, is_nullable = 'YES' OR column_default IS NOT NULL
    FROM information_schema.columns WHERE table_schema = 'public'
"""
_CONSTRAINTS = """
    SELECT conrelid::regclass::text || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND conrelid <> 0
    UNION SELECT tablename || ' ' || indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexdef ~ 'UNIQUE'
"""


def test_a_server_that_waits_for_a_migration_is_alive_and_not_ready(data: Path) -> None:
    settings = {"DATABASE_URL": DATABASES.url_for(data), "PORT": str(free_port())}
    at = f"http://127.0.0.1:{settings['PORT']}"
    with PostgresConnection(settings["DATABASE_URL"]) as migrating, ThreadPoolExecutor() as threads:
        migrating.rows("SELECT pg_advisory_lock(:lock)", {"lock": LOCK})
        starting = threads.submit(lambda: Process(data, **settings))
        until(lambda: status(f"{at}/healthz") == 200, "it is not alive")
        unready = httpx.get(f"{at}/readyz")
        migrating.rows("SELECT pg_advisory_unlock(:lock)", {"lock": LOCK})
        running = starting.result(PATIENCE)
    with contextlib.closing(running.client()) as http:
        assert (unready.status_code, unready.headers["retry-after"]) == (503, "1")
        assert "Try again" in unready.json()["error"]
        until(lambda: http.get("/readyz").status_code == 200, "it does not become ready")
    running.kill()


@pytest.mark.parametrize(("before", "after"), COMPATIBLE, ids=lambda each: each.name)
def test_a_migration_that_says_so_leaves_to_the_code_before_all_that_it_knows(
    before: Migration, after: Migration
) -> None:
    DATABASES.server.run("CREATE DATABASE upgraded TEMPLATE template1")
    try:
        with PostgresConnection(DATABASES.server.url("upgraded")) as connection:
            migrate(connection, [step for step in migrations() if step.number <= before.number])
            columns, rules = _columns(connection), set(connection.rows(_CONSTRAINTS, {}))
            migrate(connection, [step for step in migrations() if step.number <= after.number])
            tables = {name.partition(".")[0] for name in columns}
            later = {name: kind for name, kind in _columns(connection).items() if name.partition(".")[0] in tables}
            new_rules = {rule for (rule,) in set(connection.rows(_CONSTRAINTS, {})) - rules}
    finally:
        DATABASES.server.run("DROP DATABASE upgraded")

    assert columns == {name: kind for name, kind in later.items() if name in columns}  # none gone, none of another type
    assert all(may_be_left_out for name, (_, may_be_left_out) in later.items() if name not in columns)
    assert [rule for rule in new_rules if re.match(r"\w+", rule)[0] in tables] == []  # type: ignore[index]


def _columns(connection: PostgresConnection) -> dict[str, tuple[str, bool]]:
    return {name: (kind, optional) for name, kind, optional in connection.rows(_COLUMNS, {})}


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, check=True).stdout


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """The last code that did not know the newest migration, from the history of this repository."""
    newest = f"src/onememory/storage/postgres/migrations/{migrations()[-1].name}"
    try:
        commit = _git("log", "--diff-filter=A", "--format=%H", "-1", "--", newest).decode().strip()
        archive = _git("archive", f"{commit}~1", "src")
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("there is no history here that holds the code before the newest migration")
    TarFile(fileobj=BytesIO(archive)).extractall(tmp_path / "before", filter="data")
    return tmp_path / "before" / "src"


@contextlib.contextmanager
def _used(*processes: Process) -> Iterator[list[Client]]:
    clients = [Client(each.client(), TOKEN) for each in processes]
    try:
        yield clients
    finally:
        for each in clients:
            each.http.close()


def _walk(there: Client, other: Client, number: int) -> None:
    """Store, find, edit and delete at one, and see it at the other."""
    kept, gone = there.store(f"Ada keeps zebra{number}"), there.store(f"Ada lets go of yak{number}")
    assert other.found(f"zebra{number}")[0] == f"Ada keeps zebra{number}"
    there.post("/api/v2/memory/update", memoryId=kept, text=f"Ada keeps quagga{number}")
    there.delete(f"/api/memories/{gone}")
    assert other.found(f"quagga{number}")[0] == f"Ada keeps quagga{number}"
    assert Client(other.http, there.with_token(f"tool {number}").token).get("/api/buckets")


def test_the_code_before_goes_on_beside_the_new_one_and_starts_again_on_its_schema(data: Path, before: Path) -> None:
    DATABASES.server.run("CREATE DATABASE rolling TEMPLATE template1")
    settings = {"DATABASE_URL": DATABASES.server.url("rolling")}
    with process(data / "old", None, before, **settings) as old:
        with process(data / "new", **settings) as new, _used(old, new) as (there, here):
            _walk(there, here, 1)
            _walk(here, there, 2)
        old.kill()
        with process(data / "old", None, before, **settings) as again, _used(again) as (alone,):
            _walk(alone, alone, 3)
            assert alone.found("quagga2")
    with process(data / "new", **settings) as new, _used(new) as (here,):
        assert {here.found(f"quagga{number}")[0] for number in (1, 2, 3)} == {f"Ada keeps quagga{n}" for n in (1, 2, 3)}
