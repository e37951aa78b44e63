"""What was handed in for import: its bytes, what its name promises and, once it is known to be text, its text."""

import codecs
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from onememory.domain.errors import InvalidInput

_BINARIES = (
    (b"PK\x03\x04", "a ZIP archive", "unpack it and import the file of memories inside"),
    (b"PK\x05\x06", "an empty ZIP archive", "export it again"),
    (b"\x1f\x8b", "a gzip archive", "unpack it first"),
    (b"%PDF", "a PDF", "copy its text into a plain text file"),
    (b"\x89PNG", "a PNG image", "memories are imported from text, CSV or JSON"),
    (b"\xff\xd8\xff", "a JPEG image", "memories are imported from text, CSV or JSON"),
    (b"GIF8", "a GIF image", "memories are imported from text, CSV or JSON"),
    (b"SQLite format 3\x00", "an SQLite database", "export its memories as JSON or CSV"),
)
_ACCEPTED = "Memories are imported from text, CSV, JSON or JSON Lines, in UTF-8."


@dataclass(frozen=True)
class Content:
    """One file or pasted text, as the sniffers and readers see it."""

    data: bytes
    file_name: str | None = None

    @property
    def suffix(self) -> str:
        """The name's ending in lower case, as `.csv`; empty without a name."""
        return PurePosixPath(self.file_name or "").suffix.lower()

    @cached_property
    def text(self) -> str:
        """The decoded text without its byte order mark.

        Raises InvalidInput for what is empty, binary or wrongly encoded.
        """
        return decoded(self.data)


def decoded(data: bytes) -> str:
    """The text in UTF-8, or in UTF-16 when it opens with a byte order mark; the mark is dropped.

    Raises InvalidInput for what is empty, binary or wrongly encoded; says at which byte.
    """
    for magic, name, remedy in _BINARIES:
        if data.startswith(magic):
            raise InvalidInput(f"This is {name}; {remedy}.")
    text = _decoded_utf16(data) if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else _decoded_utf8(data)
    if (at := text.find("\x00")) >= 0:
        raise InvalidInput(f"This is not text: character {at + 1:,} is a NUL. {_ACCEPTED}")
    if not text.strip():
        raise InvalidInput("There is nothing in it to import: it is empty.")
    return text


def _decoded_utf8(data: bytes) -> str:
    mark = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    try:
        return data[mark:].decode()
    except UnicodeDecodeError as error:
        raise InvalidInput(f"This is not UTF-8: byte {error.start + mark:,} cannot be read. {_ACCEPTED}") from error


def _decoded_utf16(data: bytes) -> str:
    try:
        return data.decode("utf-16")
    except UnicodeDecodeError as error:
        raise InvalidInput(f"This is not valid UTF-16: byte {error.start:,} cannot be read. {_ACCEPTED}") from error


def lines_of(text: str) -> list[str]:
    r"""The lines as editors count them: ended by \n, \r\n or \r and by nothing else."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
