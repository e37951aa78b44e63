"""Work that outlives a request: kept in the database, claimed, retried and resumed after a crash."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MAX_ATTEMPTS = 5
LEASE = timedelta(minutes=1)  # a claim that was not renewed for so long belongs to a process that died


class JobKind(StrEnum):
    """What a job does."""

    IMPORT = "import"  # bring in the chats that were uploaded
    EMBED = "embed"  # give vectors to what has none under the current model


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work for one user; `done` of `total` is its progress."""

    id: str
    user_id: str
    kind: JobKind
    state: JobState
    run_at: datetime
    claimed_at: datetime | None = None
    attempts: int = 0
    done: int = 0
    total: int = 0
    error: str | None = None


def retry_delay(attempts: int) -> timedelta:
    """How long to wait after this many failed attempts: 2, 4, 8 ... seconds."""
    return timedelta(seconds=2**attempts)
