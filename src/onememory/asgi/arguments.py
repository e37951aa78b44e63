"""Arguments as clients write them: what is wrong with one in words, and moments."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from onememory.domain.errors import InvalidInput

_KINDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
_KIND = re.compile("`(" + "|".join(_KINDS) + r")((?: \| (?:" + "|".join(_KINDS) + "))*)`")


def in_words(error: msgspec.ValidationError, shape: Any = None) -> str:
    """What was wrong with which field, for a person; the shape knows which words a field takes."""
    message, _, place = str(error).partition(" - at ")
    name = place.strip("`").removeprefix("$").lstrip(".")
    message = message.replace("Object missing required field", "missing required field").rstrip(".")
    message = _KIND.sub(_kinds_in_words, message)
    if message.startswith("Invalid enum value") and (choices := _choices(shape, name)):
        message = f"it is none of {', '.join(choices)}"
    return f"`{name}`: {message}." if name else f"{message[:1].upper()}{message[1:]}."


def _kinds_in_words(found: re.Match[str]) -> str:
    kinds = [found[1], *found[2].split(" | ")[1:]]
    return " or ".join(_KINDS[kind] for kind in kinds if kind != "null" or len(kinds) == 1)


def _choices(shape: Any, name: str) -> list[str]:
    """The words that a field takes, where it takes only some."""
    properties = (
        msgspec.json.schema(shape).get("$defs", {}).get(getattr(shape, "__name__", ""), {}).get("properties", {})
    )
    kinds = properties.get(name.partition("[")[0], {})
    choices = (kinds, kinds.get("items", {}), *kinds.get("anyOf", []))
    return [str(word) for kind in choices for word in kind.get("enum", [])]


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
