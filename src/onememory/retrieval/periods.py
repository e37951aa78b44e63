"""Periods of the calendar, and how near a day is to them."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Grain = Literal["day", "week", "month", "season", "year", "range"]
Unit = Literal["day", "week", "month", "year"]

_DAYS_AFTER = 7.0  # scale in days of the decay once the named day has passed
_DAYS_BEFORE = 3.0  # steeper: what is told long before the named day is seldom about it
_BEFORE_COUNTS_AS_AFTER = 2
_NEXT_MONTH = 0.3
_MONTH_DAYS = 31


@dataclass(frozen=True, slots=True)
class Period:
    """The days from start to end, both included; the grain says how sharply they were named."""

    start: date
    end: date
    grain: Grain


def closeness(day: date, periods: Iterable[Period]) -> float:
    """How near a day is to the nearest of the periods, from 0 to 1; inside one it is 1."""
    return max((_closeness(day, period) for period in periods), default=0.0)


def day_of(day: date) -> Period:
    """One day."""
    return Period(day, day, "day")


def week_of(day: date) -> Period:
    """The week from Monday to Sunday that holds the day."""
    monday = shifted(day, -day.weekday(), "day")
    return Period(monday, shifted(monday, 6, "day"), "week")


def months(year: int, month: int, count: int = 1) -> Period:
    """Whole months from the given one on: one is a month, more are a season."""
    start = date(year, month, 1)
    end = shifted(shifted(start, count, "month"), -1, "day")
    return Period(start, end, "month" if count == 1 else "season")


def years(first: int, count: int = 1) -> Period:
    """Whole years."""
    return Period(date(first, 1, 1), date(first + count - 1, 12, 31), "year" if count == 1 else "range")


def shifted(day: date, count: int, unit: Unit) -> date:
    """The day that many units later; the 31st becomes the last of a shorter month; held within the calendar's ends."""
    try:
        if unit in {"day", "week"}:
            return day + timedelta(days=count * (7 if unit == "week" else 1))
        year, month = divmod(day.year * 12 + day.month - 1 + count * (12 if unit == "year" else 1), 12)
        following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
        return date(year, month + 1, min(day.day, (following - timedelta(days=1)).day))
    except (ValueError, OverflowError):
        return date.min if count < 0 else date.max


def _closeness(day: date, period: Period) -> float:
    if period.start <= day <= period.end:
        return 1.0
    late = (day - period.end).days
    match period.grain:
        case "day" | "week":
            if late > 0:
                return math.exp(-late / _DAYS_AFTER)
            early = (period.start - day).days
            return math.exp(-early / (_DAYS_BEFORE if early > _BEFORE_COUNTS_AS_AFTER else _DAYS_AFTER))
        case "month" | "season":
            return _NEXT_MONTH if 0 < late <= _MONTH_DAYS else 0.0
        case "year" | "range":
            return 0.0
