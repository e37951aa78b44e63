"""Copies of the data directory: made beside their place, verified by their manifest, then put there whole."""

import asyncio
import contextlib
import hashlib
import itertools
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from onememory.domain.errors import InvalidInput, NotFound, OneMemoryError, StorageFailed
from onememory.formats.manifest import MANIFEST, BackedUpFile, Manifest, decode, differences, encode
from onememory.ports.backups import Backup

CopyDatabase = Callable[[Path], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Origin:
    """What is copied."""

    data: Path
    database: str  # its name in the data directory
    others: Sequence[str]  # names of files and folders in the data directory
    version: str  # of this onememory
    copy_database: CopyDatabase


class BackupFolder:
    """A folder with copies of one data directory; implements the port Backups."""

    def __init__(self, folder: Path, origin: Origin) -> None:
        self._folder = folder
        self._origin = origin

    @property
    def place(self) -> str:
        """Where it is, for a person."""
        return str(self._folder.absolute())

    async def make(self, moment: datetime) -> Backup:
        """Copy everything while others use it."""
        folder, manifest = await make(self._origin, self._folder, moment)
        return _described(folder, manifest)

    def all(self) -> list[Backup]:
        """Newest first; what is no backup is passed over."""
        found = [_described(folder, manifest) for folder in self._folders() if (manifest := _manifest_of(folder))]
        return sorted(found, key=lambda backup: (backup.created, backup.name), reverse=True)

    def drop(self, name: str) -> None:
        """Delete one; raises NotFound."""
        folder = next((folder for folder in self._folders() if folder.name == name), None)
        if folder is None:
            raise NotFound("There is no backup with this name.")
        with disk_errors(folder):
            shutil.rmtree(folder)

    def _folders(self) -> list[Path]:
        return [path.parent for path in self._folder.glob(f"onememory-*/{MANIFEST}")]


async def make(origin: Origin, destination: Path, moment: datetime) -> tuple[Path, Manifest]:
    """Make a folder with a copy below this one; raises StorageFailed."""
    folder = await asyncio.to_thread(_free, destination / f"onememory-{moment:%Y%m%dT%H%M%SZ}")
    with disk_errors(folder), partial(folder) as copy:
        await origin.copy_database(copy / origin.database)
        manifest = await asyncio.to_thread(_completed, origin, copy, moment)
        copy.rename(folder)
    return folder, manifest


def newest(source: Path) -> Path:
    """The backup itself, or the newest one in a folder of backups."""
    if (source / MANIFEST).exists():
        return source
    inside = sorted(path.parent for path in source.glob(f"onememory-*/{MANIFEST}"))
    return inside[-1] if inside else source


def verified(folder: Path, manifest: Manifest | None = None) -> Manifest:
    """The manifest of a folder whose files are as it says; raises NotFound and InvalidInput."""
    manifest = manifest or read_manifest(folder)
    if problems := differences(manifest, _files(folder)):
        raise InvalidInput(f"The backup at {folder} is not whole: {'; '.join(problems)}.")
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """What a backup says it holds; raises NotFound and InvalidInput."""
    path = folder / MANIFEST
    if not path.is_file():
        raise NotFound(f"There is no backup at {folder}: {MANIFEST} is missing.")
    return decode(path.read_bytes())


def copy_entries(source: Path, target: Path, names: Sequence[str]) -> None:
    """Copy those of the files and folders that are there."""
    for name in names:
        here, there = source / name, target / name
        there.parent.mkdir(parents=True, exist_ok=True)
        if here.is_dir():
            shutil.copytree(here, there)
        elif here.is_file():
            shutil.copy2(here, there)


@contextlib.contextmanager
def disk_errors(place: Path) -> Iterator[None]:
    """Turn what a disk refuses into StorageFailed."""
    try:
        yield
    except (OSError, shutil.Error) as error:
        raise StorageFailed(f"{place} was not written: {error}.") from error


@contextlib.contextmanager
def partial(place: Path) -> Iterator[Path]:
    """A folder beside `place` that is gone after the block, whatever became of it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{place.name}.", dir=place.parent))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _free(folder: Path) -> Path:
    """The folder, or one numbered behind it where it is there: two backups in one second."""
    numbers = itertools.count(2)
    free = folder
    while free.exists():
        free = folder.with_name(f"{folder.name}-{next(numbers)}")
    return free


def _completed(origin: Origin, copy: Path, moment: datetime) -> Manifest:
    copy_entries(origin.data, copy, origin.others)
    manifest = Manifest(origin.version, moment, _files(copy))
    (copy / MANIFEST).write_bytes(encode(manifest))
    return verified(copy, manifest)


def _manifest_of(folder: Path) -> Manifest | None:
    try:
        return read_manifest(folder)
    except OneMemoryError:
        return None


def _described(folder: Path, manifest: Manifest) -> Backup:
    size = sum(file.size for file in manifest.files.values())
    return Backup(folder.name, manifest.created, len(manifest.files), size, manifest.version)


def _files(folder: Path) -> dict[str, BackedUpFile]:
    paths = {p.relative_to(folder).as_posix(): p for p in sorted(folder.rglob("*")) if p.is_file()}
    return {name: _facts(path) for name, path in paths.items() if name != MANIFEST}


def _facts(path: Path) -> BackedUpFile:
    with path.open("rb") as file:
        return BackedUpFile(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())
