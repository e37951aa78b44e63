"""Arguments as clients write them: what is wrong with one in words, and moments."""

from datetime import UTC, date, datetime, timedelta

import msgspec

from onememory.domain.errors import InvalidInput


def in_words(error: msgspec.ValidationError) -> str:
    """What was wrong with which field, for a person."""
    message, _, place = str(error).partition(" - at ")
    name = place.strip("`").removeprefix("$").lstrip(".")
    message = message.replace("Object missing required field", "missing required field").rstrip(".")
    return f"`{name}`: {message}." if name else f"{message[:1].upper()}{message[1:]}."


def moment_of(text: str | None, name: str, *, is_end: bool = False) -> datetime | None:
    """An ISO date or time; a bare date ends with its last moment where it is an end."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError as error:
            raise InvalidInput(f"`{name}` must be an ISO date such as 2026-03-01, not {text!r}.") from error
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return start + timedelta(days=1, milliseconds=-1) if is_end else start
