from pathlib import Path

import pytest

from onememory.domain.errors import Unavailable
from onememory.storage.sqlite.connection import SqliteConnection
from onememory.storage.sqlite.migrate import migrate

STEPS = [
    (1, "0001_first.sql", "CREATE TABLE things (name TEXT)"),
    (2, "0002_second.sql", "ALTER TABLE things ADD COLUMN size INTEGER"),
]
COPY = "test.db.before-schema-2"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with the first schema and one row."""
    path = tmp_path / "test.db"
    with SqliteConnection(path) as connection:
        assert migrate(connection, path, STEPS[:1]) == ["0001_first.sql"]
        connection.run("INSERT INTO things VALUES ('lamp')")
    return path


def test_a_new_database_is_not_copied(path: Path) -> None:
    assert not list(path.parent.glob("*before*"))


def test_what_is_there_is_copied_before_it_changes(path: Path) -> None:
    with SqliteConnection(path) as connection:
        assert migrate(connection, path, STEPS) == ["0002_second.sql"]
        assert connection.rows("SELECT * FROM things", {}) == [("lamp", None)]

    with SqliteConnection(path.with_name(COPY)) as copy:
        assert copy.rows("SELECT * FROM things", {}) == [("lamp",)]
        assert copy.rows("PRAGMA user_version", {}) == [(1,)]


def test_nothing_is_copied_where_nothing_changes(path: Path) -> None:
    with SqliteConnection(path) as connection:
        assert migrate(connection, path, STEPS[:1]) == []

    assert not path.with_name(COPY).exists()


def test_a_step_that_fails_leaves_the_old_schema(path: Path) -> None:
    with SqliteConnection(path) as connection:
        with pytest.raises(Exception, match="syntax"):
            migrate(connection, path, [*STEPS, (3, "0003_broken.sql", "CREATE NONSENSE")])

        assert connection.rows("SELECT * FROM things", {}) == [("lamp",)]
        assert connection.rows("PRAGMA user_version", {}) == [(1,)]


def test_a_newer_schema_is_refused(path: Path) -> None:
    with SqliteConnection(path) as connection:
        connection.run("PRAGMA user_version = 9")

        with pytest.raises(Unavailable, match="made by a newer onememory"):
            migrate(connection, path, STEPS)
