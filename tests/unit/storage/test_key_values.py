import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

from onememory.domain.errors import InvalidInput
from onememory.storage.sqlite import key_values
from onememory.storage.sqlite.key_values import SqliteKeyValueFiles, copy_rows

Database = Callable[..., Path]


@pytest.fixture
def state_file(tmp_path: Path) -> Database:
    """Makes a database out of statements."""

    def make(*statements: str, name: str = "state.vscdb") -> Path:
        connection = sqlite3.connect(tmp_path / name)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()
        return tmp_path / name

    return make


TABLE = "CREATE TABLE cursorDiskKV (key TEXT UNIQUE ON CONFLICT REPLACE, value BLOB)"
ITEMS = "CREATE TABLE ItemTable (key TEXT UNIQUE ON CONFLICT REPLACE, value BLOB)"


def _rows(path: Path, prefix: str, tmp_path: Path) -> list[tuple[str, object]]:
    def opened() -> BinaryIO:
        return path.open("rb")

    with SqliteKeyValueFiles(tmp_path / "copies").opened(opened) as rows:
        return [(row.key, row.value) for row in rows.rows(prefix)]


def test_rows_are_given_by_the_beginning_of_their_keys_in_order(state_file: Database, tmp_path: Path) -> None:
    path = state_file(
        TABLE, ITEMS,
        "INSERT INTO cursorDiskKV VALUES ('a:2', 'two'), ('a:1', x'6f6e65'), ('b:1', 'else'), ('a:3', NULL)",
        "INSERT INTO ItemTable VALUES ('a:9', 'nine')",
    )  # fmt: skip

    assert _rows(path, "a:", tmp_path) == [("a:1", b"one"), ("a:2", "two"), ("a:3", None), ("a:9", "nine")]
    assert _rows(path, "c:", tmp_path) == []


def test_nothing_stays_of_the_copy(state_file: Database, tmp_path: Path) -> None:
    _rows(state_file(TABLE), "a:", tmp_path)

    assert list((tmp_path / "copies").iterdir()) == []


def test_a_value_beyond_the_limit_is_named_and_not_given(
    state_file: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_values, "VALUE_LIMIT", 3)
    path = state_file(TABLE, "INSERT INTO cursorDiskKV VALUES ('a', 'four'), ('b', 'two')")

    with SqliteKeyValueFiles(tmp_path).opened(lambda: path.open("rb")) as rows:
        assert [(r.key, r.value, r.is_too_large) for r in rows.rows("")] == [("a", None, True), ("b", "two", False)]


def test_a_database_beyond_the_limit_is_not_copied(
    state_file: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_values, "SIZE_LIMIT", 4_096)

    with pytest.raises(InvalidInput, match="not read"):
        _rows(state_file(TABLE), "", tmp_path)

    assert list((tmp_path / "copies").iterdir()) == []


@pytest.mark.parametrize(
    "statements",
    [
        ("CREATE TABLE other (key TEXT, value BLOB)",),
        ("CREATE TABLE x (a)", "CREATE VIEW cursorDiskKV AS SELECT 'k' AS key, 'v' AS value"),
        ("CREATE VIRTUAL TABLE cursorDiskKV USING fts5(key, value)",),
    ],
    ids=["another table", "a view", "a virtual table"],
)
def test_only_tables_of_known_names_are_read(state_file: Database, tmp_path: Path, statements: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInput, match="without the tables"):
        _rows(state_file(*statements), "", tmp_path)


def test_another_shape_of_the_table_is_told(state_file: Database, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="damaged"):
        _rows(state_file("CREATE TABLE cursorDiskKV (name TEXT)"), "", tmp_path)


@pytest.mark.parametrize("length", [16, 100, 5_000])
def test_a_file_that_breaks_off_is_told(state_file: Database, tmp_path: Path, length: int) -> None:
    rows = ", ".join(f"('k{n}', '{'v' * 500}')" for n in range(50))
    path = state_file(TABLE, f"INSERT INTO cursorDiskKV VALUES {rows}")
    path.write_bytes(path.read_bytes()[:length])

    with pytest.raises(InvalidInput, match="SQLite database"):
        _rows(path, "", tmp_path)


def test_a_copy_holds_the_wanted_rows_and_what_stands_in_the_log(state_file: Database, tmp_path: Path) -> None:
    path = state_file(TABLE, "INSERT INTO cursorDiskKV VALUES ('chat:1', 'said'), ('token', 'secret')")
    writing = sqlite3.connect(path)
    writing.execute("PRAGMA journal_mode = WAL")
    writing.execute("INSERT INTO cursorDiskKV VALUES ('chat:2', 'said later')")
    writing.commit()
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}

    copy_rows(path, tmp_path / "copy.db", ["chat:"])

    assert before == {file.name: file.read_bytes() for file in tmp_path.iterdir() if file.name != "copy.db"}
    writing.close()
    assert _rows(tmp_path / "copy.db", "", tmp_path) == [("chat:1", "said"), ("chat:2", "said later")]
    assert b"secret" not in (tmp_path / "copy.db").read_bytes()
