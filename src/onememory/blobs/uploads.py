"""Uploaded files in a folder of the data directory, each under the id of its import."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from errno import ENOSPC
from pathlib import Path
from typing import BinaryIO

from onememory.domain.errors import DiskFull, NotFound, StorageFailed

PARTIAL = ".partial"


class DiskUploads:
    """Implements the port Uploads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def receive(self, upload_id: str, pieces: AsyncIterator[bytes]) -> int:
        """Keep a file durably as it comes; its size in bytes. What comes only in part leaves nothing behind."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._folder / upload_id
        unfinished = path.with_suffix(PARTIAL)
        try:
            size = await _write(unfinished, pieces)
            unfinished.rename(path)
        except OSError as error:
            kind = DiskFull if error.errno == ENOSPC else StorageFailed
            raise kind(f"The file could not be kept: {error.strerror}. Free some space and retry.") from error
        finally:
            unfinished.unlink(missing_ok=True)
        return size

    def opener(self, upload_id: str) -> Callable[[], BinaryIO]:
        """Gives a fresh stream of the file each time; raises NotFound where it is gone."""
        path = self._folder / upload_id
        if not path.is_file():
            raise NotFound("The uploaded file is gone; upload it again.")
        return lambda: path.open("rb")

    def holds(self, upload_id: str) -> bool:
        """Whether the whole file is here."""
        return (self._folder / upload_id).is_file()

    def size(self, upload_id: str) -> int:
        """Bytes of a file; 0 where it is not here."""
        path = self._folder / upload_id
        return path.stat().st_size if path.is_file() else 0

    def drop(self, upload_id: str) -> None:
        """Remove a file; none is no error."""
        (self._folder / upload_id).unlink(missing_ok=True)

    def all(self) -> list[str]:
        """The ids of all files."""
        return sorted(p.name for p in self._folder.iterdir()) if self._folder.is_dir() else []


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


async def _write(path: Path, pieces: AsyncIterator[bytes]) -> int:
    size = 0
    file = await asyncio.to_thread(open, path, "wb", opener=_private)
    with file:
        async for piece in pieces:
            size += len(piece)
            await asyncio.to_thread(file.write, piece)
        file.flush()
        await asyncio.to_thread(os.fsync, file.fileno())
    return size
