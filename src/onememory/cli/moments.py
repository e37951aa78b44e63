"""Times as people read and write them."""

import re
from datetime import datetime, timedelta

from onememory.cli import assembly
from onememory.cli.commands import WrongUse

_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_STEPS = (
    (timedelta(days=1), "day"),
    (timedelta(hours=1), "hour"),
    (timedelta(minutes=1), "minute"),
)
_FAR = timedelta(days=60)  # from here on a date says more


def now() -> datetime:
    """The present."""
    return assembly.bootstrap.SystemClock().now()


def relative(text: str | None, present: datetime) -> str:
    """An ISO time as seen from the present, such as `3 days ago` or `in 2 hours`; an empty text where there is none."""
    if text is None:
        return ""
    moment = datetime.fromisoformat(text)
    distance = abs(present - moment)
    if distance >= _FAR:
        return moment.astimezone().date().isoformat()
    for step, name in _STEPS:
        if distance >= step:
            count = round(distance / step)
            words = f"{count} {name}{'s' if count > 1 else ''}"
            return f"{words} ago" if moment < present else f"in {words}"
    return "just now" if moment <= present else "in a moment"


def expiry(text: str | None) -> str | None:
    """The ISO time that `30d`, `12h`, `2w`, a day or a time names; a time without a zone is local. Raises WrongUse."""
    if text is None:
        return None
    if match := re.fullmatch(r"(\d{1,5})([hdw])", text.strip()):
        return (now() + int(match[1]) * _UNITS[match[2]]).isoformat()
    try:
        return datetime.fromisoformat(text).astimezone().isoformat()
    except ValueError as error:
        raise WrongUse(f"`{text}` is no time: give 30d, 12h, 2w, or a date such as 2027-01-31.") from error
