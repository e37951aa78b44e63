"""The Store over one SQLite file."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from onememory.domain.accounts import User
from onememory.domain.actors import Scope
from onememory.domain.buckets import Bucket
from onememory.ports import (
    Directory,
    Transaction,
)
from onememory.ports.moving import UserRows
from onememory.storage.directory import DirectoryTables
from onememory.storage.index.archive_index import PackedArchiveIndex
from onememory.storage.index.recent import ROOM
from onememory.storage.index.scanned import Scanned
from onememory.storage.portable import PortableTables, require_stay
from onememory.storage.scoped import Scoped
from onememory.storage.sqlite.backup import copy_database
from onememory.storage.sqlite.check import problems
from onememory.storage.sqlite.connection import SqliteConnection
from onememory.storage.sqlite.index import SqliteIndex
from onememory.storage.sqlite.limits import ProcessLimits
from onememory.storage.sqlite.migrate import migrate, migrations
from onememory.storage.sqlite.readers import Readers
from onememory.storage.sqlite.words import Words
from onememory.storage.sqlite.writer import Writer
from onememory.storage.tables import ScopeTables

T = TypeVar("T")

DATABASE = "onememory.db"
_MARK = "SELECT moving FROM search_state WHERE user_id = :user_id"
_DERIVED = ("search_vectors", "search_documents", "archive_blocks", "archive_postings", "archive_segments")


class SqliteTransaction(ScopeTables):
    """The tables of one scope over one connection; implements the port Transaction."""

    def __init__(self, connection: SqliteConnection, scope: Scope, scanned: Scanned) -> None:
        db = Scoped(connection, scope)
        index = SqliteIndex(db, Words(connection, scope.user_id), scanned.memories)
        super().__init__(db, index, PackedArchiveIndex(db, scanned.archive, connection.clear_log_next))


class SqliteDirectory(DirectoryTables):
    """The tables without an owner; a new user gets a full-text table."""

    def __init__(self, connection: SqliteConnection, scanned: Scanned) -> None:
        super().__init__(connection)
        self._connection = connection
        self._scanned = scanned

    def add_user(self, user: User, password_hash: str | None, general: Bucket) -> None:
        """Insert a user with the bucket that everybody has; raises Conflict when the name is taken."""
        super().add_user(user, password_hash, general)
        self._connection.rows(
            "INSERT INTO search_state (user_id, epoch, model) VALUES (:user_id, 1, NULL)", {"user_id": user.id}
        )
        Words(self._connection, user.id).create()

    def erase_user(self, user_id: str) -> None:
        """Remove the user and every row that belongs to them, for good, from the log of the file too."""
        Words(self._connection, user_id).drop()
        for table in _DERIVED:
            self._connection.rows(f"DELETE FROM {table} WHERE user_id = :user_id", {"user_id": user_id})
        super().erase_user(user_id)
        self._connection.clears_log = True
        self._scanned.forget(user_id)


class SqliteStore:
    """One writer, some readers, and the vectors of recently active users in memory; implements MovableStore."""

    is_shared = False  # but by commands beside the server

    def __init__(self, data: Path, room: int = ROOM) -> None:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path = data / DATABASE
        self._path.touch(mode=0o600)
        with SqliteConnection(self._path) as connection:
            self.migrated: Sequence[str] = migrate(connection, self._path, migrations())
        self._writer = Writer(self._path)
        self._readers = Readers(self._path)
        self._scanned = Scanned(room)
        self.limits = ProcessLimits()

    async def read(self, scope: Scope, work: Callable[[Transaction], T], *, brief: bool = False) -> T:
        """Run over one snapshot."""
        return await self._readers.run(lambda c: work(SqliteTransaction(c, scope, self._scanned)), brief=brief)

    async def read_together(
        self, scopes: Sequence[Scope], work: Callable[[Sequence[Transaction]], T], *, brief: bool = False
    ) -> T:
        """Run over one snapshot of several scopes."""
        scanned = self._scanned
        return await self._readers.run(lambda c: work([SqliteTransaction(c, s, scanned) for s in scopes]), brief=brief)

    async def write(self, scope: Scope, work: Callable[[Transaction], T]) -> T:
        """Run and commit; returns only when the commit is durable."""

        def stay_and_work(connection: SqliteConnection) -> T:
            marks = connection.rows(_MARK, {"user_id": scope.user_id})
            require_stay(marks[0][0] if marks else None)
            return work(SqliteTransaction(connection, scope, self._scanned))

        return await self._writer.submit(stay_and_work)

    async def read_directory(self, work: Callable[[Directory], T], *, brief: bool = False) -> T:
        """Run over one snapshot."""
        return await self._readers.run(lambda c: work(SqliteDirectory(c, self._scanned)), brief=brief)

    async def write_directory(self, work: Callable[[Directory], T]) -> T:
        """Run and commit."""
        return await self._writer.submit(lambda c: work(SqliteDirectory(c, self._scanned)))

    async def place(self) -> str:
        """The file itself."""
        at = self._path.stat()
        return f"file {at.st_dev} {at.st_ino}"

    async def read_rows(self, user_id: str, work: Callable[[UserRows], T]) -> T:
        """Run over one snapshot."""
        return await self._readers.run(lambda c: work(self._rows(c, user_id)), brief=False)

    async def write_rows(self, user_id: str, work: Callable[[UserRows], T]) -> T:
        """Run and commit, also for a user who is on the move."""
        return await self._writer.submit(lambda c: work(self._rows(c, user_id)))

    def _rows(self, connection: SqliteConnection, user_id: str) -> UserRows:
        scope = Scope(user_id)
        index = SqliteTransaction(connection, scope, self._scanned).index
        make_words = Words(connection, user_id).create
        return PortableTables(Scoped(connection, scope), index, connection.columns, make_words)

    async def ping(self) -> None:
        """Raises StorageFailed when it cannot answer."""
        await self._readers.run(lambda c: c.rows("SELECT count(*) FROM users", {}), brief=False)

    async def backup(self, target: Path) -> None:
        """A consistent copy while others read and write."""
        await self._readers.run(lambda _: copy_database(self._path, target), brief=False)

    async def check(self) -> list[str]:
        """What is wrong with the data or the index, in words."""
        return await self._readers.run(problems, brief=False)

    def size(self) -> int:
        """Bytes on disk."""
        return sum(f.stat().st_size for f in self._path.parent.glob(f"{DATABASE}*"))

    async def close(self) -> None:
        """Finish what is under way and let go."""
        self._writer.close()
        self._readers.close()
