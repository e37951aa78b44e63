"""Group commit: units of work share a flush to the disk and nothing else."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from onememory.domain.errors import Conflict, OneMemoryError
from onememory.storage.sqlite.connection import SqliteConnection
from onememory.storage.sqlite.writer import Writer

Work = Callable[[SqliteConnection], object]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with SqliteConnection(tmp_path / "test.db") as connection:
        connection.run("CREATE TABLE numbers (n INTEGER PRIMARY KEY)")
    return tmp_path / "test.db"


@pytest.fixture
def writer(path: Path) -> Iterator[Writer]:
    writer = Writer(path)
    yield writer
    writer.close()


def _put(number: int) -> Work:
    return lambda connection: connection.rows("INSERT INTO numbers VALUES (:n)", {"n": number})


def _put_and_fail(number: int) -> Work:
    def work(connection: SqliteConnection) -> None:
        connection.rows("INSERT INTO numbers VALUES (:n)", {"n": number})
        raise ZeroDivisionError

    return work


def _fail(_: SqliteConnection) -> None:
    raise ZeroDivisionError


def _together(writer: Writer, *units: Work) -> list[object]:
    """What each unit came to when all of them are in one group."""

    async def submit() -> list[object]:
        taken_up, gate = threading.Event(), threading.Event()

        def hold(_: SqliteConnection) -> None:
            taken_up.set()
            gate.wait()

        first = asyncio.ensure_future(writer.submit(hold))
        await asyncio.to_thread(taken_up.wait)  # the first unit runs, so the others wait behind it
        rest = [asyncio.ensure_future(writer.submit(unit)) for unit in units]
        await asyncio.sleep(0)
        gate.set()
        await first
        return await asyncio.gather(*rest, return_exceptions=True)

    return asyncio.run(submit())


def _numbers(path: Path) -> list[int]:
    with SqliteConnection(path, read_only=True) as connection:
        return [row[0] for row in connection.rows("SELECT n FROM numbers ORDER BY n", {})]


def test_every_unit_of_a_group_is_committed(writer: Writer, path: Path) -> None:
    _together(writer, *(_put(n) for n in range(50)))

    assert _numbers(path) == list(range(50))


@pytest.mark.parametrize("failing", [_fail, _put_and_fail(7)])
def test_a_failing_unit_fails_alone_and_leaves_nothing(writer: Writer, path: Path, failing: Work) -> None:
    outcomes = _together(writer, _put(1), failing, _put(2), failing, _put(3))

    assert [type(o) for o in outcomes] == [list, ZeroDivisionError, list, ZeroDivisionError, list]
    assert _numbers(path) == [1, 2, 3]


def test_a_broken_rule_fails_the_unit_that_breaks_it(writer: Writer, path: Path) -> None:
    outcomes = _together(writer, _put(1), _put(1), _put(2))

    assert [type(o) for o in outcomes] == [list, Conflict, list]
    assert _numbers(path) == [1, 2]


def test_each_unit_sees_those_before_it(writer: Writer) -> None:
    def count(connection: SqliteConnection) -> object:
        return connection.rows("SELECT count(*) FROM numbers", {})[0][0]

    outcomes = _together(writer, count, _put(1), count, _put(2), count)

    assert outcomes[::2] == [0, 1, 2]


def test_a_writer_goes_on_after_a_failure(writer: Writer, path: Path) -> None:
    _together(writer, _put_and_fail(1))
    _together(writer, _put(2))

    assert _numbers(path) == [2]


def test_closing_finishes_what_was_submitted(path: Path) -> None:
    async def submit_and_close() -> None:
        writer = Writer(path)
        work = [asyncio.ensure_future(writer.submit(_put(n))) for n in range(300)]
        await asyncio.sleep(0)
        await asyncio.to_thread(writer.close)
        await asyncio.gather(*work)

    asyncio.run(submit_and_close())

    assert len(_numbers(path)) == 300


def test_a_caller_that_gave_up_disturbs_nobody(writer: Writer, path: Path) -> None:
    async def give_up() -> None:
        one = asyncio.ensure_future(writer.submit(_put(1)))
        await asyncio.sleep(0)
        one.cancel()
        await writer.submit(_put(2))

    asyncio.run(give_up())

    assert _numbers(path)[-1] == 2


def test_foreign_keys_hold_and_commits_are_durable(path: Path) -> None:
    with SqliteConnection(path) as connection:
        pragmas = {name: connection.rows(f"PRAGMA {name}", {})[0][0] for name in ("foreign_keys", "synchronous")}
        pragmas |= {name: connection.rows(f"PRAGMA {name}", {})[0][0] for name in ("journal_mode", "secure_delete")}

    assert pragmas == {"foreign_keys": 1, "synchronous": 2, "journal_mode": "wal", "secure_delete": 1}


def test_a_reader_cannot_write(path: Path) -> None:
    with SqliteConnection(path, read_only=True) as connection, pytest.raises(OneMemoryError):
        connection.rows("INSERT INTO numbers VALUES (1)", {})
