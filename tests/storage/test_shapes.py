"""The shapes of a PostgreSQL database: whole, in partitions, spread by Citus (whose rules a file of SQL stands for)."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from databases import DATABASES
from onememory.domain.errors import Conflict, InvalidInput
from onememory.storage.postgres.connection import PostgresConnection
from onememory.storage.postgres.migrate import Migration, migrate, migrations, script
from onememory.storage.postgres.shapes import DIRECTORY, Distributed, Partitioned, Shape, Whole, shape_of

GUIDE = (Path(__file__).parents[2] / "docs" / "how-to" / "many-people.md").read_text(encoding="utf-8")
CITUS_RULES = (Path(__file__).parents[1] / "data" / "citus_rules.sql").read_text(encoding="utf-8")
SHAPES: list[Shape] = [Whole(), Partitioned(3), Distributed()]
LATER = """CREATE TABLE later (
    user_id text COLLATE "C" NOT NULL,
    later_id text COLLATE "C" NOT NULL,
    memory_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (user_id, later_id),
    FOREIGN KEY (user_id, memory_id) REFERENCES memories (user_id, memory_id) ON DELETE CASCADE
);
"""
_COLUMNS = """
    SELECT table_name, column_name, ordinal_position, data_type, is_nullable, column_default
    FROM information_schema.columns WHERE table_schema = 'public'
"""
_STORAGE = """
    SELECT c.relname, a.attname, a.attstorage::text, c.reloptions
    FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0
"""
_INDEXES = """
    SELECT tablename, replace(indexdef, ' ON ONLY ', ' ON ') FROM pg_indexes WHERE schemaname = 'public'
"""
_KEYS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'u', 'f') AND conparentid = 0
"""
_numbers = count(1)


@pytest.fixture
def empty() -> Iterator[PostgresConnection]:
    """A database without tables, with the rules of Citus."""
    name = f"shaped{next(_numbers)}"
    DATABASES.server.run(f"CREATE DATABASE {name}")
    with PostgresConnection(DATABASES.server.url(name)) as connection:
        connection.run(CITUS_RULES)
        yield connection


def _described(connection: PostgresConnection) -> set[tuple[object, ...]]:
    rows = [row for sql in (_COLUMNS, _STORAGE, _INDEXES, _KEYS) for row in connection.rows(sql, {})]
    return {tuple(map(str, row)) for row in rows if row[0] not in {"pg_dist_partition", "broken_rules"}}


@pytest.fixture(scope="module")
def whole() -> set[tuple[object, ...]]:
    """What a database in one piece has."""
    name = f"shaped{next(_numbers)}"
    DATABASES.server.run(f"CREATE DATABASE {name}")
    with PostgresConnection(DATABASES.server.url(name)) as connection:
        migrate(connection, migrations())
        return _described(connection)


@pytest.mark.parametrize("shape", SHAPES, ids=["whole", "partitioned", "distributed"])
def test_every_shape_has_the_same_columns_indexes_and_keys(
    empty: PostgresConnection, whole: set[tuple[object, ...]], shape: Shape
) -> None:
    migrate(empty, migrations(), shape)

    assert _described(empty) == whole


@pytest.mark.parametrize("shape", SHAPES[1:], ids=["partitioned", "distributed"])
def test_a_later_migration_makes_its_tables_in_the_shape_that_the_others_have(
    empty: PostgresConnection, shape: Shape
) -> None:
    migrate(empty, migrations(), shape)
    steps = [*migrations(), Migration(migrations()[-1].number + 1, "later.sql", LATER)]

    assert migrate(empty, steps) == ["later.sql"]
    assert type(shape_of(empty)) is type(shape)
    places = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'later'::regclass"
    if isinstance(shape, Distributed):
        places = "SELECT count(*) FROM pg_dist_partition WHERE logicalrelid = 'later'::regclass AND partkey = 'user_id'"
    assert empty.rows(places, {}) == [(3 if isinstance(shape, Partitioned) else 1,)]


