"""`onememory backup` and `restore-backup`."""

import contextlib
import hashlib
import itertools
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from onememory import __version__
from onememory.cli import assembly
from onememory.cli.commands import Target, command
from onememory.cli.moments import now
from onememory.cli.output import counted, present, say
from onememory.domain.errors import Conflict, InvalidInput, NotFound, StorageFailed
from onememory.formats.manifest import MANIFEST, BackedUpFile, Manifest, decode, differences, encode


def register(app: typer.Typer) -> None:
    """Add the commands."""
    command(app, "backup")(backup)
    command(app, "restore-backup")(restore_backup)


async def backup(
    target: Target,
    destination: Annotated[
        Path, typer.Argument(help="The folder in which a folder for this backup is made.", show_default=False)
    ],
) -> None:
    """Copy the data directory while others use it; the copy is verified."""
    settings = target.data_settings()
    _require_data(settings.data)
    moment = now()
    destination = _absolute(destination)
    folder = _free(destination / f"onememory-{moment:%Y%m%dT%H%M%SZ}")
    with _disk_errors(folder), _put_in_place(folder) as partial:
        # Without a model, so that one which cannot be loaded stands in nobody's way.
        async with assembly.bootstrap.running(replace(settings, embedder="none")) as (_, store):
            database, *others = assembly.bootstrap.BACKED_UP
            await store.backup(partial / database)
        _copy(settings.data, partial, others)
        manifest = _write_manifest(partial, moment)
        _verify(partial, manifest)
    answer = {"path": str(folder), **_described(manifest)}
    present(target, answer, lambda done: say(f"Wrote {done['path']}: {_amount(done)}, verified."))


async def restore_backup(
    target: Target,
    source: Annotated[
        Path,
        typer.Argument(help="The folder of a backup, or of several, of which the newest is taken.", show_default=False),
    ],
    force: Annotated[bool, typer.Option("--force", help="Move what is in the data directory aside first.")] = False,
) -> None:
    """Put a backup into an empty data directory, once it is verified."""
    data = _absolute(target.data_settings().data)
    aside = data.with_name(f"{data.name}.before-restore-{now():%Y%m%dT%H%M%SZ}")
    with _disk_errors(data):
        source = _newest(source)
        manifest = _read_manifest(source)
        _verify(source, manifest)
        is_occupied = data.is_dir() and any(data.iterdir())
        if is_occupied and not force:
            raise Conflict(f"{data} is not empty: name another with --data, or move this one aside with --force.")
        if assembly.bootstrap.is_held(data):
            raise Conflict(f"A server or another process works with {data}: stop it first.")
        with _partial(data) as partial:
            _copy(source, partial, list(manifest.files))
            _verify(partial, manifest)
            if is_occupied:
                _move_entries(data, aside)
            _move_entries(partial, data)
    answer = {"data": str(data), "movedAside": str(aside) if is_occupied else None, **_described(manifest)}
    present(target, answer, _show_restored)


def _free(folder: Path) -> Path:
    """The folder, or one numbered behind it where it is there: two backups in one second."""
    numbers = itertools.count(2)
    free = folder
    while _exists(free):
        free = folder.with_name(f"{folder.name}-{next(numbers)}")
    return free


def _newest(source: Path) -> Path:
    """The backup itself, or the newest one in a folder of backups."""
    if _exists(source / MANIFEST):
        return source
    inside = sorted(path.parent for path in source.glob(f"onememory-*/{MANIFEST}"))
    return inside[-1] if inside else source


def _show_restored(answer: dict[str, Any]) -> None:
    say(f"Restored {answer['data']} from {answer['created']}: {_amount(answer)}.")
    if answer["movedAside"]:
        say(f"What was there before is in {answer['movedAside']}.")


def _described(manifest: Manifest) -> dict[str, Any]:
    return {
        "created": manifest.created.isoformat(),
        "version": manifest.version,
        "files": len(manifest.files),
        "bytes": sum(file.size for file in manifest.files.values()),
    }


def _amount(answer: dict[str, Any]) -> str:
    return f"{counted(answer['files'], 'file')}, {answer['bytes'] / 1e6:,.1f} MB"


def _absolute(path: Path) -> Path:
    return path.resolve()


def _exists(path: Path) -> bool:
    return path.exists()


def _require_data(data: Path) -> None:
    if not data.is_dir():
        raise NotFound(f"There is no data directory at {data}: name another with --data.")


@contextlib.contextmanager
def _disk_errors(place: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, shutil.Error) as error:
        raise StorageFailed(f"{place} was not written: {error}.") from error


@contextlib.contextmanager
def _partial(place: Path) -> Iterator[Path]:
    """A folder beside `place` that is gone after the block, whatever became of it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{place.name}.", dir=place.parent))
    try:
        yield partial
    finally:
        shutil.rmtree(partial, ignore_errors=True)


@contextlib.contextmanager
def _put_in_place(folder: Path) -> Iterator[Path]:
    with _partial(folder) as partial:
        yield partial
        partial.rename(folder)


def _copy(source: Path, target: Path, names: list[str]) -> None:
    for name in names:
        here, there = source / name, target / name
        there.parent.mkdir(parents=True, exist_ok=True)
        if here.is_dir():
            shutil.copytree(here, there)
        elif here.is_file():
            shutil.copy2(here, there)


def _move_entries(source: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = assembly.bootstrap.BACKED_UP[0]
    for entry in sorted(source.iterdir(), key=lambda entry: entry.name == database):  # the database last
        shutil.move(entry, target / entry.name)


def _write_manifest(folder: Path, moment: datetime) -> Manifest:
    manifest = Manifest(__version__, moment, _files(folder))
    (folder / MANIFEST).write_bytes(encode(manifest))
    return manifest


def _read_manifest(folder: Path) -> Manifest:
    path = folder / MANIFEST
    if not path.is_file():
        raise NotFound(f"There is no backup at {folder}: {MANIFEST} is missing.")
    return decode(path.read_bytes())


def _verify(folder: Path, manifest: Manifest) -> None:
    if problems := differences(manifest, _files(folder)):
        raise InvalidInput(f"The backup at {folder} is not whole: {'; '.join(problems)}.")


def _files(folder: Path) -> dict[str, BackedUpFile]:
    paths = {p.relative_to(folder).as_posix(): p for p in sorted(folder.rglob("*")) if p.is_file()}
    return {name: _facts(path) for name, path in paths.items() if name != MANIFEST}


def _facts(path: Path) -> BackedUpFile:
    with path.open("rb") as file:
        return BackedUpFile(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())
