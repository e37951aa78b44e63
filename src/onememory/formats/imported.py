"""The normal form of imported memories: what every reader gives, whatever it reads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from onememory.domain.buckets import GENERAL, NAME_LIMIT, checked_name, name_key
from onememory.domain.errors import InvalidInput, TooLarge
from onememory.domain.memories import checked_text
from onememory.formats.moments import moment_of

_NO_DATE = frozenset({"", "unknown", "none", "null", "n/a", "-"})
_LABEL_LIMIT = 50  # labels of one memory


@dataclass(frozen=True, slots=True)
class ImportedMemory:
    """One memory as it was found in a file; `text` can be stored as it is.

    `bucket_name` is None for General and for none stated. `labels` are the section's heading and the tags it stood
    under: they are shown to the user and are no buckets unless the user says so. `position` counts from 1: the line
    in files of lines, else the index of the item.
    """

    position: int
    text: str
    bucket_name: str | None = None
    created_at: datetime | None = None
    source: str | None = None
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """What could not be taken over from one place, in words; `position` as in ImportedMemory."""

    position: int
    reason: str


@dataclass(frozen=True, slots=True)
class FoundItem:
    """One item with its values as found, of whatever type."""

    text: object
    bucket: object = None
    created: object = None
    source: object = None
    labels: object = None


@dataclass(frozen=True, slots=True)
class ParsedMemories:
    """What a reader found in a file; `format` is the id of detect.FORMATS."""

    format: str
    memories: list[ImportedMemory] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def add(self, position: int, item: FoundItem) -> None:
        """Keep the item as a memory, or a problem that says why it cannot be one."""
        if not isinstance(item.text, str):
            self.report(position, "It has no text." if item.text is None else "Its text is not a string.")
            return
        try:
            text = checked_text(item.text)
        except (InvalidInput, TooLarge) as error:
            self.report(position, str(error))
            return
        self.memories.append(
            ImportedMemory(
                position,
                text,
                self._bucket_name(position, item.bucket),
                self._created_at(position, item.created),
                label_of(item.source),
                _labels(item.labels),
            )
        )

    def report(self, position: int, reason: str) -> None:
        """Keep a problem."""
        self.problems.append(Problem(position, reason))

    def _bucket_name(self, position: int, value: object) -> str | None:
        if isinstance(value, Mapping):
            value = value.get("name")
        if not isinstance(value, str) or not value.strip() or name_key(value) == name_key(GENERAL):
            return None
        try:
            return checked_name(value)
        except InvalidInput as error:
            self.report(position, f"Its bucket cannot be used, so it is kept without one. {error}")
            return None

    def _created_at(self, position: int, value: object) -> datetime | None:
        if value is None or (isinstance(value, str) and value.strip().lower() in _NO_DATE):
            return None
        moment = moment_of(value)
        if moment is None:
            self.report(position, "Its date is not understood, so it is kept without one. Use ISO 8601, as 2026-01-31.")
        return moment


def label_of(value: object) -> str | None:
    """The value as a short name, or None where it cannot be one."""
    if not isinstance(value, str):
        return None
    label = value.strip()
    if not label or len(label) > NAME_LIMIT or any(c < " " or "\ud800" <= c <= "\udfff" for c in label):
        return None
    return label


def _labels(value: object) -> tuple[str, ...]:
    given: Iterable[object] = ()
    if isinstance(value, str):
        given = value.split(",", maxsplit=_LABEL_LIMIT)
    elif isinstance(value, list | tuple):
        given = value[:_LABEL_LIMIT]
    return tuple(dict.fromkeys(label for label in map(label_of, given) if label))
