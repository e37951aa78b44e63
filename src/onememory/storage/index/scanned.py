"""What a process keeps in memory of the indexes."""

from onememory.storage.index.archive_shelves import ArchiveShelves
from onememory.storage.index.recent import ROOM, Recent
from onememory.storage.index.shelves import Opening, Shelves


class Scanned:
    """The shelves of recently active users, caught up with the database before each search."""

    def __init__(self, room: int = ROOM, opening: Opening | None = None) -> None:
        self._recent = Recent(room)
        self.memories = Shelves(self._recent, opening)
        self.archive = ArchiveShelves(self._recent)

    def forget(self, user_id: str) -> None:
        """Let go of what is kept of this user."""
        self._recent.forget(user_id)
