"""Databases that other programs wrote, keys and values in tables of known names: read as they are, never trusted."""

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

import apsw

from onememory.domain.errors import InvalidInput
from onememory.ports.imports import KeyValue

TABLES = ("cursorDiskKV", "ItemTable")  # those that are read, where they are there
SIZE_LIMIT = 4 * 1024**3  # bytes of a database, unpacked where it lies in an archive
VALUE_LIMIT = 32 * 1024 * 1024  # bytes; larger values are named and not given

_CELL_LIMIT = 256 * 1024 * 1024  # bytes that SQLite may hold at once
_PIECE = 1024 * 1024
_SMALLEST_ROW = 4  # bytes, less than any row takes in the file
_LAST_CHARACTER = "\U0010ffff"
_DAMAGED = "It is a damaged SQLite database: close the program that writes it and copy it again."
_NOT_KNOWN = f"It is a SQLite database without the tables {' or '.join(TABLES)}, which hold chats."


class SqliteKeyValueFiles:
    """Opens such databases by way of a copy in a folder of our own; implements the port KeyValueFiles."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextlib.contextmanager
    def opened(self, open_file: Callable[[], BinaryIO]) -> Iterator["SqliteKeyValues"]:
        """The rows of a database while the block runs; raises InvalidInput where it is none or has no such tables."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryDirectory(dir=self._folder, prefix="database-") as folder:
            copy = Path(folder) / "copy"
            with open_file() as stream:
                _copy(stream, copy)
            with opened_copy(copy) as rows:
                with contextlib.suppress(OSError):  # where an open file may lose its name, no crash leaves it behind
                    copy.unlink()
                yield rows


class SqliteKeyValues:
    """The rows of one database; implements the port KeyValues."""

    def __init__(self, connection: apsw.Connection, most_rows: int) -> None:
        self._connection = connection
        self._left = most_rows
        self._tables = _tables(connection)
        if not self._tables:
            raise InvalidInput(_NOT_KNOWN)

    def rows(self, prefix: str) -> Iterator[KeyValue]:
        """The rows whose keys begin like this, in the order of the keys; raises InvalidInput where it is damaged."""
        bounds = {"first": prefix, "last": prefix + _LAST_CHARACTER, "limit": VALUE_LIMIT}
        for table in self._tables:
            sql = (
                "SELECT key, CASE WHEN octet_length(value) <= :limit THEN value END, octet_length(value) > :limit "
                f"FROM {table} WHERE key >= :first AND key < :last AND typeof(key) = 'text' ORDER BY key"
            )
            try:
                for key, value, is_too_large in self._connection.execute(sql, bounds):
                    self._count()
                    is_text = isinstance(value, bytes | str)
                    yield KeyValue(key, value if is_text else None, bool(is_too_large))
            except (apsw.Error, UnicodeDecodeError) as error:
                raise InvalidInput(_DAMAGED) from error

    def _count(self) -> None:
        """Pages of a forged file may lead in circles; more rows than it has room for are the sign of that."""
        self._left -= 1
        if self._left < 0:
            raise InvalidInput(_DAMAGED)


@contextlib.contextmanager
def opened_copy(path: Path) -> Iterator[SqliteKeyValues]:
    """The rows of a file that nobody else writes; nothing is locked, and a log beside it is not looked at."""
    try:
        connection = apsw.Connection(
            f"file:{quote(str(path))}?immutable=1", flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
        )
    except apsw.Error as error:
        raise InvalidInput(_DAMAGED) from error
    with contextlib.closing(connection):
        for option in (apsw.SQLITE_DBCONFIG_TRUSTED_SCHEMA, apsw.SQLITE_DBCONFIG_ENABLE_VIEW):
            connection.config(option, 0)
        connection.limit(apsw.SQLITE_LIMIT_LENGTH, _CELL_LIMIT)
        yield SqliteKeyValues(connection, path.stat().st_size // _SMALLEST_ROW)


def copy_rows(source: Path, target: Path, prefixes: Sequence[str]) -> None:
    """Copy the rows with these keys into a new database, with what stands in the log beside the source.

    The source is neither locked nor written to: it is copied before it is opened. Raises InvalidInput as `opened`
    does, and OSError where a file cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="onememory-") as folder:
        copy = Path(folder) / "copy"
        _copy_with_log(source, copy)
        with opened_copy(copy) as rows, contextlib.closing(apsw.Connection(str(target))) as made:
            made.execute("PRAGMA journal_mode = OFF").fetchall()
            made.execute(f"CREATE TABLE {TABLES[0]} (key TEXT PRIMARY KEY, value BLOB)")
            with made:
                for prefix in prefixes:
                    made.executemany(
                        f"INSERT OR IGNORE INTO {TABLES[0]} VALUES (?, ?)",
                        ((row.key, row.value) for row in rows.rows(prefix)),
                    )


def _copy(stream: BinaryIO, target: Path) -> None:
    size = 0
    with target.open("wb") as file:
        while piece := stream.read(_PIECE):
            size += file.write(piece)
            if size > SIZE_LIMIT:
                raise InvalidInput(f"It is a database of more than {SIZE_LIMIT // 1024**3} GB, which is not read.")


def _copy_with_log(source: Path, copy: Path) -> None:
    shutil.copyfile(source, copy)
    log = source.with_name(source.name + "-wal")
    if not log.is_file() or not log.stat().st_size:
        return
    shutil.copyfile(log, copy.with_name(copy.name + "-wal"))
    try:
        with contextlib.closing(apsw.Connection(str(copy), flags=apsw.SQLITE_OPEN_READWRITE)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            connection.execute("PRAGMA journal_mode = DELETE").fetchall()
    except apsw.Error as error:
        raise InvalidInput(_DAMAGED) from error


def _tables(connection: apsw.Connection) -> list[str]:
    names = ", ".join(f"'{name}'" for name in TABLES)
    # A virtual table has no page of its own: rootpage is 0.
    sql = f"SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 AND name IN ({names})"
    try:
        return [str(name) for (name,) in connection.execute(sql)]
    except (apsw.Error, UnicodeDecodeError) as error:
        raise InvalidInput(_DAMAGED) from error
