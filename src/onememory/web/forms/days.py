"""Days that a person chooses, as moments in their time zone."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from onememory.domain.errors import InvalidInput

_MILLISECOND = timedelta(milliseconds=1)  # the finest that is stored


def day_of(text: str) -> date | None:
    """The day that a field holds, if any; raises InvalidInput."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InvalidInput(f'"{text[:40]}" is no day; write it like 2026-03-01.') from error


def require_order(begins: str, ends: str) -> None:
    """Pass where the first of two fields with days is no later than the last; raises InvalidInput."""
    first, last = day_of(begins), day_of(ends)
    if first and last and first > last:
        raise InvalidInput(f"This ends before it begins: {last} lies before {first}. Change one of the two days.")


def begin_of(day: date | None, zone: tzinfo) -> datetime | None:
    """The first moment of the day; raises InvalidInput."""
    try:
        return datetime.combine(day, time.min, zone).astimezone(UTC) if day else None
    except OverflowError as error:
        raise InvalidInput("This day is too far away; choose one that people live in.") from error


def end_of(day: date | None, zone: tzinfo) -> datetime | None:
    """The last moment of the day; raises InvalidInput."""
    try:
        after = begin_of(day + timedelta(days=1), zone) if day else None
    except OverflowError as error:
        raise InvalidInput("This day is too far away; choose one that people live in.") from error
    return after - _MILLISECOND if after else None
