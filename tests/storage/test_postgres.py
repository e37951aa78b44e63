"""What only PostgreSQL can do or suffer: turns, claims, broken connections, migrations and packed words."""

import asyncio
import signal
import threading
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_store import _add, _texts

from databases import DATABASES, TEMPLATE, PostgresServer, other_server
from factories import NOW, make_general, make_user, scope_of
from onememory.bootstrap import open_store
from onememory.domain.accounts import User
from onememory.domain.actors import Scope
from onememory.domain.errors import DatabaseAway, DatabaseFailed, InvalidInput, Unavailable
from onememory.domain.jobs import Job, JobKind, JobState
from onememory.ports import MemoryQuery
from onememory.settings import load
from onememory.storage.postgres import words as words_module
from onememory.storage.postgres.connection import Interrupted, PostgresConnection
from onememory.storage.postgres.migrate import Migration, migrate, migrations
from onememory.storage.postgres.store import PostgresStore
from onememory.storage.postgres.words import PackedWords
from onememory.storage.scoped import Scoped
from onememory.storage.sqlite.connection import SqliteConnection
from onememory.storage.sqlite.migrate import migrations as migrations_of_file

_numbers = count(1)
Use = Callable[[PostgresStore], Awaitable[object]]
ADA, BEN = make_user(), make_user(id="u2", name="Ben")


def _database(server: PostgresServer, template: str = TEMPLATE) -> str:
    name = f"own{next(_numbers)}"
    server.run(f"CREATE DATABASE {name} TEMPLATE {template}")
    return server.url(name)


@pytest.fixture
def url() -> str:
    """An empty database with Ada and Ben in it."""
    url = _database(DATABASES.server)
    for user in (ADA, BEN):
        _using(url, lambda s, u=user: s.write_directory(lambda d: d.add_user(u, None, make_general())))  # type: ignore[misc]
    return url


def _using(url: str, use: Use) -> object:
    async def run() -> object:
        store = PostgresStore(url)
        try:
            return await use(store)
        finally:
            await store.close()

    return asyncio.run(run())


def test_both_databases_have_the_same_tables_and_columns_but_for_words_and_what_processes_share() -> None:
    with PostgresConnection(_database(DATABASES.server)) as there, SqliteConnection(":memory:") as here:  # type: ignore[arg-type]
        for _, _, sql in migrations_of_file():
            here.run(sql)
        sql = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
        theirs = {(t, c) for t, c in there.rows(sql, {}) if t != "schema_versions"}
        sql = "SELECT t.name, c.name FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c WHERE t.type = 'table'"
        ours = set(here.rows(sql, {}))
    there_alone = {"search_postings", "search_segments", "search_terms", "rate_limits", "shared_keys"}
    assert {(table, column) for table, column in theirs if table not in there_alone} == ours


# By what these are found, one finds out whose they are: a secret, or a name at an identity provider.
BY_SECRET = {
    *("token_owners", "oauth_codes", "oauth_refresh_tokens"),
    *("sessions", "password_links", "identities", "share_links", "sign_in_steps"),
}
OF_NOBODY = {"oauth_clients", "installation", "schema_versions", "rate_limits", "shared_keys"}


def test_every_key_and_unique_index_leads_with_the_owner() -> None:
    sql = """
        SELECT c.relname, a.attname FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid
        JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
        JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND i.indisunique
    """
    with PostgresConnection(_database(DATABASES.server)) as connection:
        leading = set(connection.rows(sql, {}))
    others = {(table, column) for table, column in leading if column != "user_id"}
    assert {table for table, _ in others} == BY_SECRET | OF_NOBODY | {"users"}
    assert ("users", "user_id") in leading


def test_two_writes_of_one_person_take_turns_and_another_persons_does_not_wait(url: str) -> None:
    async def use(store: PostgresStore) -> None:
        entered, released = threading.Event(), threading.Event()

        def hold(_: object) -> None:
            entered.set()
            assert released.wait(30)

        first = asyncio.ensure_future(store.write(scope_of(ADA), hold))
        await asyncio.to_thread(entered.wait)
        second = asyncio.ensure_future(store.write(scope_of(ADA), lambda tx: _add(tx, "tea")))
        await store.write(scope_of(BEN), lambda tx: _add(tx, "coffee"))
        assert not second.done()
        released.set()
        await asyncio.gather(first, second)

    _using(url, use)


