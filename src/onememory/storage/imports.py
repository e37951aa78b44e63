"""Imports of chats as rows; the report is kept as JSON."""

import msgspec

from onememory.domain.imports import ChatImport, ChatReport, ImportState
from onememory.storage.scoped import Row, Scoped, from_ms, to_ms

_IMPORT = "import_id, file_name, source, state, created_at, report"


class ImportTable:
    """The imports of one user; implements the port ImportRows."""

    def __init__(self, db: Scoped) -> None:
        self._db = db

    def add(self, record: ChatImport) -> None:
        """Insert."""
        self._db.rows(
            f"INSERT INTO imports (user_id, {_IMPORT}) "
            "VALUES (:user_id, :import_id, :file_name, :source, :state, :created_at, :report)",
            import_id=record.id,
            file_name=record.file_name,
            source=record.source,
            state=record.state,
            created_at=to_ms(record.created_at),
            report=_json(record.report),
        )

    def change(self, record: ChatImport) -> None:
        """Replace state and report."""
        self._db.rows(
            "UPDATE imports SET state = :state, report = :report WHERE user_id = :user_id AND import_id = :import_id",
            import_id=record.id,
            state=record.state,
            report=_json(record.report),
        )

    def get(self, import_id: str) -> ChatImport | None:
        """The import with this id."""
        sql = f"SELECT {_IMPORT} FROM imports WHERE user_id = :user_id AND import_id = :import_id"
        row = self._db.row(sql, import_id=import_id)
        return _import(row) if row else None

    def pending(self) -> list[ChatImport]:
        """Those that are not finished, oldest first."""
        sql = f"SELECT {_IMPORT} FROM imports WHERE user_id = :user_id AND state IN ('queued', 'running')"
        return [_import(row) for row in self._db.rows(f"{sql} ORDER BY import_id")]

    def newest(self, limit: int) -> list[ChatImport]:
        """Newest first."""
        sql = f"SELECT {_IMPORT} FROM imports WHERE user_id = :user_id ORDER BY import_id DESC LIMIT :limit"
        return [_import(row) for row in self._db.rows(sql, limit=limit)]


def _json(report: ChatReport) -> str:
    return msgspec.json.encode(report).decode()


def _import(row: Row) -> ChatImport:
    import_id, file_name, source, state, created_at, report = row
    read = msgspec.json.decode(report, type=ChatReport)
    return ChatImport(import_id, file_name, source, ImportState(state), from_ms(created_at), read)
