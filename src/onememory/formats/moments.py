"""Points in time as other programs write them, and as we do."""

import re
from datetime import UTC, date, datetime, time, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBER = re.compile(r"[0-9]{9,17}(?:\.[0-9]{1,9})?")
_DAY = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?=$|[T\s])")
_WRITTEN_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LEADING_DAY = re.compile(rf"({_WRITTEN_DAY.pattern}) (?=\S)")
_LONGEST = 64  # characters of a date
_UNITS = ((1e11, 1.0), (1e14, 1e3), (1e17, 1e6))  # below this it counts in seconds, milliseconds, microseconds


def moment_of(value: object) -> datetime | None:
    """The moment in UTC, from ISO 8601 text, a day, or an epoch in s, ms or microseconds; None if it is none of these.

    A time without zone is taken as UTC; a day is its midnight. Days in local order (3/4/2025) are ambiguous: None.
    """
    if isinstance(value, datetime):
        return _in_utc(value)
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_epoch(value)
    if isinstance(value, str) and len(value) <= _LONGEST:
        return _from_text(value.strip())
    return None


def utc_text(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds: `2026-01-02T03:04:05.678Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def leading_day(text: str) -> tuple[date | None, str]:
    """The day of a text that opens with `YYYY-MM-DD `, and the rest; None and the whole text without one."""
    found = _LEADING_DAY.match(text)
    if found is None:
        return None, text
    day = day_of(found[1])
    return (day, text[found.end() :]) if day else (None, text)


def day_of(text: str) -> date | None:
    """The day that `YYYY-MM-DD` names, or None."""
    try:
        return date.fromisoformat(text) if _WRITTEN_DAY.fullmatch(text) else None
    except ValueError:
        return None


def _from_text(text: str) -> datetime | None:
    if _NUMBER.fullmatch(text):
        return _from_epoch(float(text))
    text = _DAY.sub(lambda found: f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}", text, count=1)
    text = text.removesuffix(" UTC")
    try:
        return _in_utc(datetime.fromisoformat(text))
    except ValueError:
        return None


def _from_epoch(number: float) -> datetime | None:
    if not 0 < number < _UNITS[-1][0]:
        return None
    divisor = next(divisor for limit, divisor in _UNITS if number < limit)
    return _EPOCH + timedelta(seconds=number / divisor)


def _in_utc(moment: datetime) -> datetime | None:
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # the year 1 or 9999, shifted out of the calendar
        return None
