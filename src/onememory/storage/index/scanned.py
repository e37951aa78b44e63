"""What a process keeps in memory of the indexes."""

from dataclasses import dataclass, field

from onememory.storage.index.archive_shelves import ArchiveShelves
from onememory.storage.index.shelves import Shelves


@dataclass(frozen=True, slots=True)
class Scanned:
    """The shelves of recently active users, caught up with the database before each search."""

    memories: Shelves = field(default_factory=Shelves)
    archive: ArchiveShelves = field(default_factory=ArchiveShelves)

    def forget(self, user_id: str) -> None:
        """Let go of what is kept of this user."""
        self.memories.forget(user_id)
        self.archive.forget(user_id)
