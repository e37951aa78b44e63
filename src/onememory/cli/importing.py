"""Files on their way into onememory: sent, and followed until the import is done."""

import asyncio
import contextlib
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from onememory.cli import assembly
from onememory.cli.connection import Api, at
from onememory.domain.errors import InvalidInput

Advance = Callable[[int, int | None], None]

SQLITE = b"SQLite format 3\x00"

_UNDER_WAY = {"queued", "running"}
_LOOK = 0.2  # seconds between two looks at an import
_HEAD = 4 * 1024  # bytes, enough to tell a picture from a text
_STORED = (
    256 * 1024 * 1024
)  # bytes of files; from here on an archive is packed, so that uploads are allowed to be as long
_OPENS = (SQLITE, b"PK\x03\x04", b"\xff\xfe", b"\xfe\xff")  # with NUL among them and not beside the chats


async def imported(api: Api, file: Path, name: str, query: dict[str, object], advance: Advance) -> dict[str, Any]:
    """Import one file and give the report of it; raises OSError and OneMemoryError."""
    with _sendable(file) as sent:
        report: dict[str, Any] = await api.upload(at("import"), sent, fileName=name, **query)
    return await _followed(api, report, advance) if report["state"] in _UNDER_WAY else report


async def _followed(api: Api, report: dict[str, Any], advance: Advance) -> dict[str, Any]:
    """The report of an import of chats once it is done; here or by a server that took the job, as it may be."""
    jobs = asyncio.create_task(api.finish_jobs())
    try:
        while report["state"] in _UNDER_WAY:
            await asyncio.sleep(_LOOK)
            report = await api.get(at("imports", report["importId"]))
            advance(report["read"], None)
        await jobs
    finally:
        jobs.cancel()
    return report


@contextlib.contextmanager
def _sendable(file: Path) -> Iterator[Path]:
    """The file itself, or what may leave of a database."""
    with file.open("rb") as stream:
        is_database = stream.read(len(SQLITE)) == SQLITE
    if not is_database:
        yield file
        return
    with tempfile.TemporaryDirectory(prefix="onememory-") as folder:
        chats = Path(folder) / file.name
        assembly.bootstrap.copy_chats(file, chats)
        yield chats


@contextlib.contextmanager
def packed(root: Path, files: Sequence[Path]) -> Iterator[Path]:
    """The files as one ZIP archive, named from `root` on, while the block runs; raises OSError.

    Pictures and sound are there by name and with their first bytes, which is all that an import wants to know of them.
    """
    total = sum(file.stat().st_size for file in files)
    packing = zipfile.ZIP_STORED if total < _STORED else zipfile.ZIP_DEFLATED
    with tempfile.TemporaryDirectory(prefix="onememory-") as folder:
        archive = Path(folder) / f"{root.name or 'files'}.zip"
        with zipfile.ZipFile(archive, "w", packing, compresslevel=1, strict_timestamps=False) as made:
            for file in files:
                _put(made, file, file.relative_to(root).as_posix())
        yield archive


def _put(archive: zipfile.ZipFile, file: Path, name: str) -> None:
    with file.open("rb") as stream:
        head = stream.read(_HEAD)
    if b"\x00" in head and not head.startswith(_OPENS):
        archive.writestr(name, head)
        return
    try:
        with _sendable(file) as sent:
            archive.write(sent, name)
    except InvalidInput:  # a database of something else, of which the report will say so
        archive.writestr(name, head)
