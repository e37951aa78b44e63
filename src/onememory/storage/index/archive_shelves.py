"""The archives of recently active users, each caught up with the database before it is searched."""

from onememory.storage.index.archive_shelf import ArchiveShelf, Block
from onememory.storage.index.recent import Recent, Stamp
from onememory.storage.scoped import Scoped

CHUNK = 2_000  # conversations fetched at a time, which bounds the memory that opening takes

_CHANGES = f"""
    SELECT first_turn, conversation_id, platform, live, count, numbers, speakers, cues, words, lengths, days,
        CASE WHEN model = :model THEN vectors END, seq
    FROM archive_blocks WHERE user_id = :user_id AND seq > :seq ORDER BY seq LIMIT {CHUNK}
"""


class ArchiveShelves:
    """Archive shelves by user."""

    def __init__(self, recent: Recent) -> None:
        self._recent = recent

    def current(self, db: Scoped) -> tuple[ArchiveShelf, str | None]:
        """The user's shelf with every change that the connection's snapshot shows, and the model that answers."""
        row = db.row("SELECT epoch, model, seq FROM archive_state WHERE user_id = :user_id")
        stamp: Stamp = (row[0], row[1]) if row else (0, None)
        shelf = self._recent.of(ArchiveShelf, db.scope.user_id, stamp)
        if row and row[2] > shelf.seq:
            with shelf.lock:
                _catch_up(shelf, stamp[1], db)
            self._recent.has_changed(db.scope.user_id)
        return shelf, stamp[1]


def _catch_up(shelf: ArchiveShelf, model: str | None, db: Scoped) -> None:
    while rows := db.rows(_CHANGES, model=model or "", seq=shelf.seq):
        shelf.apply([Block(*row) for row in rows])
        shelf.seq = rows[-1][-1]
