"""The Store over one SQLite file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from onememory.domain.accounts import User
from onememory.domain.actors import Scope
from onememory.domain.buckets import Bucket
from onememory.ports import (
    AuditRows,
    BucketRows,
    Directory,
    JobRows,
    MemoryRows,
    SearchIndex,
    TokenRows,
    Transaction,
)
from onememory.ports.archive import ArchiveIndex, ConversationRows
from onememory.ports.authorization import GrantRows
from onememory.ports.days import DayRows
from onememory.ports.imports import ImportRows
from onememory.ports.memory_files import MemoryFileRows
from onememory.ports.proposals import ProposalRows
from onememory.ports.questions import QuestionRows
from onememory.ports.quotas import QuotaRows
from onememory.storage.audit import AuditTable
from onememory.storage.authorization import GrantTable
from onememory.storage.buckets import BucketTable
from onememory.storage.conversations import ConversationTable
from onememory.storage.days import DayTable
from onememory.storage.directory import DirectoryTables
from onememory.storage.imports import ImportTable
from onememory.storage.jobs import JobTable
from onememory.storage.memories import MemoryTable
from onememory.storage.memory_files import MemoryFileTable
from onememory.storage.proposals import ProposalTable
from onememory.storage.questions import QuestionTable
from onememory.storage.quotas import QuotaTable
from onememory.storage.scoped import Scoped
from onememory.storage.sqlite.archive_index import SqliteArchiveIndex
from onememory.storage.sqlite.archive_shelves import ArchiveShelves
from onememory.storage.sqlite.backup import copy_database
from onememory.storage.sqlite.check import problems
from onememory.storage.sqlite.connection import SqliteConnection
from onememory.storage.sqlite.index import SqliteIndex
from onememory.storage.sqlite.migrate import migrate, migrations
from onememory.storage.sqlite.readers import Readers
from onememory.storage.sqlite.shelves import Shelves
from onememory.storage.sqlite.words import Words
from onememory.storage.sqlite.writer import Writer
from onememory.storage.tokens import TokenTable

T = TypeVar("T")

DATABASE = "onememory.db"
_DERIVED = ("search_vectors", "search_documents", "archive_blocks", "archive_postings", "archive_segments")


@dataclass(frozen=True, slots=True)
class Scanned:
    """What is kept in memory of the indexes, by user."""

    memories: Shelves
    archive: ArchiveShelves


class SqliteTransaction:
    """The tables of one scope over one connection; implements the port Transaction."""

    def __init__(self, connection: SqliteConnection, scope: Scope, scanned: Scanned) -> None:
        db = Scoped(connection, scope)
        self.scope = scope
        self.memories: MemoryRows = MemoryTable(db)
        self.buckets: BucketRows = BucketTable(db)
        self.tokens: TokenRows = TokenTable(db)
        self.audit: AuditRows = AuditTable(db)
        self.jobs: JobRows = JobTable(db)
        self.index: SearchIndex = SqliteIndex(db, Words(connection, scope.user_id), scanned.memories)
        self.conversations: ConversationRows = ConversationTable(db)
        self.imports: ImportRows = ImportTable(db)
        self.grants: GrantRows = GrantTable(db)
        self.memory_files: MemoryFileRows = MemoryFileTable(db)
        self.proposals: ProposalRows = ProposalTable(db)
        self.days: DayRows = DayTable(db)
        self.questions: QuestionRows = QuestionTable(db)
        self.quotas: QuotaRows = QuotaTable(db)
        self.archive: ArchiveIndex = SqliteArchiveIndex(db, connection, scanned.archive)


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
        self._scanned.memories.forget(user_id)
        self._scanned.archive.forget(user_id)


class SqliteStore:
    """One writer, some readers, and the vectors of recently active users in memory; implements the port Store."""

    def __init__(self, data: Path) -> None:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path = data / DATABASE
        self._path.touch(mode=0o600)
        with SqliteConnection(self._path) as connection:
            self.migrated: Sequence[str] = migrate(connection, self._path, migrations())
        self._writer = Writer(self._path)
        self._readers = Readers(self._path)
        self._scanned = Scanned(Shelves(), ArchiveShelves())

    async def read(self, scope: Scope, work: Callable[[Transaction], T], *, brief: bool = False) -> T:
        """Run over one snapshot."""
        return await self._readers.run(lambda c: work(SqliteTransaction(c, scope, self._scanned)), brief=brief)

    async def write(self, scope: Scope, work: Callable[[Transaction], T]) -> T:
        """Run and commit; returns only when the commit is durable."""
        return await self._writer.submit(lambda c: work(SqliteTransaction(c, scope, self._scanned)))

    async def read_directory(self, work: Callable[[Directory], T], *, brief: bool = False) -> T:
        """Run over one snapshot."""
        return await self._readers.run(lambda c: work(SqliteDirectory(c, self._scanned)), brief=brief)

    async def write_directory(self, work: Callable[[Directory], T]) -> T:
        """Run and commit."""
        return await self._writer.submit(lambda c: work(SqliteDirectory(c, self._scanned)))

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
