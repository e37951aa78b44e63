"""Random keys in the data directory, each a file that only its owner may read."""

import os
import secrets
import tempfile
from pathlib import Path

from onememory.domain.errors import StorageFailed


def kept_key(path: Path, size: int) -> bytes:
    """The key in the file, made on first use; processes that make it at the same moment get the same one."""
    try:
        if not path.exists():
            _make(path, secrets.token_bytes(size))
        key = path.read_bytes()
    except OSError as error:
        raise StorageFailed(f"The key {path} cannot be kept: {error.strerror}.") from error
    if len(key) != size:
        raise StorageFailed(f"The key {path} is damaged: delete it, and links that it signed end.")
    return key


def present_key(path: Path, size: int) -> bytes | None:
    """The key in the file, where there is one."""
    return kept_key(path, size) if path.exists() else None


def _make(path: Path, key: bytes) -> None:
    """Put a whole file in place, unless another process was first."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile(dir=path.parent) as file:  # with mode 0600
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
        try:
            path.hardlink_to(file.name)
        except FileExistsError:
            return
