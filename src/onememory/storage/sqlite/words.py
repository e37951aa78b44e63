"""The words leg: one FTS5 table a user, so that isolation, statistics and speed are each user's own.

A table of all users would score each user's words by how common they are among the others, and scan the others'
postings to do so. The terms are analysed before they come here; FTS5 only splits them at spaces.
"""

from collections.abc import Iterable, Mapping, Sequence

from onememory.domain.ids import is_id
from onememory.storage.sqlite.connection import SqliteConnection

COMMON_SHARE = 0.2  # a term in more of the memories than this says little and costs most
FEW = 20_000  # below this many memories every term is cheap


class Words:
    """The full-text table of one user."""

    def __init__(self, connection: SqliteConnection, user_id: str) -> None:
        if not is_id(user_id):
            raise ValueError(f"not a user id: {user_id!r}")
        self._db = connection
        self._table = f'"words_{user_id}"'
        self._vocabulary = f'"words_{user_id}_vocabulary"'

    def create(self) -> None:
        """Make the table."""
        self._db.rows(
            f"CREATE VIRTUAL TABLE {self._table} USING fts5(terms, content='', contentless_delete=1, "
            "tokenize=\"unicode61 remove_diacritics 0 categories 'L* M* N* S* Co'\")",
            {},
        )
        self._db.rows(f"CREATE VIRTUAL TABLE {self._vocabulary} USING fts5vocab({self._table}, row)", {})

    def drop(self) -> None:
        """Remove the table and all in it."""
        self._db.rows(f"DROP TABLE IF EXISTS {self._vocabulary}", {})
        self._db.rows(f"DROP TABLE IF EXISTS {self._table}", {})

    def put(self, terms: Iterable[tuple[int, Sequence[str]]]) -> None:
        """Index new documents."""
        self._db.many(
            f"INSERT INTO {self._table} (rowid, terms) VALUES (:doc, :terms)",
            ({"doc": doc, "terms": " ".join(words)} for doc, words in terms),
        )

    def remove(self, docs: Iterable[int]) -> None:
        """Take documents out; unknown ones are ignored."""
        self._db.many(f"DELETE FROM {self._table} WHERE rowid = :doc", ({"doc": doc} for doc in docs))

    def scrub(self) -> None:
        """Take the words of removed documents, which FTS5 only marks, out of the file and its log."""
        self._db.rows(f"INSERT INTO {self._table} ({self._table}) VALUES ('optimize')", {})
        self._db.clears_log = True

    def count(self) -> int:
        """How many documents are indexed."""
        return int(self._db.rows(f"SELECT count(*) FROM {self._table}", {})[0][0])

    def frequencies(self, terms: Sequence[str]) -> dict[str, int]:
        """In how many documents each term stands."""
        sql = f"SELECT doc FROM {self._vocabulary} WHERE term = :term"
        return {term: int(rows[0][0]) if (rows := self._db.rows(sql, {"term": term})) else 0 for term in terms}

    def best(self, terms: Sequence[str], condition: str, values: Mapping[str, object], limit: int) -> dict[int, float]:
        """BM25 (k1 1.2, b 0.75; higher is better) of the best documents that hold any of the terms."""
        match = " OR ".join(f'"{term}"' for term in terms)
        joined = f"JOIN search_documents AS d ON d.doc = w.rowid AND {condition}" if condition else ""
        sql = f"SELECT w.rowid, -w.rank FROM {self._table} AS w {joined} WHERE w.terms MATCH :match"
        rows = self._db.rows(f"{sql} ORDER BY w.rank LIMIT :limit", {"match": match, "limit": limit, **values})
        return dict(rows)


def telling(terms: Sequence[str], frequencies: Mapping[str, int], total: int) -> list[str]:
    """The terms worth looking up: those that occur, without the commonest where rarer ones remain."""
    present = [term for term in terms if frequencies[term]]
    if total <= FEW:
        return present
    return [term for term in present if frequencies[term] <= COMMON_SHARE * total] or present
