"""Forward-only migrations: each file in one transaction with the record that it ran."""

from collections.abc import Sequence
from importlib import resources
from pathlib import Path

from onememory.domain.errors import NewerSchema
from onememory.storage.sqlite.backup import copy_database
from onememory.storage.sqlite.connection import SqliteConnection

Migration = tuple[int, str, str]  # number, file name, SQL


def migrations() -> list[Migration]:
    """Number, file name and SQL of each, in order."""
    folder = resources.files(__package__) / "migrations"
    names = sorted(f.name for f in folder.iterdir() if f.name.endswith(".sql"))
    return [(int(name[:4]), name, (folder / name).read_text(encoding="utf-8")) for name in names]


def migrate(connection: SqliteConnection, path: Path, steps: Sequence[Migration]) -> list[str]:
    """Bring the schema of the file at `path` up to date; the names of the migrations that ran.

    What is there already is first copied to a file beside it. Raises NewerSchema.
    """
    connection.run("BEGIN IMMEDIATE")
    try:
        present = int(connection.rows("PRAGMA user_version", {})[0][0])
        if present > steps[-1][0]:
            raise NewerSchema(
                f"This data directory has schema {present}, made by a newer onememory; this one knows {steps[-1][0]}. "
                "Start the newer version, or restore a backup of the older one."
            )
        missing = [step for step in steps if step[0] > present]
        if present and missing:  # the write lock is held, so nothing can come between the copy and the change
            copy_database(path, path.with_name(f"{path.name}.before-schema-{missing[-1][0]}"))
        for number, _, sql in missing:
            connection.run(sql)
            connection.run(f"PRAGMA user_version = {number}")
        connection.run("COMMIT")
    finally:
        if connection.is_in_transaction:
            connection.run("ROLLBACK")
    return [name for _, name, _ in missing]
