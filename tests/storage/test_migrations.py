"""The schema file says what all migrations together make."""

import re
from importlib import resources
from pathlib import Path

import pytest

from onememory.domain.errors import StorageFailed, Unavailable
from onememory.storage.sqlite.connection import SqliteConnection
from onememory.storage.sqlite.migrate import migrate, migrations


def _objects(connection: SqliteConnection) -> dict[str, str]:
    rows = connection.rows("SELECT type || ' ' || name, sql FROM sqlite_schema WHERE sql IS NOT NULL", {})
    # SQLite writes an added column into the text of its table, with spaces of its own.
    return {name: re.sub(r"\s*([(),])\s*", r"\1", re.sub(r"\s+", " ", sql)) for name, sql in rows}


def test_the_schema_file_equals_all_migrations(tmp_path: Path) -> None:
    schema = resources.files("onememory.storage.sqlite") / "schema.sql"
    with SqliteConnection(tmp_path / "whole.db") as whole, SqliteConnection(tmp_path / "migrated.db") as migrated:
        whole.run(schema.read_text(encoding="utf-8"))
        migrate(migrated, tmp_path / "migrated.db", migrations())

        assert _objects(whole) == _objects(migrated)


def test_migrations_are_numbered_without_a_gap() -> None:
    assert [number for number, _, _ in migrations()] == list(range(1, len(migrations()) + 1))


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    with SqliteConnection(tmp_path / "test.db") as connection:
        assert len(migrate(connection, tmp_path / "test.db", migrations())) == len(migrations())
        assert migrate(connection, tmp_path / "test.db", migrations()) == []


def test_a_newer_schema_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with SqliteConnection(tmp_path / "test.db") as connection:
        migrate(connection, tmp_path / "test.db", migrations())
        connection.run("PRAGMA user_version = 9999")

        with pytest.raises(Unavailable, match="newer onememory"):
            migrate(connection, tmp_path / "test.db", migrations())


def test_every_key_and_index_of_user_data_leads_with_the_owner(tmp_path: Path) -> None:
    by_secret = {"token_owners", "oauth_codes", "oauth_refresh_tokens", "sessions", "password_links", "share_links"}
    by_secret |= {"sign_in_steps"}
    without_owner = {
        "users",
        "oauth_clients",
        "installation",
        "identities",
        "bucket_members",
        *by_secret,
    }  # the directory: it is how the owner is found
    by_due_time = {"jobs_due"}  # the worker looks for the next job of anybody
    by_row_number = {"search_documents"}  # its key is the row number that FTS5 needs; each query names the owner too
    with SqliteConnection(tmp_path / "test.db") as connection:
        migrate(connection, tmp_path / "test.db", migrations())
        tables = connection.rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'", {})
        leading = {
            (table, index): connection.rows(f"PRAGMA index_info({index})", {})[0][2]
            for (table,) in tables
            for _, index, *_ in connection.rows(f"PRAGMA index_list({table})", {})
        }

    others = {
        k: v for k, v in leading.items() if v != "user_id" and k[0] not in without_owner and k[1] not in by_due_time
    }
    assert {table for table, _ in others} <= by_row_number


def test_what_was_there_is_copied_before_a_migration_changes_it(tmp_path: Path) -> None:
    path, steps = tmp_path / "test.db", migrations()
    further = (steps[-1][0] + 1, "next.sql", "CREATE TABLE later (n INTEGER); DROP TABLE audit;")
    with SqliteConnection(path) as connection:
        migrate(connection, path, steps)
        assert migrate(connection, path, [*steps, further]) == ["next.sql"]

    (copy,) = tmp_path.glob("*.before-schema-*")
    with SqliteConnection(copy) as connection:
        assert migrate(connection, copy, steps) == []
        assert connection.rows("SELECT count(*) FROM audit", {}) == [(0,)]


def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    path, steps = tmp_path / "test.db", migrations()
    broken = (steps[-1][0] + 1, "broken.sql", "CREATE TABLE later (n INTEGER); nonsense;")
    with SqliteConnection(path) as connection:
        migrate(connection, path, steps)
        with pytest.raises(StorageFailed):
            migrate(connection, path, [*steps, broken])

        assert migrate(connection, path, steps) == []
        assert not connection.rows("SELECT * FROM sqlite_schema WHERE name = 'later'", {})