def test_a_write_that_fails_leaves_nothing(url: str) -> None:
    async def use(store: PostgresStore) -> None:
        def fail(tx: object) -> None:
            _add(tx, "tea")  # type: ignore[arg-type]
            raise KeyError

        with pytest.raises(KeyError):
            await store.write(scope_of(ADA), fail)
        assert await store.read(scope_of(ADA), _texts) == set()
        assert await store.check() == []

    _using(url, use)


def _job(user: User, number: int) -> Job:
    return Job(f"j{number}", user.id, JobKind.EMBED, JobState.WAITING, NOW, None, 0, 0, 0, None)


def test_processes_claim_jobs_past_each_other(url: str) -> None:
    async def use(store: PostgresStore) -> None:
        other = PostgresStore(url)
        for number, user in enumerate((ADA, BEN)):
            await store.write(scope_of(user), lambda tx, n=number, u=user: tx.jobs.enqueue(_job(u, n)))  # type: ignore[misc]
        later = NOW + timedelta(seconds=1)
        claims = [s.write_directory(lambda d: d.claim_job(later)) for s in (store, other) * 4]
        claimed = [job.id for job in await asyncio.gather(*claims) if job]
        await other.close()
        assert sorted(claimed) == ["j0", "j1"]

    _using(url, use)


CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'"


def test_what_a_broken_connection_interrupts_is_run_again(url: str) -> None:
    async def use(store: PostgresStore) -> None:
        await store.write(scope_of(ADA), lambda tx: _add(tx, "tea"))
        cut = iter([True, False])

        def work(tx: object) -> None:
            if next(cut):
                DATABASES.server.run(CUT.format(url.rpartition("/")[2]))
            _add(tx, "coffee")  # type: ignore[arg-type]

        await store.write(scope_of(ADA), work)
        assert await store.read(scope_of(ADA), _texts) == {"tea", "coffee"}

    _using(url, use)


@pytest.mark.parametrize("code", ["57P01", "57P02", "57P03", "25P03"])
def test_a_connection_that_is_told_of_its_end_is_broken_before_the_driver_notices(url: str, code: str) -> None:
    with PostgresConnection(url) as connection:
        with pytest.raises(Interrupted):
            connection.run(f"DO $$ BEGIN RAISE EXCEPTION 'the end' USING ERRCODE = '{code}'; END $$")
        assert not connection.is_usable


@pytest.fixture(scope="module")
def frail() -> Iterator[PostgresServer]:
    """A server that is stopped and started."""
    with other_server() as server:
        yield server


def test_a_driver_that_is_out_of_step_with_the_server_breaks_the_connection(url: str) -> None:
    with PostgresConnection(url) as connection:
        connection.raw.pgconn.enter_pipeline_mode()  # as an executemany leaves it whose connection was cut
        with pytest.raises(Interrupted):
            connection.run("SELECT 1")

        assert not connection.is_usable


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["stopped", "crashed"])
def test_a_server_that_comes_back_is_used_again_and_has_all_that_was_acknowledged(
    frail: PostgresServer, how: signal.Signals
) -> None:
    async def use(store: PostgresStore) -> None:
        await store.write_directory(lambda d: d.add_user(ADA, None, make_general()))
        await store.write(scope_of(ADA), lambda tx: _add(tx, "tea"))
        frail.halt(how)
        with pytest.raises(DatabaseAway) as told:
            await store.ping()
        assert (str(frail.port) in told.value.detail, str(frail.port) in str(told.value)) == (True, False)
        frail.start()
        await store.ping()
        await store.write(scope_of(ADA), lambda tx: _add(tx, "coffee"))
        assert await store.read(scope_of(ADA), _texts) == {"tea", "coffee"}

    _using(_database(frail, "template1"), use)


LATER = "CREATE TABLE later (user_id text PRIMARY KEY);"


def _newer(words: str = "") -> list[Migration]:
    number = migrations()[-1].number + 1
    return [*migrations(), Migration(number, f"{number:04}_later.sql", words + LATER)]


