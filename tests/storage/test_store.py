"""The store as a whole: snapshots, two processes on one directory, checks and backups."""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np
import pytest

from databases import DATABASES
from factories import NOW, make_general, make_memory, make_user, make_version, scope_of
from onememory.domain.memories import MemoryState
from onememory.domain.search import Filters
from onememory.ports import EVERYTHING, IndexEntry, MemoryQuery, Probe, Store, Transaction, Vectors
from onememory.retrieval.words import index_terms
from onememory.storage.sqlite.store import DATABASE

pytestmark = pytest.mark.usefixtures("database")

ADA = make_user()
SCOPE = scope_of(ADA)
MODEL = "test@1/8"
Use = Callable[[Store], Awaitable[object]]


def _using(data: Path, use: Use, opened: Callable[[Path], Store] = DATABASES.open) -> object:
    async def run() -> object:
        store = opened(data)
        try:
            return await use(store)
        finally:
            await store.close()

    return asyncio.run(run())


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory with Ada in it."""
    _using(tmp_path, lambda s: s.write_directory(lambda d: d.add_user(ADA, None, make_general())))
    return tmp_path


def _add(tx: Transaction, text: str) -> str:
    memory = make_memory(text=text)
    tx.memories.add([memory], [make_version(memory)])
    tx.index.put([IndexEntry(memory, index_terms(text), 0, 3, {})])
    return memory.id


def _texts(tx: Transaction) -> set[str]:
    return {memory.text for memory in tx.memories.newest(MemoryQuery(), EVERYTHING)}


def _found(tx: Transaction, word: str) -> set[str]:
    nominated = tx.index.nominate(Probe([word], {}, Filters(), 10))
    ids = tx.index.memory_ids(nominated.keys)
    return {memory.text for memory in tx.memories.get(list(ids.values())).values()}


def test_a_reader_sees_one_moment_whatever_is_written_meanwhile(data: Path) -> None:
    async def use(store: Store) -> None:
        await store.write(SCOPE, lambda tx: _add(tx, "tea"))
        began, written = threading.Event(), threading.Event()

        def read(tx: Transaction) -> tuple[set[str], set[str]]:
            before = _texts(tx)
            began.set()
            assert written.wait(30)
            return before, _texts(tx)

        reading = asyncio.ensure_future(store.read(SCOPE, read))
        await asyncio.to_thread(began.wait)
        await store.write(SCOPE, lambda tx: _add(tx, "coffee"))
        written.set()
        assert await reading == ({"tea"}, {"tea"})
        assert await store.read(SCOPE, _texts) == {"tea", "coffee"}

    _using(data, use)


def test_two_stores_on_one_directory_see_each_others_writes_at_once(data: Path) -> None:
    async def use(first: Store) -> None:
        second = DATABASES.open(data)
        try:
            for number, (writer, reader) in enumerate([(first, second), (second, first)] * 10):
                await writer.write(SCOPE, lambda tx, n=number: _add(tx, f"word{n}"))  # type: ignore[misc]
                found = await reader.read(SCOPE, lambda tx, n=number: _found(tx, f"word{n}"))  # type: ignore[misc]
                assert found == {f"word{number}"}
        finally:
            await second.close()

    _using(data, use)


def _add_near(tx: Transaction, text: str, vector: Vectors) -> None:
    memory = make_memory(text=text)
    tx.memories.add([memory], [make_version(memory)])
    tx.index.put([IndexEntry(memory, index_terms(text), 0, 3, {MODEL: vector})])


def _nearest(tx: Transaction, vector: Vectors) -> str:
    nominated = tx.index.nominate(Probe([], {MODEL: vector}, Filters(), 1))
    nearest = tx.index.memory_ids(nominated.keys)[nominated.keys[0]]
    return tx.memories.get([nearest])[nearest].text


def test_two_stores_on_one_directory_see_each_others_vectors_at_once(data: Path) -> None:
    async def use(first: Store) -> None:
        second = DATABASES.open(data)
        try:
            for number, (writer, reader) in enumerate([(first, second), (second, first)] * 4):
                vector = np.eye(8, dtype=np.float32)[number]
                await writer.write(SCOPE, lambda tx, v=vector, n=number: _add_near(tx, f"memory {n}", v))  # type: ignore[misc]
                for store in (writer, reader):
                    near = await store.read(SCOPE, lambda tx, v=vector: _nearest(tx, v))  # type: ignore[misc]
                    assert near == f"memory {number}"
        finally:
            await second.close()

    _using(data, use)


def test_people_who_push_each_other_out_of_memory_find_their_own(data: Path) -> None:
    ben = make_user(id="u2", name="ben")
    people = [SCOPE, scope_of(ben)] * 5

    async def use(store: Store) -> None:
        await store.write_directory(lambda d: d.add_user(ben, None, make_general()))
        for number, scope in enumerate(people):
            vector = np.eye(16, 8, dtype=np.float32)[number // 2]
            text = f"memory {number} of {scope.user_id}"
            await store.write(scope, lambda tx, v=vector, t=text: _add_near(tx, t, v))  # type: ignore[misc]
            assert await store.read(scope, lambda tx, v=vector: _nearest(tx, v)) == text  # type: ignore[misc]

    _using(data, use, lambda there: DATABASES.open(there, room=1))


OTHER_PROCESS = """
import asyncio, sys
from pathlib import Path
sys.path[:0] = {path!r}
import test_store as t
from onememory.bootstrap import open_store
from onememory.settings import load

