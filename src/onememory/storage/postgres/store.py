"""The Store over a PostgreSQL database."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from onememory.domain.accounts import User
from onememory.domain.actors import Scope
from onememory.domain.buckets import Bucket
from onememory.domain.errors import Conflict, DatabaseAway, NewerSchema, Unreachable
from onememory.ports import Directory, Transaction
from onememory.ports.moving import UserRows
from onememory.storage.directory import DirectoryTables
from onememory.storage.index.archive_index import PackedArchiveIndex
from onememory.storage.index.recent import ROOM
from onememory.storage.index.scanned import Scanned
from onememory.storage.portable import PortableTables, require_stay
from onememory.storage.postgres.check import problems
from onememory.storage.postgres.connection import Interrupted, PostgresConnection, takes_connections
from onememory.storage.postgres.conversations import PostgresConversations
from onememory.storage.postgres.index import PostgresIndex
from onememory.storage.postgres.limits import SharedLimits
from onememory.storage.postgres.migrate import migrate, migrations
from onememory.storage.postgres.openings import packed_documents
from onememory.storage.postgres.pool import Pool
from onememory.storage.postgres.pulse import Pulse
from onememory.storage.postgres.sharing import PostgresMembers
from onememory.storage.postgres.units import READ, SERIAL, WRITE
from onememory.storage.postgres.words import PackedWords
from onememory.storage.scoped import Scoped
from onememory.storage.tables import ScopeTables

T = TypeVar("T")

READERS = 8  # connections of one process; a question holds one for some milliseconds
WRITERS = 8
COUNTERS = 2  # their transactions are one short statement each
_DERIVED = (
    *("search_postings", "search_segments", "search_terms", "search_vectors", "search_documents"),
    *("archive_blocks", "archive_postings", "archive_segments"),
)
# The mark of who is on the move stands in the row that is locked: whoever waited for it sees it as it is then.
_TURN = "SELECT moving FROM search_state WHERE user_id = :user_id FOR NO KEY UPDATE"
_PLACE = """
    SELECT (SELECT max(number) FROM schema_versions), pg_postmaster_start_time(), current_database(), current_schema()
