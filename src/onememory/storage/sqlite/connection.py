"""One SQLite connection, with the driver's exceptions turned into the domain's."""

from collections.abc import Iterable
from pathlib import Path
from typing import Self

import apsw

from onememory.domain.errors import Conflict, DiskFull, OneMemoryError, StorageFailed, Unavailable
from onememory.storage.scoped import Row, Values

BUSY_TIMEOUT_MS = 10_000  # how long a write waits for another process's write

_PRAGMAS = """
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA secure_delete = ON;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -16000;
    PRAGMA journal_size_limit = 67108864;
"""


class SqliteConnection:
    """A connection to the database file; implements the protocol Connection. Not to be used by two threads at once."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.clears_log = False  # whether the log must be emptied after the next commit
        flags = apsw.SQLITE_OPEN_READWRITE | (0 if read_only else apsw.SQLITE_OPEN_CREATE)
        try:
            self.raw = apsw.Connection(str(path), flags=flags, statementcachesize=200)
            self.raw.set_busy_timeout(BUSY_TIMEOUT_MS)
            self.raw.execute(_PRAGMAS).fetchall()  # a statement runs when the rows before it are taken
            if read_only:
                self.raw.execute("PRAGMA query_only = ON")
        except apsw.Error as error:
            raise _translated(error) from error

    def rows(self, sql: str, values: Values) -> list[Row]:
        """Every row of the answer; raises Conflict when a uniqueness rule is broken."""
        try:
            return self.raw.execute(sql, values).fetchall()
        except apsw.Error as error:
            raise _translated(error) from error

    def many(self, sql: str, values: Iterable[Values]) -> None:
        """Run once for each set of values."""
        try:
            self.raw.executemany(sql, values)
        except apsw.Error as error:
            raise _translated(error) from error

    def columns(self, table: str) -> list[str]:
        """The names of a table's columns."""
        return [row[0] for row in self.rows("SELECT name FROM pragma_table_info(:table)", {"table": table})]

    def run(self, sql: str) -> None:
        """Run a statement without parameters, such as BEGIN."""
        try:
            self.raw.execute(sql)
        except apsw.Error as error:
            raise _translated(error) from error

    def clear_log_next(self) -> None:
        """Empty the write-ahead log after the next commit."""
        self.clears_log = True

    def clear_log(self) -> None:
        """Empty the write-ahead log where that was asked for; left to the next commit while somebody reads from it."""
        if not self.clears_log:
            return
        try:
            is_busy = self.raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()[0][0]
        except apsw.Error:
            return
        self.clears_log = bool(is_busy)

    @property
    def changes(self) -> int:
        """How many rows this connection has changed since it was opened."""
        return self.raw.total_changes()

    @property
    def is_in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return self.raw.in_transaction

    def close(self) -> None:
        """Let go of the file."""
        self.raw.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


_SENTENCES: tuple[tuple[type[apsw.Error], type[OneMemoryError], str], ...] = (
    (apsw.BusyError, Unavailable, "Another process has been writing to the data directory for long; try again."),
    (apsw.FullError, DiskFull, "The disk is full; nothing was stored. Free some space and try again."),
    (
        apsw.CantOpenError,
        StorageFailed,
        "The database file cannot be opened; check that the data directory exists and is writable.",
    ),
    (apsw.ReadOnlyError, StorageFailed, "The database file is read-only; nothing was stored. Check its permissions."),
    (apsw.CorruptError, StorageFailed, "The database file is damaged; run `onememory doctor` or restore a backup."),
    (apsw.NotADBError, StorageFailed, "The database file is no database; restore the last backup."),
)


def _translated(error: apsw.Error) -> OneMemoryError:
    if isinstance(error, apsw.ConstraintError):
        return Conflict(f"This would break a rule of the data: {error}.")
    for driver_error, domain_error, sentence in _SENTENCES:
        if isinstance(error, driver_error):
            return domain_error(sentence)
    return StorageFailed(f"The database failed; nothing was stored: {error}.")
