"""The files of an export as it was handed in: a ZIP archive is read in place and never unpacked to disk.

Entries that name a place outside, links and encrypted entries are skipped with a reason. Bytes are counted as they
come, whatever sizes the archive declares.
"""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from lzma import LZMAError
from typing import IO, TYPE_CHECKING, BinaryIO

from onememory.domain.conversations import Skipped
from onememory.domain.errors import InvalidInput
from onememory.formats.chats.found import Tally
from onememory.formats.chats.members import Member

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

ENTRY_LIMIT = 50_000
RATIO_LIMIT = 200  # real bytes for one packed
FREE_BYTES = 16 * 1024 * 1024  # read before the ratio counts
TOTAL_LIMIT = 32 * 1024**3  # real bytes of all entries together

_DIRECTORY_LIMIT = 16 * 1024 * 1024  # bytes of a ZIP's list of entries
_END = b"PK\x05\x06"
_END_BYTES = 22
_LONGEST_COMMENT = 65_535
_ZIP = (b"PK\x03\x04", _END)
_MAC_LEFTOVERS = ("__MACOSX", ".DS_Store")
_IS_ENCRYPTED = 1
_TOO_MUCH = f"It unpacks to more than {RATIO_LIMIT} times its size, as no chat does."
_UNREADABLE = (
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
    LZMAError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Export:
    """What was handed in, opened: `members` to be read while it is open, and what is none and why."""

    members: tuple[Member, ...]
    skipped: tuple[Skipped, ...] = ()
    is_archive: bool = False


@contextmanager
def opened_export(name: str, open_file: Callable[[], BinaryIO]) -> Iterator[Export]:
    """A file as an export: the entries of a ZIP archive, or the file alone.

    `open_file` gives a fresh seekable stream each time.
    Raises InvalidInput for an archive that is damaged or has too many entries.
    """
    with open_file() as stream:
        if not stream.read(4).startswith(_ZIP):
            yield Export((Member(name, open_file),))
            return
        _check_directory(stream)
        try:
            archive = zipfile.ZipFile(stream)
        except _UNREADABLE as error:
            raise InvalidInput(f"{name} is a damaged ZIP archive: export or copy it again.") from error
        with archive:
            yield _entries(archive, name)


def _check_directory(stream: BinaryIO) -> None:
    """Refuse a list of entries that would fill the memory before it can be counted."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - _END_BYTES - _LONGEST_COMMENT))
    tail = stream.read()
    end = tail[tail.rfind(_END) :]
    declared = int.from_bytes(end[12:16], "little")
    if declared != 0xFFFFFFFF and declared > _DIRECTORY_LIMIT:
        raise InvalidInput(f"The archive has more than {ENTRY_LIMIT:,} entries, as no export of chats has.")
    stream.seek(0)


def _entries(archive: zipfile.ZipFile, name: str) -> Export:
    entries = archive.infolist()
    if len(entries) > ENTRY_LIMIT:
        raise InvalidInput(f"The archive has {len(entries):,} entries; at most {ENTRY_LIMIT:,} are read.")
    meter = _Meter()
    tally = Tally()
    members = []
    for entry in entries:
        path = entry.filename.replace("\\", "/")
        if entry.is_dir() or any(part in _MAC_LEFTOVERS for part in path.split("/")):
            continue
        if reason := _refusal(entry, path):
            tally.skip(f"{name}: {path}", reason)
        else:
            members.append(Member(path, partial(_open_entry, archive, entry, meter), entry.file_size))
    return Export(tuple(members), tuple(tally.take_skipped()), is_archive=True)


def _refusal(entry: zipfile.ZipInfo, path: str) -> str | None:
    if path.startswith("/") or ".." in path.split("/") or path[1:2] == ":" or "\x00" in path:
        return "Its name points outside of the archive."
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "It is a link and not a file."
    if entry.flag_bits & _IS_ENCRYPTED:
        return "It is encrypted; unpack the archive with its password first."
    if entry.file_size > FREE_BYTES + entry.compress_size * RATIO_LIMIT:
        return _TOO_MUCH
    return None


def _open_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, meter: "_Meter") -> BinaryIO:
    try:
        source = archive.open(entry)
    except _UNREADABLE as error:
        raise InvalidInput("It is damaged in the archive or packed in an unknown way.") from error
    return io.BufferedReader(_Entry(source, entry.compress_size, meter), 64 * 1024)


@dataclass(slots=True)
class _Meter:
    """Counts the real bytes of all entries of one archive, as often as they are read."""

    total: int = 0

    def add(self, count: int) -> None:
        self.total += count
        if self.total > TOTAL_LIMIT:
            raise InvalidInput(f"The archive unpacks to more than {TOTAL_LIMIT // 1024**3} GB.")


class _Entry(io.RawIOBase):
    """One entry while it is unpacked; raises InvalidInput where it is damaged or grows out of all proportion."""

    def __init__(self, source: IO[bytes], packed: int, meter: _Meter) -> None:
        super().__init__()
        self._source = source
        self._left = FREE_BYTES + packed * RATIO_LIMIT
        self._meter = meter

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Fill the buffer with the next bytes."""
        view = memoryview(buffer).cast("B")
        try:
            data = self._source.read(len(view))
        except _UNREADABLE as error:
            raise InvalidInput("It is damaged in the archive.") from error
        self._left -= len(data)
        self._meter.add(len(data))
        if self._left < 0:
            raise InvalidInput(_TOO_MUCH)
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close the entry; the archive stays open."""
        self._source.close()
        super().close()
