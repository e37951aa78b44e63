"""Forward-only migrations: all that are missing in one transaction, by one process while the others wait."""

import re
from collections.abc import Sequence
from importlib import resources
from typing import NamedTuple

from onememory.domain.errors import Unavailable
from onememory.storage.postgres.connection import PostgresConnection

_LOCK = 7_038_652_140_113  # an arbitrary number that no other program takes
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


def migrate(connection: PostgresConnection, steps: Sequence[Migration]) -> list[str]:
    """Bring the schema up to date; the names of the migrations that ran.

    Raises Unavailable for a newer schema that says it does not work with this code.
    """
    connection.run("BEGIN")
    try:
        connection.rows("SELECT pg_advisory_xact_lock(:lock)", {"lock": _LOCK})
        present = _present(connection, steps[-1].number)
        missing = [step for step in steps if step.number > present]
        for step in missing:
            connection.run(step.sql)
            connection.rows(
                "INSERT INTO schema_versions (number, name, works_with) VALUES (:number, :name, :works_with)",
                {"number": step.number, "name": step.name, "works_with": step.works_with},
            )
        connection.run("COMMIT")
    except BaseException:
        connection.roll_back()
        raise
    return [step.name for step in missing]


def _present(connection: PostgresConnection, known: int) -> int:
    connection.run(
        "CREATE TABLE IF NOT EXISTS schema_versions "
        "(number integer PRIMARY KEY, name text NOT NULL, works_with integer NOT NULL)"
    )
    sql = "SELECT coalesce(max(number), 0), coalesce(max(works_with), 0) FROM schema_versions"
    present, works_with = connection.rows(sql, {})[0]
    if works_with > known:
        raise Unavailable(
            f"This database has schema {present}, made by a newer onememory; this one knows {known}. "
            "Start the newer version, or restore a backup of the older one."
        )
    return int(present)
