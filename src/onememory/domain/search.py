"""What is asked of search and what it answers."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Generic, Literal, TypeVar

from onememory.domain.memories import ContentType, Memory
from onememory.domain.provenance import Trust

Confidence = Literal["strong", "weak", "none"]

H = TypeVar("H")

QUERY_LIMIT = 4_000  # characters; longer ones are cut, because a paste is no question


@dataclass(frozen=True, slots=True)
class Filters:
    """What a hit must be; None and empty mean anything. Dates are inclusive and compare the day it is about."""

    bucket_ids: frozenset[int] | None = None
    after: date | None = None
    before: date | None = None
    sources: frozenset[str] | None = None
    trusts: frozenset[Trust] | None = None
    content_type: ContentType | None = None

    @property
    def is_plain(self) -> bool:
        """Whether nothing but the bucket is asked."""
        return self == Filters(bucket_ids=self.bucket_ids)


@dataclass(frozen=True, slots=True)
class SignalValue:
    """One signal's part in a hit's score: `contribution` is `weight` times the scaled `value`."""

    name: str
    value: float | None  # as measured; None where the hit has none
    weight: float
    contribution: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A memory that was found, and why."""

    memory: Memory
    score: float
    signals: tuple[SignalValue, ...] = ()


class Reason(StrEnum):
    """Why something that came near is no part of an answer."""

    UNSURE = "unsure"  # the answer as a whole is less sure than was asked for
    LIMIT = "limit"  # more hits than were asked for stand before it
    SUPERSEDED = "superseded"  # a newer memory has replaced it, which alone keeps it out
    FILTER = "filter"  # it would be a hit, but is not what the filters ask for
    FLOOR = "floor"  # its score is far below the best one's
    REPEATED = "repeated"  # a better hit says the same
    BUDGET = "budget"  # the tokens of the answer had been used up


@dataclass(frozen=True, slots=True)
class LeftOut(Generic[H]):
    """A thing that came near, and why it was not handed out."""

    hit: H
    reason: Reason


@dataclass(frozen=True, slots=True)
class Stage:
    """One part of the work on an answer."""

    name: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Trace(Generic[H]):
    """How an answer came about; what was left out stands best first."""

    terms: tuple[str, ...]  # index terms that were looked for
    compared: str | None  # what was compared in meaning; None: nothing was
    periods: tuple[tuple[date, date], ...]  # days that the query names, inclusive
    searched: int  # how many memories or messages there are
    stages: tuple[Stage, ...]  # in order; those that other work cut into come twice
    left_out: tuple[LeftOut[H], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to one query, best first."""

    hits: tuple[Hit, ...]
    confidence: Confidence
    coverage: float  # share of the query's words, weighted by rarity, that the best hit has
    candidates: int  # how many memories were nominated
    notes: tuple[str, ...] = field(default=())  # what went less well than it could, in words
    trace: Trace[Hit] | None = None  # where it was asked for
