"""Forward-only migrations: all that are missing in one transaction, by one process while the others wait."""

import re
from collections.abc import Iterator, Sequence
from importlib import resources
from typing import NamedTuple

from onememory.domain.errors import Conflict, NewerSchema, Unavailable
from onememory.storage.postgres.connection import PostgresConnection
from onememory.storage.postgres.shapes import Distributed, Shape, Whole, has_citus, shape_of

LOCK = 7_038_652_140_113  # an arbitrary number that no other program takes
_VERSIONS = """CREATE TABLE IF NOT EXISTS schema_versions (
    number integer PRIMARY KEY, name text NOT NULL, works_with integer NOT NULL
);
"""
_WORKS_WITH = re.compile(r"^-- Works with the code of schema (\d+) and later\.$", re.MULTILINE)


class Migration(NamedTuple):
    """One file."""

    number: int
    name: str
    sql: str

    @property
    def works_with(self) -> int:
        """The oldest schema whose code still works on this one, which a rolling upgrade needs."""
        stated = _WORKS_WITH.search(self.sql)
        return int(stated[1]) if stated else self.number


def migrations() -> list[Migration]:
    """Every file, in order."""
    folder = resources.files(__package__) / "migrations"
    names = sorted(f.name for f in folder.iterdir() if f.name.endswith(".sql"))
    return [Migration(int(name[:4]), name, (folder / name).read_text(encoding="utf-8")) for name in names]


def migrate(connection: PostgresConnection, steps: Sequence[Migration], shape: Shape | None = None) -> list[str]:
    """Bring the schema up to date, an empty database in the given shape; the names of the migrations that ran.

    Raises NewerSchema for one that says it does not work with this code, and Conflict where a shape is given for a
    database that has its tables already.
    """
    connection.run("BEGIN")
    try:
        connection.rows("SELECT pg_advisory_xact_lock(:lock)", {"lock": LOCK})
        present = _present(connection, steps[-1].number)
        shape = _agreed(connection, shape) if present else shape or Whole()
        missing = [step for step in steps if step.number > present]
        for statements in _parts(missing, shape):
            connection.run(statements)
        connection.run("COMMIT")
    except BaseException:
        connection.roll_back()
        raise
    return [step.name for step in missing]


def make(url: str, shape: Shape) -> list[str]:
    """Make the tables of an empty database; raises Unavailable where it lacks Citus and the shape needs it."""
    with PostgresConnection(url) as connection:
        if isinstance(shape, Distributed) and not has_citus(connection):
            raise Unavailable("This database has no Citus: its administrator runs `CREATE EXTENSION citus` first.")
        return migrate(connection, migrations(), shape)


def form(url: str) -> str:
    """In which shape the tables of a database are, in words."""
    with PostgresConnection(url) as connection:
        return shape_of(connection).words


def has_tables(url: str) -> bool:
    """Whether anything was begun in this database; raises Unavailable where it cannot be reached."""
    with PostgresConnection(url) as connection:
        return bool(connection.columns("schema_versions"))


def script(steps: Sequence[Migration], shape: Shape) -> str:
    """All that makes an empty database's tables, as one file for psql."""
    return "\n".join(["BEGIN;", _VERSIONS, *_parts(steps, shape), "COMMIT;", ""])


def _parts(steps: Sequence[Migration], shape: Shape) -> Iterator[str]:
    for step in steps:
        if step.number == 1 and shape.opening:
            yield shape.opening
        yield shape.made(step.sql)
        yield (
            "INSERT INTO schema_versions (number, name, works_with) "
            f"VALUES ({step.number}, '{step.name}', {step.works_with});\n"
        )


def _agreed(connection: PostgresConnection, asked_for: Shape | None) -> Shape:
    if asked_for:
        raise Conflict("This database has its tables already: give the URL of an empty one.")
    return shape_of(connection)


def _present(connection: PostgresConnection, known: int) -> int:
    connection.run(_VERSIONS)
    sql = "SELECT coalesce(max(number), 0), coalesce(max(works_with), 0) FROM schema_versions"
    present, works_with = connection.rows(sql, {})[0]
    if works_with > known:
        raise NewerSchema(
            f"This database has schema {present}, made by a newer onememory; this one knows {known}. "
            "Start the newer version, or restore a backup of the older one."
        )
    return int(present)
