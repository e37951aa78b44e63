"""Imports: what was handed in and what has become of it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from onememory.domain.conversations import MemorySuggestion, Skipped

SUGGESTIONS_KEPT = 500  # of one import; the report says how many there were
SKIPPED_KEPT = 500
SHOWN = 12  # of what a file holds, before it is imported


class ImportKind(StrEnum):
    """What was handed in."""

    CHATS = "chats"  # a file of them
    MEMORIES = "memories"  # a file or a pasted list of them
    SENT = "sent"  # one chat, by a client


class ImportState(StrEnum):
    """Where an import stands."""

    READING = "reading"  # it is looked through, and nothing of it is kept
    HELD = "held"  # it waits for the word to begin
    QUEUED = "queued"
    RUNNING = "running"
    STOPPING = "stopping"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"  # on request; what it had brought is there
    UNDOING = "undoing"
    UNDONE = "undone"  # what it had brought is taken away again


FINISHED = frozenset({ImportState.DONE, ImportState.FAILED, ImportState.STOPPED})


@dataclass(slots=True)
class ImportAccount:
    """The account of one import; it grows while the import runs."""

    platforms: dict[str, int] = field(default_factory=dict)  # conversations of each
    read: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0  # here already
    repeated: int = 0  # memories that say the same as another of the file
    chats: int = 0  # that are new in a file of memories, which our own export is
    labels: list[str] = field(default_factory=list)  # of memories: headings, groups and tags, which are not kept
    messages: int = 0
    first: datetime | None = None
    last: datetime | None = None
    left_out: dict[str, int] = field(default_factory=dict)  # hidden, system, tool and thinking parts
    unrecognised: int = 0
    secrets: int = 0  # masked in what was written
    skipped: list[Skipped] = field(default_factory=list)
    suggestions: list[MemorySuggestion] = field(default_factory=list)
    taken: list[int] = field(default_factory=list)  # places of suggestions that became memories
    error: str | None = None
    expected: int = 0  # how many the look before found; 0 where there was none
    shown: list[str] = field(default_factory=list)  # the first titles or texts, while the file is held
    new_buckets: list[str] = field(default_factory=list)
    undone: int = 0  # how many were taken away again


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """One import."""

    id: str
    file_name: str
    source: str | None
    state: ImportState
    created_at: datetime
    report: ImportAccount
    kind: ImportKind = ImportKind.CHATS

    @property
    def has_gain(self) -> bool:
        """Whether importing what is held would bring anything; chats that are here may have grown."""
        report = self.report
        is_new = report.new or report.updated or report.chats or report.suggestions
        return bool(is_new or (self.kind is ImportKind.CHATS and report.read))
