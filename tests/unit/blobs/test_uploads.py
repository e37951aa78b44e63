"""Uploaded files on the disk."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from onememory.blobs.uploads import DiskUploads


async def _pieces() -> AsyncIterator[bytes]:
    yield b"tea"
    yield b"pot"


def test_a_file_is_readable_by_its_owner_alone_and_knows_its_size(tmp_path: Path) -> None:
    uploads = DiskUploads(tmp_path / "uploads")
    asyncio.run(uploads.receive("one", _pieces()))

    assert (tmp_path / "uploads" / "one").stat().st_mode & 0o777 == 0o600
    assert (uploads.size("one"), uploads.size("none")) == (6, 0)
