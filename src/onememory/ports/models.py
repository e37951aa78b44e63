"""Models that can be fetched to this machine."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

Advance = Callable[[int, int | None], None]  # bytes of the present file that are here, and of how many


@dataclass(frozen=True, slots=True)
class OfferedModel:
    """One model of the catalogue."""

    name: str
    embedder: str  # the setting that uses it
    megabytes: int  # about
    is_multilingual: bool
    is_here: bool


class ModelShelf(Protocol):
    """The catalogue, and what of it lies on this machine."""

    def offered(self) -> list[OfferedModel]:
        """Every one that can be fetched, small ones first."""
        ...

    def fetch(self, name: str, advance: Advance) -> None:
        """Download one, unless it is here; blocks. What `advance` raises ends it.

        Raises InvalidInput for a name that is not in the catalogue, and Unavailable and StorageFailed.
        """
        ...