def test_tables_of_people_are_split_and_the_directory_is_not(empty: PostgresConnection) -> None:
    migrate(empty, migrations(), Partitioned(3))
    sql = "SELECT relname, relkind::text FROM pg_class WHERE relkind IN ('r', 'p')"
    kinds: dict[str, str] = dict(empty.rows(sql, {}))

    assert {name for name in DIRECTORY if kinds[name] == "p"} == set()
    assert {name for name, kind in kinds.items() if kind == "p"} > {
        "memories",
        "messages",
        "jobs",
        "search_postings",
        "archive_blocks",
    }


def test_no_table_breaks_a_rule_of_citus(empty: PostgresConnection) -> None:
    migrate(empty, migrations(), Distributed())

    assert empty.rows("SELECT * FROM broken_rules", {}) == []


def test_citus_puts_all_rows_of_a_person_on_one_machine(empty: PostgresConnection) -> None:
    migrate(empty, migrations(), Distributed())
    places = empty.rows("SELECT logicalrelid::text, partkey, colocation FROM pg_dist_partition", {})

    assert {name: key for name, key, _ in places if key != "user_id"} == DIRECTORY
    assert {(key, beside) for _, key, beside in places if key} == {
        ("user_id", "tokens"),
        ("secret_hash", "token_owners"),
        ("caller", "rate_limits"),
    }


@pytest.mark.parametrize("table", sorted(DIRECTORY.keys() - {"schema_versions"}))
def test_the_guide_says_where_each_table_of_the_directory_lies(table: str) -> None:
    place = "spread by" if DIRECTORY[table] else "whole on every machine"
    lines = [line for line in GUIDE.splitlines() if f"`{table}`" in line]

    assert len(lines) == 1
    assert place in lines[0]


@pytest.mark.parametrize(
    "broken",
    [
        'CREATE UNIQUE INDEX by_name ON memories (text COLLATE "C")',
        "ALTER TABLE tokens ADD FOREIGN KEY (client_id) REFERENCES oauth_clients ON DELETE SET NULL",
        "ALTER TABLE identities ADD FOREIGN KEY (user_id) REFERENCES search_state",
        "ALTER TABLE sessions ADD FOREIGN KEY (user_id) REFERENCES search_state",
        "CREATE TABLE forgotten (user_id text)",
    ],
)
def test_the_rules_notice_what_would_break_them(empty: PostgresConnection, broken: str) -> None:
    migrate(empty, migrations(), Distributed())
    empty.run(broken)

    assert len(empty.rows("SELECT * FROM broken_rules", {})) == 1


@pytest.mark.parametrize("shape", SHAPES, ids=["whole", "partitioned", "distributed"])
def test_the_script_for_psql_makes_what_the_program_makes(
    empty: PostgresConnection, whole: set[tuple[object, ...]], shape: Shape
) -> None:
    empty.run(script(migrations(), shape))

    assert _described(empty) == whole
    assert migrate(empty, migrations()) == []


def test_citus_is_told_how_columns_are_stored_before_a_table_has_its_place() -> None:
    sql = script(migrations(), Distributed())
    stored, placed = (
        sql.index(words) for words in ("ALTER TABLE upload_pieces", "create_distributed_table('upload_pi")
    )

    assert stored < placed


def test_a_shape_is_chosen_for_an_empty_database_only(empty: PostgresConnection) -> None:
    migrate(empty, migrations())

    with pytest.raises(Conflict, match="has its tables already"):
        migrate(empty, migrations(), Partitioned(3))
    assert isinstance(shape_of(empty), Whole)


@pytest.mark.parametrize("number", [0, 1, 65])
def test_too_few_and_too_many_partitions_are_refused(number: int) -> None:
    with pytest.raises(InvalidInput, match="from 2 to 64"):
        Partitioned(number)
