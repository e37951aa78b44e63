"""The manifest of a backup: which files it has, and how to tell that they are whole."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePosixPath
from typing import Literal

import msgspec

from onememory.domain.errors import InvalidInput

MANIFEST = "manifest.json"


class BackedUpFile(msgspec.Struct, frozen=True):
    """One file."""

    size: int  # bytes
    sha256: str  # hex


class Manifest(msgspec.Struct):
    """What a backup holds; paths are relative and have forward slashes."""

    version: str  # of the onememory that made it
    created: datetime
    files: dict[str, BackedUpFile]
    format: Literal["onememory-backup"] = "onememory-backup"


def encode(manifest: Manifest) -> bytes:
    """The manifest as JSON."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2)


def decode(data: bytes) -> Manifest:
    """The manifest in a file's content; raises InvalidInput for what is none, or names files outside its folder."""
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{MANIFEST} is not that of a backup: {error}.") from error
    for path in manifest.files:
        parts = PurePosixPath(path).parts
        if not parts or ".." in parts or "\\" in path or path.startswith("/"):
            raise InvalidInput(f"{MANIFEST} names {path}, which lies outside the backup.")
    return manifest


def differences(manifest: Manifest, found: Mapping[str, BackedUpFile]) -> list[str]:
    """What is not as the manifest says, in words; empty when all is whole."""
    problems = []
    for path, expected in sorted(manifest.files.items()):
        present = found.get(path)
        if present is None:
            problems.append(f"{path} is missing")
        elif present.size != expected.size:
            problems.append(f"{path} has {present.size} bytes and not {expected.size}")
        elif present.sha256 != expected.sha256:
            problems.append(f"{path} has another content")
    return problems