def test_migrations_run_once_however_many_processes_start() -> None:
    url = _database(DATABASES.server, "template1")
    done: list[list[str]] = []

    def start() -> None:
        with PostgresConnection(url) as connection:
            done.append(migrate(connection, migrations()))

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [[], [], [], [step.name for step in migrations()]]


def test_the_code_before_works_on_a_newer_schema_that_says_so(url: str) -> None:
    with PostgresConnection(url) as connection:
        migrate(connection, _newer(f"-- Works with the code of schema {migrations()[-1].number} and later.\n"))

    assert _using(url, lambda s: s.read(scope_of(ADA), lambda tx: tx.memories.count(MemoryQuery()))) == 0


def test_a_newer_schema_that_does_not_say_so_is_refused(url: str) -> None:
    with PostgresConnection(url) as connection:
        migrate(connection, _newer())

    with pytest.raises(Unavailable, match="made by a newer onememory"):
        PostgresStore(url)


def test_a_migration_that_fails_leaves_nothing(url: str) -> None:
    with PostgresConnection(url) as connection:
        with pytest.raises(DatabaseFailed) as told:
            migrate(connection, [*_newer()[:-1], _newer()[-1]._replace(sql=f"{LATER} SELECT nonsense;")])
        assert "nonsense" in told.value.detail
        assert migrate(connection, migrations()) == []
        assert connection.rows("SELECT to_regclass('later') IS NULL", {}) == [(True,)]


def test_at_the_start_it_is_said_how_vectors_are_searched(
    url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO"):
        store = open_store(load({"data": tmp_path, "database_url": url}, {}))
    asyncio.run(store.close())

    assert "vectors are searched in this process, and pgvector is not used" in caplog.text


def test_no_extension_is_needed(url: str) -> None:
    with PostgresConnection(url) as connection:
        assert connection.rows("SELECT extname FROM pg_extension WHERE extname <> 'plpgsql'", {}) == []


def test_a_database_that_cannot_be_reached_is_named_without_its_password() -> None:
    with pytest.raises(DatabaseAway) as told:
        PostgresStore("postgresql://ada:swordfish@127.0.0.1:1/x")
    assert "127.0.0.1" in told.value.detail
    assert "swordfish" not in told.value.detail


def test_what_the_driver_cannot_read_is_not_quoted() -> None:
    with pytest.raises(InvalidInput, match="parameter that PostgreSQL does not know") as told:
        PostgresStore("postgresql://ada@127.0.0.1:1/x?swordfish=x")
    assert "swordfish" not in str(told.value)


TERMS = st.lists(st.sampled_from(["tea", "milk", "salt", "rye"]), min_size=1, max_size=6)
STEPS = st.lists(st.one_of(st.lists(TERMS, min_size=1, max_size=3), st.integers(0, 30)), max_size=12)


@pytest.fixture(scope="module")
def connection() -> Iterator[PostgresConnection]:
    with PostgresConnection(_database(DATABASES.server)) as connection:
        yield connection


@given(STEPS)
def test_packed_words_hold_what_was_put_and_not_removed(
    connection: PostgresConnection, steps: list[list[list[str]] | int]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(words_module, "MANY", 2)  # so that segments are merged all the time
        words, held = PackedWords(Scoped(connection, Scope("u1"))), dict[int, list[str]]()
        words.clear()
        fresh = count(1)
        for step in steps:
            docs = [next(fresh) for _ in step] if isinstance(step, list) else [step]
            words.remove(docs)
            texts = step if isinstance(step, list) else [["tea", "again"]] if step in held else []
            words.put(list(zip(docs, texts, strict=False)))
            held |= dict(zip(docs, texts, strict=False))
        expected = {
            t: sorted(d for d, ts in held.items() for each in ts if each == t) for t in ("tea", "milk", "again")
        }
        frequencies = words.frequencies(list(expected))
        assert frequencies == {term: len(set(docs)) for term, docs in expected.items()}
        found = {tuple(docs.tolist()) for docs in words.postings(frequencies).values()}
        assert found == {tuple(docs) for docs in expected.values() if docs}
