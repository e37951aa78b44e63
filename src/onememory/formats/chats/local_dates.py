"""Moments as web pages show them to people, in the languages and orders of many places."""

# ruff: noqa: RUF001 - names of months in Cyrillic letters

import re
from datetime import UTC, datetime, timedelta, timezone

_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
_DOTTED_TIME = re.compile(r"(?<=[^\d.])(\d{1,2})\.(\d{2})(?:\.(\d{2}))?(?![\d.])")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_NUMBER = re.compile(r"(?<![\d:])\d{1,2}(?![\d:])")
_NUMBERS = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]+")
_OFFSET = re.compile(r"(?:GMT|UTC)?([+-])(\d{1,2}):?(\d{2})?\Z")
_MOST_WORDS = 5  # of such a line; a sentence that names a day has more
_LONGEST = 80  # characters of such a line

_MONTHS = (
    "jan ene gen sty oca янв січ",
    "feb fév fev lut şub фев лют",
    "mar mär mrt maa mac бер",
    "apr abr avr kwi nis апр кві",
    "may mai mag maj mei май тра мая",
    "jun giu cze haz июн чер",
    "jul lug lip tem июл лип",
    "aug ago aoû sie ağu авг сер",
    "sep set wrz eyl сен вер",
    "oct okt ott out paź eki окт жов",
    "nov lis kas ноя лис",
    "dec des dez dic déc gru ara дек гру",
)
_MONTH_OF = {prefix: number for number, prefixes in enumerate(_MONTHS, start=1) for prefix in prefixes.split()}
_LONGER = {"juin": 6, "juil": 7, "märz": 3, "juillet": 7}  # where three letters are not enough
_AFTERNOON = re.compile(r"p\.?\s?m\.?(?![^\W\d])|下午|午後|오후", re.IGNORECASE)
_MORNING = re.compile(r"a\.?\s?m\.?(?![^\W\d])|上午|午前|오전", re.IGNORECASE)
_ZONES = {
    "CET": 60, "MEZ": 60, "CEST": 120, "MESZ": 120, "EET": 120, "EEST": 180, "BST": 60, "WEST": 60, "IST": 330,
    "JST": 540, "KST": 540, "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360,
    "PST": -480, "PDT": -420, "BRT": -180, "AEST": 600, "AEDT": 660,
}  # fmt: skip


def local_moment(text: str) -> datetime | None:
    """The moment in UTC of a line that is a date with a time and nothing else, or None.

    A zone that is not known is taken for UTC; in 3/4/2025 the month comes first only beside AM or PM.
    """
    line = " ".join(text.split())
    time, year = _time_in(line), _YEAR.search(line)
    if time is None or year is None:
        return None
    before, after = line[: time.start()], line[time.end() :]
    is_twelve_hours = bool(_AFTERNOON.search(line) or _MORNING.search(line))
    day = _day(f"{before} {after}", int(year[0]), month_first=is_twelve_hours)
    if day is None:
        return None
    try:
        clock = (_hour(line, int(time[1])), int(time[2]), int(time[3] or 0))
        return datetime(*day, *clock, tzinfo=_zone(after)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def looks_like_date(text: str) -> bool:
    """Whether the line has a time and two other numbers and little else, in whatever calendar and language."""
    line = " ".join(text.split())
    time = _time_in(line)
    return time is not None and len(_NUMBERS.findall(line[: time.start()] + line[time.end() :])) >= 2


def _time_in(line: str) -> re.Match[str] | None:
    if len(line) > _LONGEST or len(_WORD.findall(line)) > _MOST_WORDS:
        return None
    return _TIME.search(line) or _DOTTED_TIME.search(line)


def _day(text: str, year: int, *, month_first: bool) -> tuple[int, int, int] | None:
    at = text.find(str(year))
    numbers = [int(number) for number in _NUMBER.findall(text.replace(str(year), " ", 1))]
    month = _named_month(text)
    if month and numbers:
        return year, month, numbers[0]
    if month or len(numbers) < 2:
        return None
    first, second = numbers[:2]
    year_first = not any(letter.isdigit() for letter in text[:at])
    is_month_first = year_first or ((month_first or second > 12) and first <= 12)
    return (year, first, second) if is_month_first else (year, second, first)


def _named_month(text: str) -> int | None:
    for word in _WORD.findall(text.lower()):
        if (month := _LONGER.get(word) or _MONTH_OF.get(word[:3])) is not None:
            return month
    return None


def _hour(line: str, hour: int) -> int:
    if hour < 12 and _AFTERNOON.search(line):
        return hour + 12
    return 0 if hour == 12 and _MORNING.search(line) else hour


def _zone(text: str) -> timezone:
    words = text.split()
    for word in words:
        if word in _ZONES:
            return timezone(timedelta(minutes=_ZONES[word]))
    offset = _OFFSET.search(words[-1]) if words else None
    if offset is None:
        return UTC
    minutes = int(offset[2]) * 60 + int(offset[3] or 0)
    return timezone(timedelta(minutes=minutes if offset[1] == "+" else -minutes)) if minutes < 1440 else UTC
