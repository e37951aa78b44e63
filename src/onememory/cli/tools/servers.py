"""Our entry among the servers of one tool: put in, found again, taken out."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onememory.cli.tools import settings_files
from onememory.cli.tools.connected import ChangedFile
from onememory.domain.ai_tools import SERVER
from onememory.domain.errors import InvalidInput

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Planned:
    """A change that is not made yet."""

    before: str | None  # what putting it back will restore; None where there was no file
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
            found = self._edit.servers(self._text() or "", self._section).get(SERVER)
        except InvalidInput as error:
            raise self._refusal(error) from error
        return found if found is None or isinstance(found, dict) else {}

    def shown(self, entry: Entry) -> str:
        """What the file would be with this entry and nothing else."""
        return self._edit.with_server("", self._section, SERVER, entry)

    def plan(self, entry: Entry, earlier: ChangedFile | None = None) -> Planned:
        """What the file would be with this entry, in place of that of an earlier change."""
        before = self._before(earlier) if earlier else self._text()
        try:
            has_section = self._edit.has_section(before or "", self._section)
            text = self._edit.with_server(before or "", self._section, SERVER, entry)
        except InvalidInput as error:
            raise self._refusal(error) from error
        backup = None if before is None else str(settings_files.backup_of(self.file))
        changed = ChangedFile(str(self.file), backup, settings_files.digest(text), digest(entry), not has_section)
        return Planned(before, text, changed)

    def make(self, planned: Planned) -> None:
        """Change the file, with a copy of what it was without us beside it."""
        if planned.before is not None:
            settings_files.back_up(self.file, planned.before)
        settings_files.write(self.file, planned.text)

    def undo(self, changed: ChangedFile) -> None:
        """Put the file back as it was; where it has changed since, take out only what was added."""
        text, before = self._text(), self._before(changed)
        if text is not None and before is None:
            self.file.unlink()
        elif before is not None and before != text:
            settings_files.write(self.file, before)
        if changed.backup:
            Path(changed.backup).unlink(missing_ok=True)

    def _before(self, changed: ChangedFile) -> str | None:
        """What the file would be without this change; None where it would not be there."""
        text = self._text()
        if text is None:
            return None
        if settings_files.digest(text) == changed.written:
            if changed.backup is None:
                return None
            if (before := settings_files.read(Path(changed.backup))) is not None:
                return before  # else somebody has removed the copy
        return self._without(text, changed)

    def _without(self, text: str, changed: ChangedFile) -> str:
        try:
            without = self._edit.without_server(text, self._section, SERVER)
            if changed.has_made_section and not self._edit.servers(without, self._section):
                without = self._edit.without_section(without, self._section)
        except InvalidInput as error:
            raise self._refusal(error) from error
        return without

    def _text(self) -> str | None:
        return settings_files.read(self.file)

    def _refusal(self, error: InvalidInput) -> InvalidInput:
        return InvalidInput(f"{self.file} was left as it is, for it cannot be edited: {str(error).rstrip('.')}.")


def digest(entry: Entry) -> str:
    """By which an entry is known again without keeping it."""
    return settings_files.digest(json.dumps(entry, sort_keys=True))
