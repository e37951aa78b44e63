"""Files that wait for their import, in pieces as rows."""

from onememory.storage.scoped import Scoped


class UploadTable:
    """The files that one user has handed in; implements the port UploadRows."""

    def __init__(self, db: Scoped) -> None:
        self._db = db

    def add(self, upload_id: str, number: int, data: bytes) -> None:
        """Keep a piece."""
        sql = (
            "INSERT INTO upload_pieces (user_id, upload_id, number, data) VALUES (:user_id, :upload_id, :number, :data)"
        )
        self._db.rows(sql, upload_id=upload_id, number=number, data=data)

    def piece(self, upload_id: str, number: int) -> bytes | None:
        """A piece by its number from 0; None behind the last one."""
        sql = "SELECT data FROM upload_pieces WHERE user_id = :user_id AND upload_id = :upload_id AND number = :number"
        row = self._db.row(sql, upload_id=upload_id, number=number)
        return bytes(row[0]) if row else None

    def remove(self, upload_id: str) -> None:
        """Forget a file; none is no error."""
        sql = "DELETE FROM upload_pieces WHERE user_id = :user_id AND upload_id = :upload_id"
        self._db.rows(sql, upload_id=upload_id)

    def all(self) -> list[str]:
        """The ids of all files, oldest first."""
        sql = "SELECT DISTINCT upload_id FROM upload_pieces WHERE user_id = :user_id ORDER BY upload_id"
        return [row[0] for row in self._db.rows(sql)]

    def size(self) -> int:
        """Bytes of them all."""
        return self._db.number(
            "SELECT coalesce(sum(octet_length(data)), 0) FROM upload_pieces WHERE user_id = :user_id"
        )
