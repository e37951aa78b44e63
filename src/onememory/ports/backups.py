"""Copies of the whole installation."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Backup:
    """One copy; it was verified when it was made."""

    name: str
    created: datetime
    files: int
    size: int  # bytes
    version: str  # of the onememory that made it


class Backups(Protocol):
    """The folder of copies on this machine."""

    @property
    def place(self) -> str:
        """Where it is, for a person."""
        ...

    async def make(self, moment: datetime) -> Backup:
        """Copy everything while others use it; raises StorageFailed, and then leaves nothing behind."""
        ...

    def all(self) -> list[Backup]:
        """Newest first."""
        ...

    def drop(self, name: str) -> None:
        """Delete one; raises NotFound."""
        ...
