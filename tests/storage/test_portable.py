"""Which tables a move knows, and what a mark keeps from being written."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from test_store import _add, _texts

from databases import DATABASES, POSTGRESQL, SQLITE
from factories import NOW, make_general, make_user, scope_of
from onememory.domain.errors import Conflict
from onememory.domain.jobs import Job, JobKind, JobState
from onememory.domain.moving import Moving
from onememory.ports import MemoryQuery
from onememory.ports.moving import MovableStore
from onememory.storage.portable import COPIED, FILES, MADE_ANEW, OF_NOBODY, OF_THE_MOMENT, OF_TWO, Table
from onememory.storage.postgres.connection import PostgresConnection
from onememory.storage.postgres.store import PostgresStore
from onememory.storage.sqlite.connection import SqliteConnection
from onememory.storage.sqlite.store import DATABASE, SqliteStore

ADA, BEN = make_user(), make_user(id="u2", name="Ben")
KNOWN = {table.name for table in COPIED} | MADE_ANEW | FILES | OF_NOBODY | OF_THE_MOMENT | {OF_TWO}
Use = Callable[[MovableStore], Awaitable[object]]


@pytest.fixture(autouse=True)
def both() -> Iterator[None]:
    """Each test has both databases, whichever the others store in."""
    with DATABASES.choosing(SQLITE):
        yield


@pytest.fixture
def file(tmp_path: Path) -> Iterator[SqliteConnection]:
    """The tables of SQLite."""
    asyncio.run(SqliteStore(tmp_path).close())
    with SqliteConnection(tmp_path / DATABASE) as connection:
        yield connection


def test_a_move_knows_every_table_of_sqlite(file: SqliteConnection) -> None:
    assert {name for (name,) in file.rows("SELECT name FROM sqlite_schema WHERE type = 'table'", {})} <= KNOWN


def test_a_move_knows_every_table_of_postgresql(tmp_path: Path) -> None:
    sql = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    with PostgresConnection(DATABASES.url_for(tmp_path)) as connection:
        assert {name for (name,) in connection.rows(sql, {})} <= KNOWN


@pytest.mark.parametrize("table", COPIED, ids=[table.name for table in COPIED])
def test_rows_are_told_apart_by_what_the_database_tells_them_apart_by(file: SqliteConnection, table: Table) -> None:
    name, key, _ = table
    sql = "SELECT name FROM pragma_table_info(:name) WHERE pk > 0 ORDER BY pk"
    primary = tuple(column for (column,) in file.rows(sql, {"name": name}))
    assert tuple(column for column in primary if column != "user_id") in {key, ()}
    assert key == ("user_id",) or primary != ("user_id",)


def test_no_row_is_copied_before_one_that_it_refers_to(file: SqliteConnection) -> None:
    order = [table.name for table in COPIED]
    for place, name in enumerate(order):
        referred = {row[0] for row in file.rows(f"SELECT [table] FROM pragma_foreign_key_list('{name}')", {})}
        assert referred <= set(order[:place])


@pytest.fixture(params=[SQLITE, POSTGRESQL])
def using(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Use], None]:
    """Runs something with a store of either database in which there are Ada and Ben."""

    def using(use: Use) -> None:
        async def run() -> None:
            is_file = request.param == SQLITE
            store: MovableStore = SqliteStore(tmp_path) if is_file else PostgresStore(DATABASES.url_for(tmp_path))
            try:
                for user in (ADA, BEN):
                    await store.write_directory(lambda d, u=user: d.add_user(u, None, make_general()))  # type: ignore[misc]
                await use(store)
            finally:
                await store.close()

        asyncio.run(run())

    return using


@pytest.mark.parametrize("mark", Moving)
def test_nothing_is_written_of_who_is_on_the_move(using: Callable[[Use], None], mark: Moving) -> None:
    async def use(store: MovableStore) -> None:
        await store.write_rows(ADA.id, lambda rows: rows.set_mark(mark))
        with pytest.raises(Conflict, match="This account"):
            await store.write(scope_of(ADA), lambda tx: _add(tx, "tea"))
        await store.write(scope_of(BEN), lambda tx: _add(tx, "coffee"))
        await store.write_rows(ADA.id, lambda rows: rows.set_mark(None))
        await store.write(scope_of(ADA), lambda tx: _add(tx, "tea"))
        assert await store.read(scope_of(ADA), _texts) == {"tea"}

    using(use)


def test_a_mark_waits_for_a_write_under_way_and_stops_the_one_behind_it(using: Callable[[Use], None]) -> None:
    async def use(store: MovableStore) -> None:
        entered, released = threading.Event(), threading.Event()

        def hold(tx: object) -> None:
            entered.set()
            assert released.wait(30)
            _add(tx, "tea")  # type: ignore[arg-type]

        first = asyncio.ensure_future(store.write(scope_of(ADA), hold))
        await asyncio.to_thread(entered.wait)
        marking = asyncio.ensure_future(store.write_rows(ADA.id, lambda rows: rows.set_mark(Moving.LEAVING)))
        behind = [asyncio.ensure_future(store.write(scope_of(ADA), lambda tx: _add(tx, "late"))) for _ in range(4)]
        await asyncio.to_thread(released.set)
        await asyncio.gather(first, marking)
        await asyncio.wait(behind)
        kept = await store.read(scope_of(ADA), lambda tx: tx.memories.newest(MemoryQuery(), 100))
        late = [each for each in behind if each.exception() is None]
        assert len(kept) == 1 + len(late)
        with pytest.raises(Conflict):
            await store.write(scope_of(ADA), lambda tx: _add(tx, "later still"))

    using(use)


def test_no_job_is_begun_of_who_is_on_the_move(using: Callable[[Use], None]) -> None:
    async def use(store: MovableStore) -> None:
        for number, user in enumerate((ADA, BEN)):
            job = Job(f"j{number}", user.id, JobKind.EMBED, JobState.WAITING, NOW, None, 0, 0, 0, None)
            await store.write(scope_of(user), lambda tx, job=job: tx.jobs.enqueue(job))  # type: ignore[misc]
        await store.write_rows(ADA.id, lambda rows: rows.set_mark(Moving.LEAVING))
        later = NOW + timedelta(seconds=1)
        claimed = [await store.write_directory(lambda d: d.claim_job(later)) for _ in range(2)]
        assert [job and job.user_id for job in claimed] == [BEN.id, None]

    using(use)
