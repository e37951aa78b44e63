"""What a part of our own export must look like, checked with the place of a mistake in words."""

import re
from datetime import UTC, datetime
from typing import Annotated, TypeVar

import msgspec

from onememory.domain.errors import InvalidInput

Number = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Id = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9_-]{1,64}\Z")]
Text = Annotated[str, msgspec.Meta(pattern=r"\A[^\x00\ud800-\udfff]*\Z")]

_PLACE = re.compile(r"(.*) - at `\$\.?(.*)`", re.DOTALL)
_T = TypeVar("_T")


def in_utc(moment: datetime) -> datetime:
    """The moment in UTC; raises InvalidInput where it is outside the calendar."""
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise InvalidInput("A time is outside the calendar.") from error


def converted(value: object, shape: type[_T]) -> _T:
    """The value as that shape; raises InvalidInput with what is wrong and where."""
    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError as error:
        raise InvalidInput(_in_words(str(error))) from error


def _in_words(message: str) -> str:
    found = _PLACE.fullmatch(message)
    complaint, place = (found[1], found[2]) if found else (message, "")
    if "matching regex" in complaint:
        complaint = "It has characters that cannot be kept there"
    return f"`{place}`: {complaint[0].lower()}{complaint[1:]}." if place else f"{complaint}."
