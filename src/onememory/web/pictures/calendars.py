"""Months against buckets: what a person sees of when memories are about."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from math import sqrt

from onememory.domain.buckets import Bucket
from onememory.web.forms.memory_filters import MemoryFilters

Months = Mapping[tuple[int, int, int], int]  # by bucket, year and month

SHOWN_MONTHS = 24
SHOWN_BUCKETS = 20

COLUMN = 32
MARGIN = 10  # beside the words above the first and the last column
ROW = 36
HEAD = 34
LARGEST = 13.0  # radius
SMALLEST = 2.5


@dataclass(frozen=True, slots=True)
class Span:
    """A column: a month, or all that is before or after the months shown."""

    words: str
    short: str  # above the column; empty where a neighbour says enough
    begins: date | None
    ends: date | None


@dataclass(frozen=True, slots=True)
class Bubble:
    """The memories of one bucket in one span."""

    x: int
    y: int
    radius: float
    count: int
    span: Span
    path: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row: one bucket."""

    bucket: Bucket
    y: int
    count: int
    bubbles: Sequence[Bubble]

    @property
    def path(self) -> str:
        """The list of its memories."""
        return MemoryFilters(bucket=str(self.bucket.id)).path()


@dataclass(frozen=True, slots=True)
class CalendarPicture:
    """Bubbles whose area tells how many memories there are."""

    width: int
    height: int
    spans: Sequence[tuple[int, Span]]  # with the middle of each column
    lines: Sequence[Line]
    left_out: int  # buckets


def calendar_picture(months: Months, buckets: Sequence[Bucket], today: date) -> CalendarPicture:
    """The buckets with most memories, the most first, over the last two years, with what is before and after."""
    spans = _spans(today)
    counts = _counted(months, spans)
    spans = [span for span in spans if (span.begins and span.ends) or any(span in found for found in counts.values())]
    most = max((n for found in counts.values() for n in found.values()), default=1)
    filled = sorted((b for b in buckets if counts.get(b.id)), key=lambda b: (-counts[b.id].total(), b.name))
    lines = [_line(n, bucket, counts[bucket.id], spans, most) for n, bucket in enumerate(filled[:SHOWN_BUCKETS])]
    return CalendarPicture(
        width=len(spans) * COLUMN + 2 * MARGIN,
        height=HEAD + len(lines) * ROW,
        spans=[(_x(n), span) for n, span in enumerate(spans)],
        lines=lines,
        left_out=len(filled) - len(lines),
    )


def _x(column: int) -> int:
    return MARGIN + column * COLUMN + COLUMN // 2


def _line(n: int, bucket: Bucket, found: Mapping[Span, int], spans: Sequence[Span], most: int) -> Line:
    y = HEAD + n * ROW + ROW // 2
    bubbles = [
        Bubble(_x(column), y, _radius(found[span], most), found[span], span, _path(bucket.id, span))
        for column, span in enumerate(spans)
        if span in found
    ]
    return Line(bucket, y, sum(found.values()), bubbles)


def _radius(count: int, most: int) -> float:
    return round(max(SMALLEST, LARGEST * sqrt(count / most)), 1)


@lru_cache(maxsize=4_096)
def _path(bucket_id: int, span: Span) -> str:
    begins, ends = (day.isoformat() if day else "" for day in (span.begins, span.ends))
    return MemoryFilters(bucket=str(bucket_id), about_from=begins, about_to=ends).path()


def _spans(today: date) -> list[Span]:
    firsts = [today.replace(day=1)]
    while len(firsts) < SHOWN_MONTHS:
        firsts.append((firsts[-1] - timedelta(days=1)).replace(day=1))
    firsts.reverse()
    ends = [*(first - timedelta(days=1) for first in firsts[1:]), _end_of_month(today)]
    months = [
        Span(f"{first:%B %Y}", f"{first:%b}" if (first.month - today.month) % 3 == 0 else "", first, end)
        for first, end in zip(firsts, ends, strict=True)
    ]
    before = Span(f"before {firsts[0]:%B %Y}", "earlier", None, firsts[0] - timedelta(days=1))
    after = Span(f"after {today:%B %Y}", "later", ends[-1] + timedelta(days=1), None)
    return [before, *months, after]


def _end_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _counted(months: Months, spans: Sequence[Span]) -> dict[int, Counter[Span]]:
    """How many memories each bucket has in each span, where there are any."""
    before, *shown, after = spans
    of_month = {(span.begins.year, span.begins.month): span for span in shown if span.begins}
    first = min(of_month)
    found: dict[int, Counter[Span]] = {}
    for (bucket_id, *month), count in months.items():
        place = (month[0], month[1])
        span = of_month.get(place, before if place < first else after)
        found.setdefault(bucket_id, Counter())[span] += count
    return found