async def use(store):
    for number in range(200):
        await store.write(t.SCOPE, lambda tx: t._add(tx, f"{name} {{number}}"))

t._using(Path({data!r}), use, lambda data: open_store(load({{"data": data}})))
"""


def test_two_processes_write_at_the_same_time_and_lose_nothing(data: Path) -> None:
    folders = [str(Path(__file__).parent), str(Path(__file__).parents[1])]
    scripts = [OTHER_PROCESS.format(path=folders, name=name, data=str(data)) for name in ("tea", "coffee")]

    environment = {**os.environ, **DATABASES.variables(data)}  # noqa: TID251 - the child's
    processes = [subprocess.Popen([sys.executable, "-c", script], env=environment) for script in scripts]

    assert [process.wait(60) for process in processes] == [0, 0]
    assert _using(data, lambda s: s.read(SCOPE, lambda tx: len(_texts(tx)))) == 400
    assert _using(data, lambda s: s.check()) == []


PLANTED = {
    "count of memories": "UPDATE buckets SET memory_count = memory_count + 1",
    "version": "DELETE FROM memory_versions",
    "missing from the index": "DELETE FROM search_documents",
    "not active": "UPDATE memories SET state = 'trashed'",
}
PLANTED_IN_FILE = {
    "word index": "DELETE FROM words_u1 WHERE rowid = 1",
    "foreign key": "PRAGMA foreign_keys = OFF; UPDATE memories SET bucket_id = 99",
}
PLANTED_IN_SERVER = {"index of words": "DELETE FROM search_terms"}


@pytest.mark.parametrize(("words", "sql"), PLANTED.items())
def test_check_finds_what_was_planted(data: Path, words: str, sql: str) -> None:
    _assert_found(data, words, sql)


@pytest.mark.sqlite
@pytest.mark.parametrize(("words", "sql"), PLANTED_IN_FILE.items())
def test_check_finds_what_was_planted_in_the_file(data: Path, words: str, sql: str) -> None:
    _assert_found(data, words, sql)


@pytest.mark.postgresql
@pytest.mark.parametrize(("words", "sql"), PLANTED_IN_SERVER.items())
def test_check_finds_what_was_planted_in_the_server(data: Path, words: str, sql: str) -> None:
    _assert_found(data, words, sql)


def _assert_found(data: Path, words: str, sql: str) -> None:
    async def use(store: Store) -> None:
        await store.write(SCOPE, lambda tx: _add(tx, "tea"))
        assert await store.check() == []
        with DATABASES.connect(data) as database:
            database.run(sql)
        assert any(words in problem for problem in await store.check())

    _using(data, use)


@pytest.mark.sqlite
def test_a_backup_taken_while_others_write_is_whole_and_equal_to_a_moment(data: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()

    async def use(store: Store) -> None:
        stop = asyncio.Event()

        async def write() -> int:
            number = 0
            while not stop.is_set():
                await store.write(SCOPE, lambda tx: _add(tx, f"note {number}"))  # noqa: B023 - awaited at once
                number += 1
            return number

        await asyncio.gather(*(store.write(SCOPE, lambda tx, n=n: _add(tx, f"first {n}")) for n in range(100)))  # type: ignore[misc]
        writing = asyncio.ensure_future(write())
        await store.backup(copy / DATABASE)
        stop.set()
        await writing

    _using(data, use)

    assert [file.name for file in copy.iterdir()] == [DATABASE]
    assert _using(copy, lambda s: s.check()) == []
    texts = _using(copy, lambda s: s.read(SCOPE, _texts))
    assert isinstance(texts, set)
    notes = {text for text in texts if text.startswith("note")}
    assert {f"first {n}" for n in range(100)} == texts - notes
    assert notes == {f"note {n}" for n in range(len(notes))}


def test_a_memory_comes_back_from_the_rows_as_it_was_put_there(data: Path) -> None:
    memory = make_memory(text="2026-01-01 🦊\r\n", about=NOW.date(), state=MemoryState.INBOX, supersedes="x" * 26)

    async def use(store: Store) -> object:
        await store.write(SCOPE, lambda tx: tx.memories.add([memory], [make_version(memory)]))
        return await store.read(SCOPE, lambda tx: (tx.memories.get([memory.id]), tx.memories.versions([memory.id])))

    assert _using(data, use) == ({memory.id: memory}, {memory.id: [make_version(memory)]})
