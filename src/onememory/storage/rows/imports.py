"""Imports as rows; the report is kept as JSON."""

from collections.abc import Collection, Mapping

import msgspec

from onememory.domain.imports import ImportAccount, ImportKind, ImportRecord, ImportState
from onememory.storage.scoped import Row, Scoped, from_ms, placeholders, to_ms

_IMPORT = "import_id, file_name, source, state, created_at, report, kind"

_UNCHANGED = (
    "FROM import_memories AS i JOIN memories AS m "
    "ON m.user_id = :user_id AND m.memory_id = i.memory_id AND m.version = i.version AND m.state <> 'trashed' "
    "WHERE i.user_id = :user_id AND i.import_id = :import_id"
)


class ImportTable:
    """The imports of one user; implements the port ImportRows."""

    def __init__(self, db: Scoped) -> None:
        self._db = db

    def add(self, record: ImportRecord) -> None:
        """Insert."""
        self._db.rows(
            f"INSERT INTO imports (user_id, {_IMPORT}) "
            "VALUES (:user_id, :import_id, :file_name, :source, :state, :created_at, :report, :kind)",
            **_values(record),
            file_name=record.file_name,
            source=record.source,
        )

    def change(self, record: ImportRecord) -> None:
        """Replace state, kind, time and report."""
        self._db.rows(
            "UPDATE imports SET state = :state, kind = :kind, created_at = :created_at, report = :report "
            "WHERE user_id = :user_id AND import_id = :import_id",
            **_values(record),
        )

    def remove(self, import_id: str) -> None:
        """Forget an import."""
        self._db.rows("DELETE FROM imports WHERE user_id = :user_id AND import_id = :import_id", import_id=import_id)

    def get(self, import_id: str) -> ImportRecord | None:
        """The import with this id."""
        sql = f"SELECT {_IMPORT} FROM imports WHERE user_id = :user_id AND import_id = :import_id"
        row = self._db.row(sql, import_id=import_id)
        return _import(row) if row else None

    def pending(self) -> list[ImportRecord]:
        """Those of chats that are on their way, oldest first."""
        sql = (
            f"SELECT {_IMPORT} FROM imports WHERE user_id = :user_id "
            "AND state IN ('queued', 'running', 'stopping') AND kind = 'chats'"
        )
        return [_import(row) for row in self._db.rows(f"{sql} ORDER BY import_id")]

    def waiting(self) -> list[str]:
        """The ids of those whose files are still needed."""
        sql = "SELECT import_id FROM imports WHERE user_id = :user_id AND state IN "
        return [row[0] for row in self._db.rows(f"{sql} ('reading', 'held', 'queued', 'running', 'stopping')")]

    def newest(
        self, limit: int, kinds: Collection[ImportKind] | None = None, before: str | None = None
    ) -> list[ImportRecord]:
        """Newest first; of these kinds, or of all, and only those behind the one that is named."""
        names, named = placeholders("k", sorted(kinds or ImportKind))
        behind = "" if before is None else "AND import_id < :before"
        sql = f"SELECT {_IMPORT} FROM imports WHERE user_id = :user_id AND kind IN ({names}) {behind} "
        place: dict[str, object] = {} if before is None else {"before": before}
        rows = self._db.rows(sql + "ORDER BY import_id DESC LIMIT :limit", limit=limit, **named, **place)
        return [_import(row) for row in rows]

    def forget_held(self, before: str) -> None:
        """Forget those that wait for a word to begin, with ids that sort before this."""
        self._db.rows(
            "DELETE FROM imports WHERE user_id = :user_id AND state IN ('reading', 'held') AND import_id < :before",
            before=before,
        )

    def note_memories(self, import_id: str, versions: Mapping[str, int]) -> None:
        """Note which memories came with an import, each in which version."""
        sql = "INSERT INTO import_memories (user_id, import_id, memory_id, version) "
        rows = ({"import_id": import_id, "memory_id": m, "version": v} for m, v in versions.items())
        self._db.many(f"{sql} VALUES (:user_id, :import_id, :memory_id, :version)", rows)

    def unchanged(self, import_id: str) -> list[str]:
        """The memories that came with an import and are as they came, outside of the trash."""
        return [row[0] for row in self._db.rows(f"SELECT m.memory_id {_UNCHANGED}", import_id=import_id)]

    def count_unchanged(self, import_id: str) -> int:
        """How many those are."""
        return self._db.number(f"SELECT count(*) {_UNCHANGED}", import_id=import_id)


def _values(record: ImportRecord) -> dict[str, object]:
    return {
        "import_id": record.id,
        "state": record.state,
        "kind": record.kind,
        "created_at": to_ms(record.created_at),
        "report": msgspec.json.encode(record.report).decode(),
    }


def _import(row: Row) -> ImportRecord:
    import_id, file_name, source, state, created_at, report, kind = row
    read = msgspec.json.decode(report, type=ImportAccount)
    return ImportRecord(import_id, file_name, source, ImportState(state), from_ms(created_at), read, ImportKind(kind))
