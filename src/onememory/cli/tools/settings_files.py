"""Settings of other tools, as files: read whole, written at once, through links, with the mode they had."""

import contextlib
import hashlib
import os
import stat
import tempfile
from pathlib import Path
from typing import Any, Protocol

from onememory.domain.errors import InvalidInput
from onememory.formats.tool_settings import json_edits, toml_edits

PRIVATE = 0o600  # the mode of a new file, for it holds a token
_BACKUP = ".before-onememory"


class Editor(Protocol):
    """What both modules of edits do; each function raises InvalidInput where a text is broken or cannot be edited."""

    def servers(self, text: str, section: str) -> dict[str, Any]:
        """The servers of a section by name."""

    def has_section(self, text: str, section: str) -> bool:
        """Whether the section is there at all."""

    def with_server(self, text: str, section: str, name: str, entry: dict[str, Any]) -> str:
        """The text with one more server."""

    def without_server(self, text: str, section: str, name: str) -> str:
        """The text without this server."""

    def without_section(self, text: str, section: str) -> str:
        """The text without a section that is empty."""


def editor(file: Path) -> Editor:
    """What edits files of this kind."""
    return toml_edits if file.suffix == ".toml" else json_edits


def read(file: Path) -> str | None:
    """The text of a file; None where there is none. Raises InvalidInput."""
    try:
        return file.read_bytes().decode()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{file} cannot be read: {error}. Nothing was changed.") from error


def write(file: Path, text: str) -> None:
    """Put a text in place of a file's; a reader sees the old one or the new one. Raises InvalidInput."""
    file = file.resolve()  # a link to a file kept elsewhere stays one
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        mode = file.stat().st_mode & 0o7777 if file.exists() else PRIVATE
        descriptor, partial = tempfile.mkstemp(prefix=file.name, dir=file.parent)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(text.encode())
                stream.flush()
                os.fsync(stream.fileno())
            Path(partial).chmod(mode)
            Path(partial).replace(file)
        except OSError:
            Path(partial).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise InvalidInput(f"{file} cannot be written: {error}. Nothing was changed.") from error


def backup_of(file: Path) -> Path:
    """Where the copy of a file lies."""
    return file.with_name(file.name + _BACKUP)


def back_up(file: Path, text: str) -> None:
    """Keep a text of a file's beside it, with its mode. Raises InvalidInput."""
    backup = backup_of(file)
    write(backup, text)
    with contextlib.suppress(OSError):
        backup.chmod(file.stat().st_mode & 0o7777)


def is_open_to_others(file: Path) -> bool:
    """Whether other users of this machine can read a file, which Windows answers in another way; then False."""
    if os.name == "nt":
        return False
    can_read = file.stat().st_mode & stat.S_IROTH
    return bool(can_read) and all(folder.stat().st_mode & stat.S_IXOTH for folder in file.parents)


def digest(text: str) -> str:
    """By which a text is known again without keeping it."""
    return hashlib.sha256(text.encode()).hexdigest()
