"""The SearchIndex of one user in SQLite: words in FTS5, and documents numbered for all users together."""

import json
from collections.abc import Sequence

from onememory.storage.index.memory_index import MemoryIndex


class SqliteIndex(MemoryIndex):
    """The derived index of one scope; implements the port SearchIndex."""

    def memory_ids(self, keys: Sequence[int]) -> dict[int, str]:
        """The memories behind these keys; one that has left the scope since is left out."""
        # One row, because the driver gives up the interpreter's lock for each. The plus keeps SQLite from walking all
        # of the user's rows along an index instead of looking these up.
        sql = (
            "SELECT json_group_object(doc, memory_id) FROM search_documents "
            "WHERE +user_id = :user_id AND doc IN (SELECT value FROM json_each(:docs))"
        )
        row = self._db.row(sql + self._db.bucket_clause, docs=json.dumps(list(keys)))
        return {int(doc): memory_id for doc, memory_id in json.loads(row[0]).items()} if row else {}

    def _next_doc(self) -> int:
        """One writer at a time, so the next number is free; it is the row number of every user's documents."""
        return self._db.number(
            "SELECT (SELECT coalesce(max(doc), 0) + 1 FROM search_documents) FROM users WHERE user_id = :user_id"
        )
