"""`onememory backup` and `restore-backup`."""

import os
import shutil
from pathlib import Path
from typing import Annotated, Any

import typer

from onememory.cli import assembly
from onememory.cli.commands import Target, command
from onememory.cli.moments import now, relative
from onememory.cli.output import counted, present, say
from onememory.domain.errors import Conflict, NotFound
from onememory.formats.manifest import Manifest

_ASIDE = ".before-restore-"
_OF_THE_DISK = "lost+found"


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
    # Without a model, so that one which cannot be loaded stands in nobody's way.
    async with assembly.bootstrap.running(settings.with_embedder("none")) as (_, store):
        origin = assembly.bootstrap.backup_origin(store, settings)
        folder, manifest = await assembly.bootstrap.backups.make(origin, _absolute(destination), now())
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
    settings = target.data_settings()
    if settings.database_url:
        raise Conflict(
            "The data are in PostgreSQL, which is restored with its own tool, `pg_restore`; "
            "for a backup of a data directory take ONEMEMORY_DATABASE_URL away first."
        )
    data = _absolute(settings.data)
    room = _room(data)
    aside = room / f"{data.name}{_ASIDE}{now():%Y%m%dT%H%M%SZ}"
    backups = assembly.bootstrap.backups
    with backups.disk_errors(data):
        source = backups.newest(source)
        manifest = backups.verified(source)
        is_occupied = data.is_dir() and bool(_entries(data))
        if is_occupied and not force:
            raise Conflict(f"{data} is not empty: name another with --data, or move this one aside with --force.")
        if assembly.bootstrap.is_held(data):
            raise Conflict(f"A server or another process works with {data}: stop it first.")
        with backups.partial(room / data.name) as copy:
            backups.copy_entries(source, copy, list(manifest.files))
            backups.verified(copy, manifest)
            if is_occupied:
                _move_entries(data, aside, but=copy)
            _move_entries(copy, data)
    answer = {"data": str(data), "movedAside": str(aside) if is_occupied else None, **_described(manifest)}
    present(target, answer, _show_restored)


def _show_restored(answer: dict[str, Any]) -> None:
    say(f"Restored {answer['data']} from a backup made {relative(answer['created'], now())}: {_amount(answer)}.")
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


def _require_data(data: Path) -> None:
    if not data.is_dir():
        raise NotFound(f"There is no data directory at {data.absolute()}: name another with --data.")


def _room(data: Path) -> Path:
    """Where a copy and what is moved aside can lie: beside the data directory, or in it where it is a volume."""
    is_volume = data.is_dir() and (data.is_mount() or not os.access(data.parent, os.W_OK))
    return data if is_volume else data.parent


def _entries(data: Path) -> list[Path]:
    """What is in a data directory, but for what the file system or an earlier restore has put there."""
    return [path for path in data.iterdir() if path.name != _OF_THE_DISK and _ASIDE not in path.name]


def _move_entries(source: Path, target: Path, but: Path | None = None) -> None:
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = assembly.bootstrap.BACKED_UP[0]
    for entry in sorted(_entries(source), key=lambda entry: entry.name == database):  # the database last
        if entry != but:
            shutil.move(entry, target / entry.name)
