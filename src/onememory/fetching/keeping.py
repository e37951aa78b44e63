"""What was fetched, kept for as long as its server allows, within bounds."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from onememory.domain.errors import OneMemoryError

SHORTEST = timedelta(minutes=1)
USUAL = timedelta(hours=1)  # where the server says nothing
LONGEST = timedelta(hours=24)
AFTER_FAILURE = timedelta(
    seconds=30
)  # so that asking again and again does not make us ask a stranger's server as often

_MOST = 256  # answers
_NO_STORE = re.compile(r"no-store|no-cache", re.IGNORECASE)
_MAX_AGE = re.compile(r'\bmax-age="?(\d{1,12})', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """A document, or why there is none."""

    content: bytes = b""
    lifetime: timedelta = AFTER_FAILURE
    error: OneMemoryError | None = None


def lifetime_of(cache_control: Sequence[str]) -> timedelta:
    """For how long an answer may be kept, from its Cache-Control headers (RFC 9111, section 5.2.2)."""
    directives = ",".join(cache_control)
    if _NO_STORE.search(directives):
        return SHORTEST
    found = _MAX_AGE.search(directives)
    return min(max(timedelta(seconds=int(found[1])), SHORTEST), LONGEST) if found else USUAL


class KeptAnswers:
    """Answers by URL; beyond a number, the one that was kept first goes."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._answers: dict[str, tuple[datetime, Answer]] = {}

    def get(self, url: str, now: datetime) -> Answer | None:
        """The answer while it is fresh."""
        until, answer = self._answers.get(url, (now, None))
        return answer if now < until else None

    def drop(self, url: str) -> None:
        """Keep it no longer."""
        self._answers.pop(url, None)

    def put(self, url: str, answer: Answer, now: datetime) -> None:
        """Keep for its lifetime."""
        self._answers.pop(url, None)
        self._answers[url] = now + answer.lifetime, answer
        if len(self._answers) > self._most:
            del self._answers[next(iter(self._answers))]
