"""Dates in text: the one a memory begins with, and the periods that a query names, in the forms that people use.

Words that are dates only sometimes (May, March, fall, a bare year) count only behind a word that makes them one: "in
May", "since 2023". A wrong period pushes right answers down, a missed one costs little: doubtful forms are left alone.
"""

import re
from dataclasses import dataclass
from datetime import date

from onememory.retrieval.periods import Period, closeness, shifted
from onememory.retrieval.phrases import PHRASES

__all__ = ["Period", "closeness", "leading_date", "periods_in"]

_LEADING = re.compile(
    r"\s*(?:\[(\d{4}-\d\d-\d\d)\]|\((\d{4}-\d\d-\d\d)\)|(\d{4}-\d\d-\d\d)(?![\w-]))\s*(?:[:|\-\u2013\u2014]\s*)?"
)
_LEAD = re.compile(
    r"\b(?:(?P<kind>in|on|during|of|for|over|throughout|since|after|before|prior\s+to|until|till|by|between|from)\s+)?"
    r"(?:the\s+)?(?:(?P<part>early|mid|late|beginning\s+of|start\s+of|middle\s+of|end\s+of)[\s-]+)?(?:the\s+)?$",
    re.IGNORECASE,
)
_JOINT = re.compile(r"\s*(?:\b(?:and|to|until|till|through)\b|[-\u2013\u2014])\s*(?:the\s+)?", re.IGNORECASE)
_SELDOM_MONTH = re.compile(r"(?:\d+ )?(?:may|mar|march)(?: \d\d?)?")  # "room 5 may be free", "march 10 miles"


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    periods: tuple[Period, ...]
    is_weak: bool


def leading_date(text: str) -> tuple[date | None, str]:
    """The ISO date that a text begins with and the text after it; a text without one comes back whole."""
    match = _LEADING.match(text)
    if match is None:
        return None, text
    try:
        day = date.fromisoformat(match[1] or match[2] or match[3])
    except ValueError:
        return None, text
    return day, text[match.end() :]


def periods_in(query: str, today: date) -> tuple[list[Period], str]:
    """The periods that the query names, seen from today, and the query without the words that name them."""
    periods: list[Period] = []
    rest: list[str] = []
    position = 0
    found = _found(query, today)
    while found:
        first = found.pop(0)
        lead = _LEAD.search(query, position, first.start)
        kind = _kind(lead)
        if first.is_weak and not _makes_a_date(lead, kind, first):
            continue
        end, named = first.end, first.periods
        is_joined = found and _JOINT.fullmatch(query, first.end, found[0].start)
        if is_joined and (kind in {"between", "from"} or not first.is_weak):
            second = found.pop(0)
            end, named = second.end, (_joined(first.periods, second.periods),)
        rest.append(query[position : lead.start() if lead else first.start])
        periods += [_bounded(period, kind) for period in named]
        position = end
    rest.append(query[position:])
    return periods, " ".join(" ".join(rest).split())


def _kind(lead: re.Match[str] | None) -> str:
    return " ".join(lead["kind"].lower().split()) if lead and lead["kind"] else ""


def _makes_a_date(lead: re.Match[str] | None, kind: str, found: _Found) -> bool:
    """Whether the words in front make a date of a word that need not be one; April may be a friend to do things for."""
    if kind in {"for", "by"} and found.periods[0].grain == "month":
        return False
    return bool(kind or (lead and lead["part"]))


def _found(query: str, today: date) -> list[_Found]:
    """Every phrase with its periods, in the order of the query, none overlapping."""
    found: list[_Found] = []
    for phrase in PHRASES:
        for match in phrase.pattern.finditer(query):
            if any(match.start() < other.end and other.start < match.end() for other in found):
                continue
            if periods := phrase.read(match, today):
                is_weak = phrase.is_weak or _SELDOM_MONTH.fullmatch(match[0]) is not None
                found.append(_Found(match.start(), match.end(), periods, is_weak))
    return sorted(found, key=lambda one: one.start)


def _joined(first: tuple[Period, ...], second: tuple[Period, ...]) -> Period:
    """From the one to the other; a start without a year takes that of the end."""
    start, end = min(period.start for period in first), max(period.end for period in second)
    if start.year > end.year:
        start = shifted(start, end.year - start.year - (start.month > end.month), "year")
    return Period(min(start, end), max(start, end), "range")


def _bounded(period: Period, kind: str) -> Period:
    match kind:
        case "since":
            return Period(period.start, date.max, "range")
        case "after":
            return Period(shifted(period.end, 1, "day"), date.max, "range")
        case "before" | "prior to":
            return Period(date.min, shifted(period.start, -1, "day"), "range")
        case "until" | "till" | "by":
            return Period(date.min, period.end, "range")
        case _:
            return period
