"""Copies of the database file that are consistent while others write."""

from pathlib import Path

import apsw

from onememory.domain.errors import StorageFailed

PAGES_A_STEP = 2_000  # some 8 MB, so that writers get their turn


def copy_database(source: Path, target: Path) -> None:
    """Copy with SQLite's online backup and verify the copy; raises StorageFailed when the copy is not sound."""
    try:
        origin = apsw.Connection(str(source), flags=apsw.SQLITE_OPEN_READONLY)
        copy = apsw.Connection(str(target))
        with copy.backup("main", origin, "main") as backup:
            while not backup.done:
                backup.step(PAGES_A_STEP)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, without companions
        verdict = copy.execute("PRAGMA integrity_check").fetchall()
        copy.close()
        origin.close()
    except apsw.Error as error:
        raise StorageFailed(f"The backup could not be written to {target}: {error}.") from error
    if verdict != [("ok",)]:
        raise StorageFailed(f"The copy at {target} is not sound: {verdict[0][0]}. Run `onememory doctor`.")


def is_in_use(path: Path) -> bool:
    """Whether any connection to this database is open, here or in another process."""
    if not path.is_file():
        return False
    try:
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
        try:
            connection.execute("PRAGMA journal_mode = DELETE")  # WAL can be left by the last connection only
        finally:
            connection.close()
    except apsw.BusyError:
        return True
    except apsw.Error:
        return False  # whatever ails it, nobody works with it
    return False
