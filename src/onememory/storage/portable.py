"""All that is one user's as rows that either database takes; implements the port UserRows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from onememory.domain.errors import Conflict
from onememory.domain.moving import Moving, Passage
from onememory.ports.imports import UploadRows
from onememory.ports.moving import Document, MemberRow
from onememory.ports.search import IndexEntry, SearchIndex
from onememory.storage.rows.uploads import UploadTable
from onememory.storage.scoped import Row, Scoped


class Table(NamedTuple):
    """One table of which a user's rows are copied."""

    name: str
    key: tuple[str, ...] = ("user_id",)  # what tells the user's rows apart
    page: int = 500  # rows handed over at a time: some megabytes at most


# In an order in which no row refers to one that comes later.
COPIED = (
    Table("users"),
    Table("search_state"),
    Table("token_owners", ("secret_hash",)),
    Table("oauth_codes", ("secret_hash",)),
    Table("oauth_refresh_tokens", ("secret_hash",)),
    Table("sessions", ("secret_hash",)),
    Table("identities", ("issuer", "subject")),
    Table("password_links", ("secret_hash",)),
    Table("share_links", ("secret_hash",)),
    Table("tokens", ("token_id",)),
    Table("quotas"),
    Table("buckets", ("bucket_id",)),
    Table("memories", ("memory_id",)),
    Table("memory_versions", ("memory_id", "number")),
    Table("memory_files", ("bucket_id", "path")),
    Table("proposals", ("proposal_id",)),
    Table("audit", ("entry_id",)),
    Table("questions", ("question_id",)),
    Table("jobs", ("job_id",)),
    Table("conversations", ("conversation_id",)),
    Table("messages", ("conversation_id", "number")),
    Table("imports", ("import_id",)),
    Table("import_memories", ("import_id", "memory_id")),
    Table("archive_state"),
    Table("archive_blocks", ("first_turn",), 20),
    Table("archive_postings", ("term", "segment")),
    Table("archive_segments", ("segment",)),
)
# What each database keeps in its own way, so that it is made anew from the memories, with their vectors.
MADE_ANEW = {"search_documents", "search_vectors", "search_postings", "search_segments", "search_terms"}
# What belongs to two people, and moves once both are there.
OF_TWO = "bucket_members"
# What waits to be imported: a file in one place, and pieces in rows in another.
FILES = {"upload_pieces"}
# What belongs to nobody, and moves with those who need it or not at all.
OF_NOBODY = {"oauth_clients", "installation", "schema_versions", "rate_limits", "shared_keys"}
# What is over in minutes: a sign-in that waits for its code is begun again, and a process at work lets go.
OF_THE_MOMENT = {"sign_in_steps", "claims"}

DOCUMENTS = 4_096  # of the index, handed over at a time: packed words of so many are never merged again

_TABLES = {table.name: table for table in COPIED}
# Columns that say how an account stands in one place.
_STAYS = {"users": {"moving", "move_id", "moved_to"}, "search_state": {"moving"}}
_HELD_ONCE = {
    "users": "There is another user of this name.",
    "token_owners": "Another user there has a token with the same secret; revoke one of the two.",
    "identities": "The same sign-in at the identity provider belongs to another user there; unlink one of the two.",
}


