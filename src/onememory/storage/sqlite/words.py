"""The words leg: one FTS5 table a user, so that isolation, statistics and speed are each user's own.

A table of all users would score each user's words by how common they are among the others, and scan the others'
postings to do so. The terms are analysed before they come here; FTS5 only splits them at spaces.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

from onememory.domain.ids import is_id
from onememory.storage.sqlite.connection import SqliteConnection

# FTS5 takes 0.7 µs to score a match and 0.04 µs to walk past one, so the rarest terms nominate and others only add to
# the scores. On 300 queries over 100,000 memories the ten best are then 99.6 % those of the plain OR, in half the time.
NOMINATING = 3_000  # memories that hold the terms which nominate, in sum
COUNTING = 50_000  # memories that hold any term which counts, in sum; still commoner ones tell too little


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

    def best(
        self, frequencies: Mapping[str, int], condition: str, values: Mapping[str, object], limit: int
    ) -> dict[int, float]:
        """BM25 (k1 1.2, b 0.75; higher is better) of the best documents that hold any of the terms."""
        nominating, counting = divided(frequencies, limit)
        if not nominating:
            return {}
        joined = f"JOIN search_documents AS d ON d.doc = w.rowid AND {condition}" if condition else ""
        sql = (
            f"SELECT w.rowid, -w.rank / :times FROM {self._table} AS w {joined} "
            "WHERE w.terms MATCH :match ORDER BY w.rank LIMIT :limit"
        )

        def found(match: str, times: int) -> dict[int, float]:
            return dict(self._db.rows(sql, {"match": match, "times": times, "limit": limit, **values}))

        if counting:
            # Every term stands in it twice, which doubles the scores evenly; a match needs one that nominates.
            best = found(f"({_any(nominating)}) AND ({_any([*nominating, *counting, *counting])})", 2)
            if len(best) == limit:
                return best
        return found(_any([*nominating, *counting]), 1)


def divided(frequencies: Mapping[str, int], limit: int) -> tuple[list[str], list[str]]:
    """The terms that nominate so many, rarest first, and commoner ones that only add to the scores."""
    rarest = sorted((term for term in frequencies if frequencies[term]), key=frequencies.__getitem__)
    reached = list(accumulate(frequencies[term] for term in rarest))
    first = max(bisect_right(reached, NOMINATING), bisect_left(reached, limit) + 1)
    return rarest[:first], rarest[first : bisect_right(reached, COUNTING)]


def _any(terms: Sequence[str]) -> str:
    return " OR ".join(f'"{term}"' for term in terms)
