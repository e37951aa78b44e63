"""Files that were handed in, and the records of their imports."""

from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from onememory.domain.imports import ImportKind, ImportRecord


class ImportRows(Protocol):
    """The imports of one user."""

    def add(self, record: ImportRecord) -> None:
        """Insert."""
        ...

    def change(self, record: ImportRecord) -> None:
        """Replace state, kind, time and report."""
        ...

    def remove(self, import_id: str) -> None:
        """Forget an import."""
        ...

    def get(self, import_id: str) -> ImportRecord | None:
        """The import with this id."""
        ...

    def pending(self) -> list[ImportRecord]:
        """Those of chats that are on their way, oldest first."""
        ...

    def waiting(self) -> list[str]:
        """The ids of those whose files are still needed."""
        ...

    def newest(
        self, limit: int, kinds: Collection[ImportKind] | None = None, before: str | None = None
    ) -> list[ImportRecord]:
        """Newest first; of these kinds, or of all, and only those behind the one that is named."""
        ...

    def forget_held(self, before: str) -> None:
        """Forget those that wait for a word to begin, with ids that sort before this."""
        ...

    def note_memories(self, import_id: str, versions: Mapping[str, int]) -> None:
        """Note which memories came with an import, each in which version."""
        ...

    def unchanged(self, import_id: str) -> list[str]:
        """The memories that came with an import and are as they came, outside of the trash."""
        ...

    def count_unchanged(self, import_id: str) -> int:
        """How many those are."""
        ...


class UploadRows(Protocol):
    """The files that one user has handed in, in pieces, for other processes to find."""

    def add(self, upload_id: str, number: int, data: bytes) -> None:
        """Keep a piece."""
        ...

    def piece(self, upload_id: str, number: int) -> bytes | None:
        """A piece by its number from 0; None behind the last one."""
        ...

    def remove(self, upload_id: str) -> None:
        """Forget a file; none is no error."""
        ...

    def all(self) -> list[str]:
        """The ids of all files, oldest first."""
        ...

    def size(self) -> int:
        """Bytes of them all."""
        ...


class Uploads(Protocol):
    """Files that wait for their import, on the disk of this process."""

    async def receive(self, upload_id: str, pieces: AsyncIterator[bytes]) -> int:
        """Keep a file durably as it comes; its size in bytes."""
        ...

    def opener(self, upload_id: str) -> Callable[[], BinaryIO]:
        """Gives a fresh stream of the file each time; raises NotFound where it is gone."""
        ...

    def holds(self, upload_id: str) -> bool:
        """Whether the whole file is here."""
        ...

    def size(self, upload_id: str) -> int:
        """Bytes of a file; 0 where it is not here."""
        ...

    def drop(self, upload_id: str) -> None:
        """Remove a file; none is no error."""
        ...

    def all(self) -> Sequence[str]:
        """The ids of all files."""
        ...


@dataclass(frozen=True, slots=True)
class KeyValue:
    """One row of a database of keys and values."""

    key: str
    value: bytes | str | None
    is_too_large: bool = False  # then there is no value


class KeyValues(Protocol):
    """The rows of a database that another program wrote."""

    def rows(self, prefix: str) -> Iterator[KeyValue]:
        """The rows whose keys begin like this, in the order of the keys; raises InvalidInput where it is damaged."""
        ...


class KeyValueFiles(Protocol):
    """Databases of keys and values among what is handed in."""

    def opened(self, open_file: Callable[[], BinaryIO]) -> AbstractContextManager[KeyValues]:
        """The rows while the block runs; raises InvalidInput for what is no such database."""
        ...
