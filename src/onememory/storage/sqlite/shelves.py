"""The shelves of recently active users, each caught up with the database before it is searched."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from onememory.domain.models import ModelIdentity
from onememory.storage.scoped import Scoped
from onememory.storage.sqlite.shelf import Row, Shelf

USERS = 64  # kept in memory; the one searched longest ago is dropped
CHUNK = 20_000  # rows fetched at a time, which bounds the memory that opening takes

_CHANGES = f"""
    SELECT d.doc, d.live, d.bucket_id, d.day, d.source, d.trust, d.content_type, d.cues, d.length, d.superseded,
        v.vector, d.seq
    FROM search_documents AS d
    LEFT JOIN search_vectors AS v ON v.user_id = :user_id AND v.model = :model AND v.doc = d.doc
    WHERE d.user_id = :user_id AND d.seq > :seq ORDER BY d.seq LIMIT {CHUNK}
"""


@dataclass
class _Place:
    shelf: Shelf
    stamp: tuple[int, str | None]  # epoch and model: when either changes, the shelf is made anew
    seq: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class Shelves:
    """Shelves by user."""

    def __init__(self) -> None:
        self._places: OrderedDict[str, _Place] = OrderedDict()
        self._lock = threading.Lock()

    def current(self, db: Scoped) -> tuple[Shelf, str | None]:
        """The user's shelf with every change that the connection's snapshot shows, and the model that answers."""
        row = db.row("SELECT epoch, model FROM search_state WHERE user_id = :user_id")
        stamp: tuple[int, str | None] = (row[0], row[1]) if row else (0, None)
        place = self._place(db.scope.user_id, stamp)
        newest = db.number("SELECT coalesce(max(seq), 0) FROM search_documents WHERE user_id = :user_id")
        if newest > place.seq:
            with place.lock:
                _catch_up(place, db)
        return place.shelf, stamp[1]

    def _place(self, user_id: str, stamp: tuple[int, str | None]) -> _Place:
        with self._lock:
            place = self._places.get(user_id)
            if place is None or place.stamp != stamp:
                dimension = ModelIdentity.from_key(stamp[1]).dimension if stamp[1] else 0
                place = self._places[user_id] = _Place(Shelf(dimension), stamp)
            self._places.move_to_end(user_id)
            while len(self._places) > USERS:
                self._places.popitem(last=False)
            return place


def _catch_up(place: _Place, db: Scoped) -> None:
    while rows := db.rows(_CHANGES, model=place.stamp[1] or "", seq=place.seq):
        place.shelf.apply([Row(*row[:-1]) for row in rows])
        place.seq = rows[-1][-1]
