"""The schema file of PostgreSQL says what all migrations together make."""

from importlib import resources

from databases import DATABASES
from onememory.storage.postgres.connection import PostgresConnection
from onememory.storage.postgres.migrate import migrate, migrations

_COLUMNS = """
    SELECT c.relname, a.attname, a.attnum, format_type(a.atttypid, a.atttypmod), a.attcollation::regcollation::text,
        a.attnotnull, a.attstorage::text, pg_get_expr(d.adbin, d.adrelid), c.reloptions::text
    FROM pg_attribute AS a
    JOIN pg_class AS c ON c.oid = a.attrelid
    LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
"""
_INDEXES = "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'"
_KEYS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
"""


def _catalogue(connection: PostgresConnection) -> set[tuple[object, ...]]:
    return {tuple(row) for sql in (_COLUMNS, _INDEXES, _KEYS) for row in connection.rows(sql, {})}


def test_the_schema_file_equals_all_migrations() -> None:
    schema = resources.files("onememory.storage.postgres") / "schema.sql"
    urls = [DATABASES.server.url(name) for name in ("of_the_schema_file", "of_the_migrations")]
    for url in urls:
        DATABASES.server.run(f"CREATE DATABASE {url.rpartition('/')[2]}")
    with PostgresConnection(urls[0]) as whole, PostgresConnection(urls[1]) as migrated:
        whole.run(schema.read_text(encoding="utf-8"))
        migrate(migrated, migrations())

        assert _catalogue(whole) == _catalogue(migrated)
