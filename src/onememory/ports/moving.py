"""Accounts on the move: what one store hands over and another takes, whatever databases they are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from onememory.domain.moving import Moving, Passage
from onememory.ports.imports import UploadRows
from onememory.ports.search import IndexEntry
from onememory.ports.store import Store

T = TypeVar("T")
Row = tuple[Any, ...]  # texts, whole numbers, bytes and None, in the order of the table's columns


@dataclass(frozen=True, slots=True)
class Document:
    """What the index of one store holds of one memory, beside what the memory's text gives."""

    place: int  # ascending in the order in which they were indexed, by which equal hits are ranked
    memory_id: str
    vectors: Mapping[str, bytes]  # by the stamp of the model, as they are kept


@dataclass(frozen=True, slots=True)
class MemberRow:
    """That one person may come into a bucket of another's: kept only where both of them are."""

    member_id: str
    owner_id: str
    row: Row


class UserRows(Protocol):
    """All that one store keeps of one user."""

    uploads: UploadRows

    def columns(self) -> Mapping[str, Sequence[str]]:
        """The tables that are copied, in an order in which they can be filled, and the columns of each."""
        ...

    def count(self) -> int:
        """How many rows those tables hold in all, and documents the index."""
        ...

    def page(self, table: str, after: Row | None) -> list[Row]:
        """The next rows of a table in the order of its key, from the one after that row; empty at the end."""
        ...

    def last(self, table: str) -> Row | None:
        """The last row in that order."""
        ...

    def add(self, table: str, rows: Sequence[Row]) -> None:
        """Insert; raises Conflict where another user has what can be had once."""
        ...

    def begin(self, first: Mapping[str, Row]) -> None:
        """Make a user that is arriving, of the rows without which nothing else can be kept; raises Conflict."""
        ...

    def memberships(self) -> list[MemberRow]:
        """The user's in buckets of others, and those of others in buckets of the user's."""
        ...

    def add_memberships(self, rows: Sequence[MemberRow]) -> None:
        """Insert those that are not there yet."""
        ...

    def documents(self, after: int) -> list[Document]:
        """The next documents of the index, from the one after that place; empty at the end."""
        ...

    def index(self, entries: Sequence[IndexEntry], vectors: Sequence[Mapping[str, bytes]]) -> None:
        """Put memories into the index, those that are not in it, with vectors of another store as it kept them."""
        ...

    def mark(self) -> Moving | None:
        """Where the user stands, if on the move; None, too, where there is no such user."""
        ...

    def set_mark(self, mark: Moving | None) -> None:
        """Change that; with a mark nothing is written any more but through this."""
        ...

    def passage(self) -> Passage | None:
        """The last move from here or to here that was proven; None, too, where there is no such user."""
        ...

    def note_passage(self, passage: Passage) -> None:
        """Change that."""
        ...


class MovableStore(Store, Protocol):
    """A store from which and to which accounts can be moved."""

    async def place(self) -> str:
        """The database itself, the same by whichever way it is reached.

        Raises Unavailable where a newer onememory has made tables that this one does not know.
        """
        ...

    async def read_rows(self, user_id: str, work: Callable[[UserRows], T]) -> T:
        """Run over one snapshot."""
        ...

    async def write_rows(self, user_id: str, work: Callable[[UserRows], T]) -> T:
        """Run and commit, also for a user who is on the move; begins when the user's writes under way have ended."""
        ...
