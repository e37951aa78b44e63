"""The shelves of recently active users, each caught up with the database before it is searched."""

from collections.abc import Callable, Iterable
from typing import cast

from onememory.storage.index.recent import Recent, Stamp
from onememory.storage.index.shelf import Packed, Row, Shelf
from onememory.storage.scoped import Scoped

CHUNK = 20_000  # rows fetched at a time, which bounds the memory that opening takes

_STATE = """
    SELECT epoch, model, (SELECT coalesce(max(seq), 0) FROM search_documents WHERE user_id = :user_id)
    FROM search_state WHERE user_id = :user_id
"""
_CHANGES = f"""
    SELECT d.doc, d.live, d.bucket_id, d.day, d.source, d.trust, d.content_type, d.cues, d.length, d.superseded,
        v.vector, d.seq
    FROM search_documents AS d
    LEFT JOIN search_vectors AS v ON v.user_id = :user_id AND v.model = :model AND v.doc = d.doc
    WHERE d.user_id = :user_id AND d.seq > :seq ORDER BY d.seq LIMIT {CHUNK}
"""


Opening = Callable[[Scoped, str, int], Iterable[Packed]]  # all documents with the vectors of a model and its dimension


class Shelves:
    """Shelves by user; a dialect that knows a quicker way than row by row brings its opening."""

    def __init__(self, recent: Recent, opening: Opening | None = None) -> None:
        self._recent = recent
        self._opening = opening

    def current(self, db: Scoped) -> tuple[Shelf, str | None]:
        """The user's shelf with every change that the connection's snapshot shows, and the model that answers."""
        row = db.row(_STATE)
        stamp: Stamp = (row[0], row[1]) if row else (0, None)
        newest: int = row[2] if row else 0
        shelf = self._recent.of(Shelf, db.scope.user_id, stamp)
        if newest > shelf.seq:
            with shelf.lock:
                if shelf.seq == 0 and self._opening:
                    for packed in self._opening(db, stamp[1] or "", shelf.dimension):
                        shelf.take(packed)
                    shelf.seq = newest
                _catch_up(shelf, stamp[1], db)
            self._recent.has_changed(db.scope.user_id)
        return shelf, stamp[1]


def _catch_up(shelf: Shelf, model: str | None, db: Scoped) -> None:
    while rows := db.rows(_CHANGES, model=model or "", seq=shelf.seq):
        # As they come, with the number of the change behind: making a Row of each would take as long as fetching it.
        shelf.apply(cast("list[Row]", rows))
        shelf.seq = rows[-1][-1]