"""


class PostgresTransaction(ScopeTables):
    """The tables of one scope over one connection; implements the port Transaction."""

    def __init__(self, connection: PostgresConnection, scope: Scope, scanned: Scanned) -> None:
        db = Scoped(connection, scope)
        index = PostgresIndex(db, PackedWords(db), scanned.memories)
        super().__init__(db, index, PackedArchiveIndex(db, scanned.archive, _nothing_to_clear))
        self.conversations = PostgresConversations(db)
        self.members = PostgresMembers(db)


class PostgresDirectory(DirectoryTables):
    """The tables without an owner."""

    _claiming = "FOR UPDATE SKIP LOCKED"

    def __init__(self, connection: PostgresConnection, scanned: Scanned) -> None:
        super().__init__(connection)
        self._scanned = scanned

    def add_user(self, user: User, password_hash: str | None, general: Bucket) -> None:
        """Insert a user with the bucket that everybody has; raises Conflict when the name is taken."""
        super().add_user(user, password_hash, general)
        self._db.rows(
            "INSERT INTO search_state (user_id, epoch, model) VALUES (:user_id, 1, NULL)", {"user_id": user.id}
        )

    def erase_user(self, user_id: str) -> None:
        """Remove the user and every row that belongs to them, for good."""
        self._db.rows(_TURN, {"user_id": user_id})
        for table in _DERIVED:
            self._db.rows(f"DELETE FROM {table} WHERE user_id = :user_id", {"user_id": user_id})
        super().erase_user(user_id)
        self._scanned.forget(user_id)


class PostgresStore:
    """A pool of readers, one of writers, and the columns of recently active users in memory; implements MovableStore.

    Writes of one user take their turns, whichever process they come from; those of different users do not wait for
    each other. Vectors are scanned in the process as with SQLite, not by pgvector: both databases then find the same,
    and pgvector's exact scan of 100,000 vectors takes 23 ms where a shelf takes 0.4 (at 10,000: 1.4 and 0.2). The
    price is the opening of a user's columns, once in a process: 0.3 s at 100,000.
    """

    is_shared = True

    def __init__(self, url: str, room: int = ROOM) -> None:
        self.migrated: Sequence[str] = _migrated(url)
        self._url = url
        self._pulse = Pulse(url)
        self._readers = Pool(url, READERS, "reader", self._pulse.is_felt)
        self._writers = Pool(url, WRITERS, "writer", self._pulse.is_felt)
        self._scanned = Scanned(room, packed_documents)
        self.limits = SharedLimits(Pool(url, COUNTERS, "counter", self._pulse.is_felt))

    async def read(self, scope: Scope, work: Callable[[Transaction], T], *, brief: bool = False) -> T:  # noqa: ARG002
        """Run over one snapshot; never on the caller's thread, for the network may be slow."""
        return await self._readers.run(READ, lambda c: work(PostgresTransaction(c, scope, self._scanned)))

    async def read_together(
        self,
        scopes: Sequence[Scope],
        work: Callable[[Sequence[Transaction]], T],
        *,
        brief: bool = False,  # noqa: ARG002
    ) -> T:
        """Run over one snapshot of several scopes."""
        scanned = self._scanned
        return await self._readers.run(READ, lambda c: work([PostgresTransaction(c, s, scanned) for s in scopes]))

    async def write(self, scope: Scope, work: Callable[[Transaction], T]) -> T:
        """Run and commit; returns only when the commit is durable."""

        def in_turn(connection: PostgresConnection) -> T:
            marks = connection.rows(_TURN, {"user_id": scope.user_id})
            require_stay(marks[0][0] if marks else None)
            return work(PostgresTransaction(connection, scope, self._scanned))

        # What was not committed may have been read into the columns meanwhile.
        return await self._writers.run(WRITE, in_turn, lambda: self._scanned.forget(scope.user_id))

    async def read_directory(self, work: Callable[[Directory], T], *, brief: bool = False) -> T:  # noqa: ARG002
        """Run over one snapshot."""
        return await self._readers.run(READ, lambda c: work(PostgresDirectory(c, self._scanned)))

    async def write_directory(self, work: Callable[[Directory], T]) -> T:
        """Run and commit, as if alone: it has no user whose turn it could wait for."""
        return await self._writers.run(SERIAL, lambda c: work(PostgresDirectory(c, self._scanned)))

    async def shared_key(self, name: str, key: bytes) -> bytes:
        """The key under this name, which all processes have in common; the given one where there was none."""

        def keep(connection: PostgresConnection) -> bytes:
            sql = "INSERT INTO shared_keys (name, key) VALUES (:name, :key) ON CONFLICT (name) DO NOTHING"
            connection.rows(sql, {"name": name, "key": key})
            return bytes(connection.rows("SELECT key FROM shared_keys WHERE name = :name", {"name": name})[0][0])

        return await self._writers.run(WRITE, keep)

    async def place(self) -> str:
        """The database itself; raises NewerSchema where a newer onememory has made tables unknown to this one."""
        (found,) = await self._readers.run(READ, lambda c: c.rows(_PLACE, {}))
        present, known = found[0], migrations()[-1].number
        if present > known:
            raise NewerSchema(
                f"The PostgreSQL database has schema {present}, made by a newer onememory; this one knows {known}. "
                "Move with the newer version."
            )
        return " ".join(map(str, found[1:]))

    async def read_rows(self, user_id: str, work: Callable[[UserRows], T]) -> T:
        """Run over one snapshot."""
        return await self._readers.run(READ, lambda c: work(self._rows(c, user_id)))

    async def write_rows(self, user_id: str, work: Callable[[UserRows], T]) -> T:
        """Run and commit, also for a user who is on the move; begins when the user's writes under way have ended."""

        def in_turn(connection: PostgresConnection) -> T:
            connection.rows(_TURN, {"user_id": user_id})
            return work(self._rows(connection, user_id))

        return await self._writers.run(WRITE, in_turn)

    def _rows(self, connection: PostgresConnection, user_id: str) -> UserRows:
        scope = Scope(user_id)
        index = PostgresTransaction(connection, scope, self._scanned).index
        return PortableTables(Scoped(connection, scope), index, connection.columns, _nothing_to_make)

    async def ping(self) -> None:
        """Raises DatabaseAway when it cannot answer, or takes longer than a balancer would wait to be told."""
        if failure := await self._pulse.failure():
            raise failure

    async def backup(self, target: Path) -> None:  # noqa: ARG002 - no file is written
        """Raises Conflict: the database has its own tool for this."""
        raise Conflict(
            "The data are in PostgreSQL, which is backed up with its own tool: "
            "run `pg_dump --format=custom --file=onememory.dump` with the database's URL, "
            "and keep settings.toml of the data directory beside it, where there is one."
        )

    async def check(self) -> list[str]:
        """What is wrong with the data or the index, in words."""
        return await self._readers.run(READ, problems)

    def size(self) -> int:
        """Bytes on the database's disk."""
        with PostgresConnection(self._url) as connection:
            return int(connection.rows("SELECT pg_database_size(current_database())", {})[0][0])

    async def close(self) -> None:
        """Finish what is under way and let go."""
        self._writers.close()
        self._readers.close()
        self.limits.close()
        self._pulse.close()


def _migrated(url: str) -> list[str]:
    """Bring the schema up to date; raises Unreachable where it may help to wait, and else what will not pass."""
    try:
        with _opened(url) as connection:
            return migrate(connection, migrations())
    except Interrupted as error:
        raise Unreachable(f"PostgreSQL went away while its tables were looked at: {error}.") from error


def _opened(url: str) -> PostgresConnection:
    try:
        return PostgresConnection(url)
    except DatabaseAway as error:
        if not takes_connections(url):
            raise Unreachable(error.detail) from error
    return PostgresConnection(url)  # it refuses this user or this database, or has come this very moment


def _nothing_to_make() -> None:
    """The words of all users are in the same tables."""


def _nothing_to_clear() -> None:
    """The database writes no log of its own accord that outlives a removal for long."""
