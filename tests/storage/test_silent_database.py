"""A PostgreSQL that takes everything and answers nothing: who waits is told so, and all goes on by itself."""

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable, Iterator
from itertools import count

import pytest

from databases import PostgresServer, other_server
from onememory.domain.errors import DatabaseAway
from onememory.storage.postgres.connection import PostgresConnection
from onememory.storage.postgres.pool import Pool
from onememory.storage.postgres.pulse import Pulse
from onememory.storage.postgres.units import READ, WRITE

pytestmark = pytest.mark.postgresql

SOON = 0.3  # seconds
_numbers = count(1)


class Frail:
    """A database with an empty table, and whether those who wonder are told that it answers."""

    def __init__(self, server: PostgresServer) -> None:
        name = f"silent{next(_numbers)}"
        server.run(f"CREATE DATABASE {name}")
        self._server = server
        self.url = server.url(name)
        self.answers = True
        with PostgresConnection(self.url) as connection:
            connection.run("CREATE TABLE kept (number integer); CREATE TABLE schema_versions (number integer)")

    async def asked(self) -> bool:
        return self.answers

    @contextlib.contextmanager
    def frozen(self, *, answers_others: bool = False) -> Iterator[None]:
        """Inside the block it is silent."""
        with self._server.frozen():
            self.answers = answers_others
            yield
        self.answers = True


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server that is frozen."""
    with other_server() as server:
        yield server


@pytest.fixture
def frail(server: PostgresServer) -> Frail:
    """A database on it."""
    return Frail(server)


def _using(frail: Frail, use: Callable[[Pool], Awaitable[None]]) -> None:
    """With a pool of one thread."""

    async def run() -> None:
        pool = Pool(frail.url, 1, "one", frail.asked, SOON)
        try:
            await use(pool)
        finally:
            pool.close()

    asyncio.run(run())


def _store(connection: PostgresConnection) -> None:
    connection.run("INSERT INTO kept VALUES (1)")


def _kept(connection: PostgresConnection) -> int:
    return int(connection.rows("SELECT count(*) FROM kept", {})[0][0])


async def _kept_at_last(pool: Pool) -> int:
    """As soon as the one thread is free."""
    while True:
        with contextlib.suppress(DatabaseAway):
            return await pool.run(READ, _kept)


def test_who_waits_is_told_and_the_thread_is_free_again(frail: Frail) -> None:
    async def use(pool: Pool) -> None:
        assert await pool.run(READ, _kept) == 0
        with frail.frozen(), pytest.raises(DatabaseAway, match="does not answer; try again"):
            await pool.run(READ, _kept)
        assert await _kept_at_last(pool) == 0

    _using(frail, use)


def test_what_was_interrupted_is_not_stored_later(frail: Frail) -> None:
    async def use(pool: Pool) -> None:
        with contextlib.ExitStack() as stack:

            def work(connection: PostgresConnection) -> None:
                stack.enter_context(frail.frozen())
                _store(connection)

            with pytest.raises(DatabaseAway, match="does not answer; try again"):
                await pool.run(WRITE, work)
        assert [await _kept_at_last(pool) for _ in range(2)] == [0, 0]

    _using(frail, use)


def test_work_that_comes_to_its_end_when_its_caller_was_told_is_undone(frail: Frail) -> None:
    async def use(pool: Pool) -> None:
        told, undone = threading.Event(), threading.Event()

        def work(connection: PostgresConnection) -> None:
            _store(connection)
            frail.answers = False
            assert told.wait(30)

        with pytest.raises(DatabaseAway, match="does not answer; try again"):
            await pool.run(WRITE, work, undone.set)
        told.set()
        assert await asyncio.to_thread(undone.wait, 30)
        assert await _kept_at_last(pool) == 0

    _using(frail, use)


@pytest.mark.parametrize("answers_others", [True, False])
def test_of_a_commit_without_an_end_it_is_said_that_it_may_have_been_stored(frail: Frail, answers_others: bool) -> None:
    async def use(pool: Pool) -> None:
        with contextlib.ExitStack() as stack:

            def work(connection: PostgresConnection) -> None:
                _store(connection)
                stack.enter_context(frail.frozen(answers_others=answers_others))

            with pytest.raises(DatabaseAway, match="Look whether it was before you try again"):
                await pool.run(WRITE, work)
        assert await _kept_at_last(pool) in {0, 1}

    _using(frail, use)


def test_what_had_not_begun_never_begins(frail: Frail) -> None:
    async def use(pool: Pool) -> None:
        entered, released, begun = threading.Event(), threading.Event(), threading.Event()

        def hold(_: PostgresConnection) -> None:
            entered.set()
            assert released.wait(30)

        first = asyncio.ensure_future(pool.run(READ, hold))
        await asyncio.to_thread(entered.wait)
        with pytest.raises(DatabaseAway) as told:
            await pool.run(WRITE, lambda _: begun.set())
        released.set()
        await first
        assert "No connection to PostgreSQL was free" in told.value.detail
        assert (await _kept_at_last(pool), begun.is_set()) == (0, False)

    _using(frail, use)


def test_what_takes_long_is_waited_for_while_the_database_answers(frail: Frail) -> None:
    asked = threading.Semaphore(0)

    async def answers() -> bool:
        asked.release()
        return True

    async def use() -> None:
        pool = Pool(frail.url, 1, "one", answers, SOON)
        assert await pool.run(READ, lambda _: all(asked.acquire(timeout=30) for _ in range(3)))
        pool.close()

    asyncio.run(use())


def test_a_pulse_is_felt_again_when_the_database_goes_on(frail: Frail) -> None:
    async def use() -> None:
        pulse = Pulse(frail.url)
        assert await pulse.is_felt()
        with frail.frozen():
            assert await asyncio.gather(*(pulse.is_felt() for _ in range(20))) == [False] * 20
        assert await pulse.is_felt()
        pulse.close()

    asyncio.run(use())


def test_closing_does_not_wait_for_what_has_no_end(frail: Frail) -> None:
    async def use(pool: Pool) -> None:
        with contextlib.ExitStack() as stack:
            entered = threading.Event()

            def work(connection: PostgresConnection) -> int:
                stack.enter_context(frail.frozen(answers_others=True))
                entered.set()
                return _kept(connection)

            waiting = asyncio.ensure_future(pool.run(READ, work))
            await asyncio.to_thread(entered.wait)
            waiting.cancel()
            pool.close()

    _using(frail, use)
