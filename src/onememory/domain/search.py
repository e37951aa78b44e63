"""What is asked of search and what it answers."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from onememory.domain.memories import ContentType, Memory
from onememory.domain.provenance import Trust

Confidence = Literal["strong", "weak", "none"]

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


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to one query, best first."""

    hits: tuple[Hit, ...]
    confidence: Confidence
    coverage: float  # share of the query's words, weighted by rarity, that the best hit has
    candidates: int  # how many memories were nominated
    notes: tuple[str, ...] = field(default=())  # what went less well than it could, in words
