"""One file of an export, wherever it lies: in a ZIP archive, in a folder or alone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

HEAD_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Member:
    """A file that can be read from its beginning as often as needed.

    `name` is its path within the export, with slashes. `open` gives a fresh stream each time; whoever opens it closes
    it. A stream raises InvalidInput where its bytes cannot be read.
    """

    name: str
    open: Callable[[], BinaryIO]
    size: int | None = None  # bytes, as declared and not to be trusted

    @property
    def head(self) -> bytes:
        """The first 64 KiB with any byte order mark, read anew each time."""
        with self.open() as stream:
            return read_fully(stream, HEAD_BYTES)

    @property
    def base_name(self) -> str:
        """The last part of the name."""
        return self.name.rpartition("/")[2]


def read_fully(stream: BinaryIO, size: int) -> bytes:
    """That many bytes, or fewer only at the end of the stream."""
    parts = []
    while size > 0 and (part := stream.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