class PortableTables:
    """The tables of one user over one connection."""

    def __init__(
        self, db: Scoped, index: SearchIndex, columns_of: Callable[[str], Sequence[str]], make_words: Callable[[], None]
    ) -> None:
        self._db = db
        self._index = index
        self._columns_of = columns_of
        self._make_words = make_words
        self.uploads: UploadRows = UploadTable(db)

    def columns(self) -> dict[str, tuple[str, ...]]:
        """The tables that are copied, in an order in which they can be filled, and the columns of each."""
        return {table.name: self._columns(table.name) for table in COPIED}

    def _columns(self, table: str) -> tuple[str, ...]:
        return tuple(sorted(set(self._columns_of(table)) - _STAYS.get(table, set())))

    def count(self) -> int:
        """How many rows those tables hold in all, and documents the index."""
        tables = (*_TABLES, "search_documents")
        return sum(self._db.number(f"SELECT count(*) FROM {table} WHERE user_id = :user_id") for table in tables)

    def page(self, table: str, after: Row | None) -> list[Row]:
        """The next rows of a table in the order of its key, from the one after that row; empty at the end."""
        _, key, limit = _TABLES[table]
        columns = self._columns(table)
        sql = f"SELECT {', '.join(columns)} FROM {table} WHERE user_id = :user_id"
        values: dict[str, object] = {"limit": limit}
        if after is not None:
            sql += f" AND ({', '.join(key)}) > ({', '.join(f':after_{column}' for column in key)})"
            values |= {f"after_{column}": after[columns.index(column)] for column in key}
        return self._db.rows(f"{sql} ORDER BY {', '.join(key)} LIMIT :limit", **values)

    def last(self, table: str) -> Row | None:
        """The last row in that order."""
        order = ", ".join(f"{column} DESC" for column in _TABLES[table].key)
        columns = ", ".join(self._columns(table))
        return self._db.row(f"SELECT {columns} FROM {table} WHERE user_id = :user_id ORDER BY {order} LIMIT 1")

    def add(self, table: str, rows: Sequence[Row]) -> None:
        """Insert; raises Conflict where another user has what can be had once."""
        columns = self._columns(table)
        names = ", ".join(f":{column}" for column in columns)
        try:
            self._db.many(
                f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({names})",
                (dict(zip(columns, row, strict=True)) for row in rows),
            )
        except Conflict as error:
            raise Conflict(_HELD_ONCE.get(table, f"Its {table} cannot be kept there: {error}")) from error

    def begin(self, first: Mapping[str, Row]) -> None:
        """Make a user that is arriving, of the rows without which nothing else can be kept; raises Conflict."""
        for table, row in first.items():
            self.add(table, [row])
        self.set_mark(Moving.ARRIVING)
        self._make_words()

    def memberships(self) -> list[MemberRow]:
        """The user's in buckets of others, and those of others in buckets of the user's."""
        columns = self._columns(OF_TWO)
        names = ", ".join(columns)
        rows = self._db.rows(f"SELECT {names} FROM {OF_TWO} WHERE user_id = :user_id OR owner_id = :user_id")
        member, owner = columns.index("user_id"), columns.index("owner_id")
        return [MemberRow(row[member], row[owner], row) for row in rows]

    def add_memberships(self, rows: Sequence[MemberRow]) -> None:
        """Insert those that are not there yet."""
        columns = self._columns(OF_TWO)
        names = ", ".join(f":{column}" for column in columns)
        self._db.many(
            f"INSERT INTO {OF_TWO} ({', '.join(columns)}) VALUES ({names}) ON CONFLICT DO NOTHING",
            (dict(zip(columns, each.row, strict=True)) for each in rows),
        )

    def documents(self, after: int) -> list[Document]:
        """The next documents of the index, from the one after that place; empty at the end."""
        rows = self._db.rows(
            "SELECT doc, memory_id FROM search_documents "
            "WHERE user_id = :user_id AND live = 1 AND doc > :after ORDER BY doc LIMIT :limit",
            after=after,
            limit=DOCUMENTS,
        )
        if not rows:
            return []
        vectors = self._db.rows(
            "SELECT doc, model, vector FROM search_vectors "
            "WHERE user_id = :user_id AND doc BETWEEN :first AND :last ORDER BY doc",
            first=rows[0][0],
            last=rows[-1][0],
        )
        of_doc = {doc: {model: vector for _, model, vector in group} for doc, group in groupby(vectors, itemgetter(0))}
        return [Document(doc, memory_id, of_doc.get(doc, {})) for doc, memory_id in rows]

    def index(self, entries: Sequence[IndexEntry], vectors: Sequence[Mapping[str, bytes]]) -> None:
        """Put memories into the index, those that are not in it, with vectors of another store as it kept them."""
        known = self._index.keys([entry.memory.id for entry in entries])
        fresh = [(e, given) for e, given in zip(entries, vectors, strict=True) if e.memory.id not in known]
        if not fresh:
            return
        self._index.put([entry for entry, _ in fresh])
        docs = self._index.keys([entry.memory.id for entry, _ in fresh])
        self._db.many(
            "INSERT INTO search_vectors (user_id, model, doc, vector) VALUES (:user_id, :model, :doc, :vector)",
            _vector_rows((docs[entry.memory.id], given) for entry, given in fresh),
        )

    def mark(self) -> Moving | None:
        """Where the user stands, if on the move; None, too, where there is no such user."""
        row = self._db.row("SELECT moving FROM users WHERE user_id = :user_id")
        return Moving(row[0]) if row and row[0] else None

    def set_mark(self, mark: Moving | None) -> None:
        """Change that; with a mark nothing is written any more but through this."""
        if mark is Moving.LEAVING:  # so that no process takes what it has in memory for what may come back one day
            for table in ("search_state", "archive_state"):
                self._db.rows(f"UPDATE {table} SET epoch = epoch + 1 WHERE user_id = :user_id")
        for table in ("users", "search_state"):
            self._db.rows(f"UPDATE {table} SET moving = :mark WHERE user_id = :user_id", mark=mark)

    def passage(self) -> Passage | None:
        """The last move from here or to here that was proven; None, too, where there is no such user."""
        row = self._db.row("SELECT move_id, moved_to FROM users WHERE user_id = :user_id")
        return Passage(*row) if row and row[0] else None

    def note_passage(self, passage: Passage) -> None:
        """Change that."""
        sql = "UPDATE users SET move_id = :id, moved_to = :place WHERE user_id = :user_id"
        self._db.rows(sql, id=passage.id, place=passage.place)


def require_stay(mark: str | None) -> None:
    """Pass for a user who is not on the move; raises Conflict."""
    if mark:
        raise Conflict(Moving(mark).sentence)


def _vector_rows(of_docs: Iterable[tuple[int, Mapping[str, bytes]]]) -> Iterable[dict[str, object]]:
    for doc, vectors in of_docs:
        for model, vector in vectors.items():
            yield {"doc": doc, "model": model, "vector": vector}
