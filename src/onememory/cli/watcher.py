"""Looks at the places of coding agents and imports what rests; reads and never writes there."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from onememory.cli.connection import Api, Refused
from onememory.cli.importing import imported, packed
from onememory.cli.sessions import Imported, Place, Session, sessions
from onememory.domain.errors import InvalidInput, OneMemoryError

logger = logging.getLogger("onememory.watch")

AT_ONCE = 200  # files in one upload
BYTES_AT_ONCE = 64 * 1024 * 1024

_TOO_LARGE = 413
_WRONG_FOR_GOOD = {400, _TOO_LARGE}  # what the same file would be answered again
_COUNTED = ("read", "new", "updated", "unchanged")


@dataclass(slots=True)
class Totals:
    """What became of the sessions that were looked at; the conversations of files are counted, not the files."""

    files: int = 0
    read: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    failed: int = 0  # files

    def add(self, files: int, report: dict[str, Any]) -> None:
        """Count what an import reports."""
        self.files += files
        for name in _COUNTED:
            setattr(self, name, getattr(self, name) + report[name])
        self.skipped += sum(skipped.get("count", 1) for skipped in report["skipped"])


@dataclass(frozen=True, slots=True)
class Rule:
    """When a session is taken."""

    idle: timedelta
    now: Callable[[], datetime]


class Watcher:
    """Imports sessions that have rested since they were last imported."""

    def __init__(
        self,
        connect: Callable[[], AbstractAsyncContextManager[Api]],
        places: Sequence[Place],
        known: Imported,
        rule: Rule,
    ) -> None:
        self._connect = connect
        self._places = places
        self._known = known
        self._rule = rule

    async def look(self) -> Totals:
        """Import what is due, once; what fails is told in the log and tried again at the next look."""
        totals = Totals()
        present = [session for place in self._places for session in sessions(place)]
        self._known.forget_all_but(present)
        due = [s for s in present if s.rests(self._rule.now(), self._rule.idle) and not self._known.knows(s)]
        if not due:
            return totals
        try:
            async with self._connect() as api:
                for batch in _batches(due):
                    await self._take(api, batch, totals)
        except OneMemoryError as error:
            self._fail(due, error, totals, is_final=False)
        return totals

    async def _take(self, api: Api, batch: Sequence[Session], totals: Totals) -> None:
        tool = batch[0].place.tool
        try:
            report = await _sent(api, batch)
        except Refused as error:
            if error.status == _TOO_LARGE and len(batch) > 1:
                for session in batch:
                    await self._take(api, [session], totals)
                return
            self._fail(batch, error, totals, is_final=error.status in _WRONG_FOR_GOOD)
            return
        except InvalidInput as error:
            self._fail(batch, error, totals, is_final=True)
            return
        except (OneMemoryError, OSError) as error:
            self._fail(batch, error, totals, is_final=False)
            return
        done = Totals()
        done.add(len(batch), report)
        totals.add(len(batch), report)
        self._known.remember(batch)
        logger.info("imported", extra={"tool": tool, **asdict(done)})
        if report["state"] == "failed":
            logger.warning("an import failed", extra={"tool": tool, "reason": report.get("error", "")})
            totals.failed += len(batch)

    def _fail(self, batch: Sequence[Session], error: Exception, totals: Totals, *, is_final: bool) -> None:
        _tell_failure(batch[0].place.tool, error)
        totals.failed += len(batch)
        if is_final:  # until it changes
            self._known.remember(batch)


def _tell_failure(tool: str, error: Exception) -> None:
    logger.warning("sessions could not be imported", extra={"tool": tool, "reason": str(error)})


async def _sent(api: Api, batch: Sequence[Session]) -> dict[str, Any]:
    place = batch[0].place
    query: dict[str, object] = {"format": "chats", "source": place.tool}
    with packed(place.folder, [session.path for session in batch]) as archive:
        return await imported(api, archive, f"{place.tool} sessions", query, lambda *_: None)


def _batches(due: Sequence[Session]) -> Iterator[list[Session]]:
    """Sessions of one tool that go together; a database goes by itself."""
    batch: list[Session] = []
    for session in due:
        size = sum(s.size for s in batch) + session.size
        is_full = len(batch) == AT_ONCE or size > BYTES_AT_ONCE
        if batch and (is_full or session.is_database or session.place != batch[0].place):
            yield batch
            batch = []
        batch.append(session)
    if batch:
        yield batch
