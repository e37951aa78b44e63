"""Files that were handed in, and the records of their imports."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from onememory.domain.imports import ChatImport


class ImportRows(Protocol):
    """The imports of one user."""

    def add(self, record: ChatImport) -> None:
        """Insert."""
        ...

    def change(self, record: ChatImport) -> None:
        """Replace state and report."""
        ...

    def get(self, import_id: str) -> ChatImport | None:
        """The import with this id."""
        ...

    def pending(self) -> list[ChatImport]:
        """Those that are not finished, oldest first."""
        ...

    def newest(self, limit: int) -> list[ChatImport]:
        """Newest first."""
        ...


class Uploads(Protocol):
    """Files that wait for their import."""

    async def receive(self, upload_id: str, pieces: AsyncIterator[bytes]) -> int:
        """Keep a file durably as it comes; its size in bytes."""
        ...

    def opener(self, upload_id: str) -> Callable[[], BinaryIO]:
        """Gives a fresh stream of the file each time; raises NotFound where it is gone."""
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
