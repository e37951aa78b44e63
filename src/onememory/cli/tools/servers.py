"""Our entry among the servers of one tool: put in, found again, taken out."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onememory.cli.tools import settings_files
from onememory.cli.tools.catalogue import SERVER
from onememory.cli.tools.connected import ChangedFile
from onememory.domain.errors import InvalidInput

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Planned:
    """A change that is not made yet."""

    text: str
    changed: ChangedFile


class Servers:
    """The servers in a tool's settings file; every method raises InvalidInput where that cannot be read or edited."""

    def __init__(self, file: Path, section: str) -> None:
        self.file = file.resolve()
        self._section = section
        self._edit = settings_files.editor(self.file)

    def entry(self) -> Entry | None:
        """What stands in the file under our name."""
        try:
            found: Entry | None = self._edit.servers(self._text() or "", self._section).get(SERVER)
        except InvalidInput as error:
            raise self._refusal(error) from error
        return found

    def plan(self, entry: Entry) -> Planned:
        """What the file would be with this entry."""
        text = self._text()
        try:
            has_section = self._edit.has_section(text or "", self._section)
            changed = self._edit.with_server(text or "", self._section, SERVER, entry)
        except InvalidInput as error:
            raise self._refusal(error) from error
        backup = None if text is None else str(settings_files.backup_of(self.file))
        written = settings_files.digest(changed)
        return Planned(changed, ChangedFile(str(self.file), backup, written, digest(entry), not has_section))

    def make(self, planned: Planned) -> None:
        """Change the file, with a copy of what it was beside it."""
        settings_files.back_up(self.file)
        settings_files.write(self.file, planned.text)

    def undo(self, changed: ChangedFile) -> None:
        """Put the file back as it was; where it has changed since, take out only what was added."""
        text = self._text()
        if text is not None and settings_files.digest(text) == changed.written:
            self._put_back(text, changed)
        elif text is not None:
            self._take_out(text, changed)
        if changed.backup:
            Path(changed.backup).unlink(missing_ok=True)

    def _put_back(self, text: str, changed: ChangedFile) -> None:
        if changed.backup is None:
            self.file.unlink()
        elif (before := settings_files.read(Path(changed.backup))) is not None:
            settings_files.write(self.file, before)
        else:
            self._take_out(text, changed)  # somebody has removed the copy

    def _take_out(self, text: str, changed: ChangedFile) -> None:
        try:
            without = self._edit.without_server(text, self._section, SERVER)
            if changed.has_made_section and not self._edit.servers(without, self._section):
                without = self._edit.without_section(without, self._section)
        except InvalidInput as error:
            raise self._refusal(error) from error
        if without != text:
            settings_files.write(self.file, without)

    def _text(self) -> str | None:
        return settings_files.read(self.file)

    def _refusal(self, error: InvalidInput) -> InvalidInput:
        return InvalidInput(f"{self.file} was left as it is, for it cannot be edited: {str(error).rstrip('.')}.")


def digest(entry: Entry) -> str:
    """By which an entry is known again without keeping it."""
    return settings_files.digest(json.dumps(entry, sort_keys=True))
