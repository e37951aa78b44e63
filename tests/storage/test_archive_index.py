"""The index of chats in the database: how much is asked of it, and what it holds after any history."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chats import chat
from onememory.domain.actors import Scope
from onememory.ports.archive import ArchiveFilters, ArchiveProbe
from onememory.retrieval.archive import IndexedConversation, indexed
from onememory.storage.index import postings
from onememory.storage.index.archive_index import PackedArchiveIndex
from onememory.storage.index.archive_shelves import ArchiveShelves
from onememory.storage.index.recent import Recent
from onememory.storage.scoped import Row, Scoped, Values
from onememory.storage.sqlite.connection import SqliteConnection
from onememory.storage.sqlite.migrate import migrate, migrations

SCOPE = Scope("u1")


@dataclass
class Counting(SqliteConnection):
    """Counts the statements that are run on it."""

    statements: int = field(default=0, init=False)

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.statements = 0

    def rows(self, sql: str, values: Values) -> list[Row]:
        self.statements += 1
        return super().rows(sql, values)


def opened(path: Path) -> Counting:
    connection = Counting(path)
    migrate(connection, path, migrations())
    user = "INSERT INTO users (user_id, name, name_key, is_admin, created_at) VALUES ('u1', 'ada', 'ada', 1, 0)"
    connection.rows(user, {})
    return connection


def index_of(connection: SqliteConnection) -> PackedArchiveIndex:
    """The index as a process sees it that has just started."""
    return PackedArchiveIndex(Scoped(connection, SCOPE), ArchiveShelves(Recent()), connection.clear_log_next)


def talk(name: str, *texts: str) -> IndexedConversation:
    return indexed(name, "custom", list(enumerate(chat(name, *texts).messages)))


def found(index: PackedArchiveIndex, *terms: str) -> set[tuple[str, int]]:
    """Where the turns are that hold one of the terms themselves."""
    nominated = index.nominate(ArchiveProbe(terms, {}, None, ArchiveFilters(), 1_000))
    held = zip(nominated.places, nominated.pool.words, strict=True)
    return {(conversation, int(number)) for (conversation, number), score in held if score > 0}


def test_a_question_takes_no_more_statements_of_a_greater_archive(tmp_path: Path) -> None:
    counts = []
    for size in (10, 400):
        connection = opened(tmp_path / f"{size}.db")
        index = index_of(connection)
        index.put([talk(f"c{n}", "tea and milk", "no milk") for n in range(size)])
        found(index, "tea", "milk")
        connection.statements = 0
        assert len(found(index, "tea", "milk")) == 2 * size
        counts.append(connection.statements)
        connection.close()

    assert counts[0] == counts[1] <= 4


@pytest.mark.parametrize("at_once", [1, 50])
def test_many_small_segments_become_few_and_say_the_same(tmp_path: Path, at_once: int) -> None:
    connection = opened(tmp_path / "a.db")
    index = index_of(connection)
    talks = [talk(f"c{n}", f"tea number{n}", "milk") for n in range(50)]
    for start in range(0, 50, at_once):
        index.put(talks[start : start + at_once])
    before = found(index, "tea", "milk"), found(index, "number17")

    while index.tidy():
        pass

    assert (found(index, "tea", "milk"), found(index, "number17")) == before
    assert (found(index_of(connection), "tea", "milk"), found(index_of(connection), "number17")) == before
    segments = connection.rows("SELECT count(*) FROM archive_segments", {})[0][0]
    assert segments < postings.MANY
    index.remove(talks[17:18])
    assert found(index, "number17") == set()
    connection.close()


Step = tuple[str, int]
WORDS = ("tea", "milk", "salt", "bread")


def _said(name: int, version: int) -> Sequence[str]:
    return [WORDS[(name + version + n) % 4] + f" {WORDS[version % 4]}" for n in range(1 + (name + version) % 3)]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["put", "put", "remove", "tidy", "restart"]), st.integers(0, 5)), max_size=40)
)
def test_after_any_history_the_index_holds_what_a_dictionary_does(steps: list[Step]) -> None:
    connection = opened(Path(":memory:"))
    index, there = index_of(connection), dict[int, IndexedConversation]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postings, "MANY", 3)
        for version, (what, name) in enumerate(steps):
            if what in {"put", "remove"} and name in there:
                index.remove([there.pop(name)])
            if what == "put":
                there[name] = talk(f"c{name}", *_said(name, version))
                index.put([there[name]])
            if what == "tidy":
                index.tidy()
            if what == "restart":
                index = index_of(connection)
            for word in WORDS:
                assert found(index, word) == _expected(there, word)
    connection.close()


def _expected(there: dict[int, IndexedConversation], word: str) -> set[tuple[str, int]]:
    return {
        (talk.conversation_id, number)
        for talk in there.values()
        for number, terms in enumerate(talk.terms)
        if terms[word]
    }
