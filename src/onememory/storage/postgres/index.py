"""The SearchIndex of one user in PostgreSQL: lists are values, so that a statement is planned once for all."""

from collections.abc import Sequence

from onememory.storage.index.memory_index import MemoryIndex


class PostgresIndex(MemoryIndex):
    """The derived index of one scope; implements the port SearchIndex."""

    def memory_ids(self, keys: Sequence[int]) -> dict[int, str]:
        """The memories behind these keys; one that has left the scope since is left out."""
        sql = "SELECT doc, memory_id FROM search_documents WHERE user_id = :user_id AND doc = ANY(:docs)"
        return dict(self._db.rows(sql + self._db.bucket_clause, docs=list(keys)))
