"""Sessions that coding agents keep on this machine: where they are, when they rest, and which were imported already."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

CLAUDE_CODE, CODEX, CURSOR = "claude-code", "codex", "cursor"

_PATTERNS = {
    CLAUDE_CODE: ("**/*.jsonl",),
    CODEX: ("**/rollout-*.jsonl",),
    CURSOR: ("globalStorage/state.vscdb", "workspaceStorage/*/state.vscdb"),
}
_CURSOR_FOLDERS = {
    "darwin": "Library/Application Support/Cursor/User",
    "win32": "AppData/Roaming/Cursor/User",
}
_OF_SUB_AGENTS = ("agent-", "subagents")  # the beginning of a file name, and the name of a folder
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Place:
    """A folder in which one tool keeps its sessions."""

    tool: str
    folder: Path


@dataclass(frozen=True, slots=True)
class Session:
    """A file of sessions as it was when it was looked at."""

    place: Place
    path: Path
    size: int  # bytes, with those of a database's log
    changed_ns: int  # when it was last written, in nanoseconds since 1970

    @property
    def is_database(self) -> bool:
        """Whether it holds many sessions in tables."""
        return self.place.tool == CURSOR

    def rests(self, now: datetime, idle: timedelta) -> bool:
        """Whether nothing has been written to it for so long."""
        return now.timestamp() - self.changed_ns / 1e9 >= idle.total_seconds()


def usual_places(home: Path, system: str) -> list[Place]:
    """Where the tools keep their sessions by themselves, as far as that is there; `system` is sys.platform."""
    cursor = _CURSOR_FOLDERS.get(system, ".config/Cursor/User")
    usual = {CLAUDE_CODE: ".claude/projects", CODEX: ".codex/sessions", CURSOR: cursor}
    return [Place(tool, home / folder) for tool, folder in usual.items() if (home / folder).is_dir()]


def sessions(place: Place) -> Iterator[Session]:
    """The files of sessions in a place, without those of sub-agents."""
    for pattern in _PATTERNS[place.tool]:
        for path in sorted(place.folder.glob(pattern)):
            if not _is_of_sub_agent(path.relative_to(place.folder)) and (session := _seen(place, path)):
                yield session


def _is_of_sub_agent(path: Path) -> bool:
    prefix, folder = _OF_SUB_AGENTS
    return path.name.startswith(prefix) or folder in path.parts


def _seen(place: Place, path: Path) -> Session | None:
    """The file as it is now; None where it is gone."""
    log = path.with_name(path.name + "-wal")
    try:
        seen = [path.stat()]
    except OSError:
        return None
    if log.is_file():
        try:
            seen.append(log.stat())
        except OSError:
            return None
    return Session(place, path, sum(s.st_size for s in seen), max(s.st_mtime_ns for s in seen))


class Imported:
    """Which sessions were imported, and as of when; kept in a file, so that a restart does nothing twice."""

    def __init__(self, file: Path, target: str) -> None:
        self._file = file
        self._target = target
        self._all = _read(file)
        self._marks: dict[str, list[int]] = self._all.setdefault(target, {})

    def knows(self, session: Session) -> bool:
        """Whether it was imported as it is now."""
        return self._marks.get(str(session.path)) == [session.size, session.changed_ns]

    def remember(self, done: Iterable[Session]) -> None:
        """Keep that these were imported as they were when they were looked at; raises OSError."""
        self._marks.update({str(s.path): [s.size, s.changed_ns] for s in done})
        self._write()

    def forget_all_but(self, present: Iterable[Session]) -> None:
        """Drop files that are not there any more; raises OSError."""
        kept = {str(session.path) for session in present}
        if gone := self._marks.keys() - kept:
            for path in gone:
                del self._marks[path]
            self._write()

    def _write(self) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = self._file.with_name(f"{self._file.name}.part")
        partial.write_text(json.dumps({"version": _VERSION, "imported": self._all}), encoding="utf-8")
        partial.replace(self._file)


def _read(file: Path) -> dict[str, Any]:
    """What was kept; nothing where it cannot be read, for to import again changes nothing."""
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(kept, dict) or kept.get("version") != _VERSION:
        return {}
    return {target: marks for target, marks in kept["imported"].items() if isinstance(marks, dict)}
