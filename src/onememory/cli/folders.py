"""Which files of a folder belong together: an unpacked export is one thing, a folder of several exports is several."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from onememory.cli import assembly
from onememory.cli.importing import SQLITE
from onememory.domain.errors import InvalidInput

_DATABASE = "cursor"  # the platform whose chats are in databases


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is imported at once: one file, or a folder with the files in it."""

    path: Path
    files: tuple[Path, ...] = ()  # none: the path is a file


def parcels(path: Path) -> list[Parcel]:
    """A folder as one export where it holds the chats of just one tool; else folder by folder and file by file."""
    if not path.is_dir():
        return [Parcel(path)]
    files = _walked(path)
    return list(_parted(path, {file: _platform(file, path) for file in files}))


def file_by_file(parcel: Parcel) -> list[Parcel]:
    """Each file of a folder by itself."""
    return [Parcel(file) for file in parcel.files]


def whole(path: Path) -> Parcel:
    """Everything in a folder as one export."""
    return Parcel(path, tuple(_walked(path)))


def _walked(folder: Path) -> list[Path]:
    """The files in it, without what is hidden."""
    inside = (p.relative_to(folder) for p in sorted(folder.rglob("*")) if p.is_file())
    return [folder / p for p in inside if not any(part.startswith(".") for part in p.parts)]


def _parted(folder: Path, platforms: Mapping[Path, str | None]) -> Iterator[Parcel]:
    if len({platform for platform in platforms.values() if platform}) == 1:
        yield Parcel(folder, tuple(platforms))
        return
    for child in sorted({folder / file.relative_to(folder).parts[0] for file in platforms}):
        if child in platforms:
            yield Parcel(child)
        else:
            yield from _parted(child, {f: p for f, p in platforms.items() if child in f.parents})


def _platform(file: Path, root: Path) -> str | None:
    """Whose chats a file holds, where its content says so for sure; None for all else, such as texts and side files."""
    member = assembly.members.Member(file.relative_to(root).as_posix(), lambda: file.open("rb"))
    try:
        if assembly.side_files.side_file_reason(member.name):
            return None
        if member.head.startswith(SQLITE):
            return _DATABASE
        found = assembly.detect.detect(member)
    except (InvalidInput, OSError):
        return None
    return found.platform if found and not found.is_fallback else None
