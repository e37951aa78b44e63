"""Short content hashes that tell one state of a model's files from another."""

import hashlib
from pathlib import Path

_WHOLE = (
    32 * 1024 * 1024
)  # bytes; larger files are known by their size and their two ends, so that starting stays quick
_END = 1024 * 1024


def revision_of(*paths: Path) -> str:
    """The first 12 hex digits of a SHA-256 over the files, in order; of a file over 32 MiB only its size and ends."""
    digest = hashlib.sha256()
    for path in paths:
        size = path.stat().st_size
        digest.update(f"{size}\n".encode())
        with path.open("rb") as file:
            if size <= _WHOLE:
                digest.update(file.read())
            else:
                digest.update(file.read(_END))
                file.seek(-_END, 2)
                digest.update(file.read())
    return digest.hexdigest()[:12]


def sha256_of(path: Path) -> str:
    """The SHA-256 of a whole file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def revision_of_text(text: str) -> str:
    """The first 12 hex digits of a SHA-256 over the text."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]
