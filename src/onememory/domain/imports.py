"""Imports of chats: what was handed in and what has become of it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from onememory.domain.conversations import MemorySuggestion, Skipped

SUGGESTIONS_KEPT = 500  # of one import; the report says how many there were
SKIPPED_KEPT = 500


class ImportState(StrEnum):
    """Where an import stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(slots=True)
class ChatReport:
    """The account of one import of chats; it grows while the import runs."""

    platforms: dict[str, int] = field(default_factory=dict)  # conversations of each
    read: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    messages: int = 0
    first: datetime | None = None
    last: datetime | None = None
    left_out: dict[str, int] = field(default_factory=dict)  # hidden, system, tool and thinking parts
    unrecognised: int = 0
    secrets: int = 0  # masked in what was written
    skipped: list[Skipped] = field(default_factory=list)
    suggestions: list[MemorySuggestion] = field(default_factory=list)
    error: str | None = None


@dataclass(frozen=True, slots=True)
class ChatImport:
    """One import of chats."""

    id: str
    file_name: str
    source: str | None
    state: ImportState
    created_at: datetime
    report: ChatReport
