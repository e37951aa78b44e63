"""Which memories are files of an assistant, as rows."""

from collections.abc import Sequence

from onememory.domain.memory_files import MemoryFile
from onememory.storage.scoped import Scoped


class MemoryFileTable:
    """The files of one scope; implements the port MemoryFileRows."""

    def __init__(self, db: Scoped) -> None:
        self._db = db

    def all(self, bucket_id: int) -> list[MemoryFile]:
        """Those of a bucket whose memories are active and still in it, in the order of their paths."""
        sql = (
            "SELECT f.path, memory_id, text FROM memory_files AS f JOIN memories USING (user_id, memory_id, bucket_id) "
            f"WHERE user_id = :user_id AND bucket_id = :bucket_id AND state = 'active'{self._db.bucket_clause} "
            "ORDER BY f.path"
        )
        return [MemoryFile(*row) for row in self._db.rows(sql, bucket_id=bucket_id)]

    def put(self, bucket_id: int, path: str, memory_id: str) -> None:
        """Say that this memory lies under this path; what lay there before lies nowhere."""
        self._db.rows(
            "INSERT INTO memory_files (user_id, bucket_id, path, memory_id) "
            "VALUES (:user_id, :bucket_id, :path, :memory_id) "
            "ON CONFLICT (user_id, bucket_id, path) DO UPDATE SET memory_id = excluded.memory_id",
            bucket_id=bucket_id,
            path=path,
            memory_id=memory_id,
        )

    def remove(self, bucket_id: int, paths: Sequence[str]) -> None:
        """Forget these paths; the memories stay."""
        self._db.many(
            "DELETE FROM memory_files WHERE user_id = :user_id AND bucket_id = :bucket_id AND path = :path",
            ({"bucket_id": bucket_id, "path": path} for path in paths),
        )
