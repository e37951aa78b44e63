"""The phrases that name a day or a period, each with how it is read on a given day."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from onememory.retrieval.periods import Period, Unit, day_of, months, shifted, week_of, years

Reader = Callable[[re.Match[str], date], tuple[Period, ...]]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A pattern with its reader; a weak one is a date only behind a word such as "in" or "since"."""

    pattern: re.Pattern[str]
    read: Reader
    is_weak: bool = False


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}  # first months, as in the northern half
_UNITS: dict[str, Unit] = {"day": "day", "week": "week", "month": "month", "year": "year"}
_COUNTED = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBERS = {"a": 1, "an": 1, "couple": 2, "few": 3} | {word: number for number, word in enumerate(_COUNTED, start=1)}

_MONTH_NAME = "january|february|march|april|may|june|july|august|september|october|november|december"
_MONTH = rf"(?P<month>{_MONTH_NAME}|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?)"
_DAY = r"(?P<day>\d{1,2})(?P<ordinal>st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_COUNT = rf"(?:a\s+(?=couple|few))?(?P<count>\d{{1,3}}|{'|'.join(_NUMBERS)})(?:\s+of)?"
_UNIT = r"(?P<unit>day|week|month|year)s?"
_WHICH = r"(?P<which>last|past|previous|this|current|next|coming)"
_SEASON = rf"(?P<season>{'|'.join(_SEASONS)})"
_NOT_AN_AMOUNT = (
    r"(?!\s*(?:%|€|\$|k?cal|steps|euros?|dollars?|people|words|pages|miles|km|met(?:er|re)s|hours|minutes|days))"
)
_NOT_INSIDE = r"(?<![\w$€£#.,:/-])"


def _whole_day(match: re.Match[str], _today: date) -> tuple[Period, ...]:
    return _days((int(match[1]), int(match[2]), int(match[3])))


def _whole_month(match: re.Match[str], _today: date) -> tuple[Period, ...]:
    return (months(int(match[1]), int(match[2])),)


def _numeric_day(match: re.Match[str], _today: date) -> tuple[Period, ...]:
    """5/7/2023 is the fifth of July here and the seventh of May there: both."""
    first, second, year = (int(number) for number in match.groups())
    return tuple(dict.fromkeys(_days((year, second, first), (year, first, second))))


def _day_of_month(match: re.Match[str], today: date) -> tuple[Period, ...]:
    month, day = _month_number(match), int(match["day"])
    if match["year"]:
        return _days((int(match["year"]), month, day))
    recent = [
        period for period in _days(*((today.year - back, month, day) for back in range(8))) if period.start <= today
    ]
    return tuple(recent[:1])


def _month_of_year(match: re.Match[str], _today: date) -> tuple[Period, ...]:
    return (months(int(match["year"]), _month_number(match)),)


def _bare_month(match: re.Match[str], today: date) -> tuple[Period, ...]:
    """The latest one that has begun."""
    month = _month_number(match)
    return (months(today.year - (month > today.month), month),)


def _which_month(match: re.Match[str], today: date) -> tuple[Period, ...]:
    month = _month_number(match)
    return (months(today.year + _turn(match, has_passed=month < today.month, is_now=month == today.month), month),)


def _bare_season(match: re.Match[str], today: date) -> tuple[Period, ...]:
    """The latest one that has begun."""
    first = _SEASONS[match["season"].lower()]
    return (months(today.year - (first > today.month), first, 3),)


def _which_season(match: re.Match[str], today: date) -> tuple[Period, ...]:
    first = _SEASONS[match["season"].lower()]
    is_now = (today.month - first) % 12 < 3
    turn = _turn(match, has_passed=first < today.month, is_now=is_now)
    return (months(today.year + turn - (is_now and today.month < first), first, 3),)


def _season_of_year(match: re.Match[str], _today: date) -> tuple[Period, ...]:
    return (months(int(match["year"]), _SEASONS[match["season"].lower()], 3),)


def _quarter(match: re.Match[str], today: date) -> tuple[Period, ...]:
    first = int(match["quarter"]) * 3 - 2
    year = int(match["year"]) if match["year"] else today.year - (first > today.month)
    return (months(year, first, 3),)


def _which_unit(match: re.Match[str], today: date) -> tuple[Period, ...]:
    which, unit = match["which"].lower(), match["unit"].lower()
    step = 0 if which in {"this", "current"} else 1 if which in {"next", "coming"} else -1
    if unit == "weekend":
        week = week_of(shifted(today, step, "week"))
        return (Period(shifted(week.start, 5, "day"), week.end, "week"),)
    return (_around(shifted(today.replace(day=1) if unit == "month" else today, step, _UNITS[unit]), _UNITS[unit]),)


def _stretch(match: re.Match[str], today: date) -> tuple[Period, ...]:
    """The past ten days, the last two weeks, the next three months: up to today or from it."""
    is_ahead = match["which"].lower() in {"next", "coming"}
    count = _number(match["count"] or "one") * (1 if is_ahead else -1)
    ends = sorted((today, shifted(today, count, _UNITS[match["unit"].lower()])))
    return (Period(ends[0], ends[1], "range"),)


def _ago(match: re.Match[str], today: date) -> tuple[Period, ...]:
    """A day for days, and about as wide as the unit otherwise: nobody says "three weeks ago" to the day."""
    unit = _UNITS[match["unit"].lower()]
    day = shifted(today, -_number(match["count"]), unit)
    if unit == "day":
        return (day_of(day),)
    if unit == "year":
        return (years(day.year),)
    slack = 3 if unit == "week" else 15
    return (Period(shifted(day, -slack, "day"), shifted(day, slack, "day"), unit),)


def _weekday(match: re.Match[str], today: date) -> tuple[Period, ...]:
    back = (today.weekday() - _WEEKDAYS.index(match["weekday"].lower())) % 7
    which = (match["which"] or "").lower()
    if which in {"next", "coming"}:
        return (day_of(shifted(today, 7 - back, "day")),)
    return (day_of(shifted(today, -(back or 7) if which in {"last", "past", "previous"} else -back, "day")),)


def _year(match: re.Match[str], today: date) -> tuple[Period, ...]:
    year = int(match["year"])
    return (years(year),) if year <= today.year + 10 else ()


def _decade(match: re.Match[str], today: date) -> tuple[Period, ...]:
    tens = int(match["tens"])
    century = int(match["century"]) if match["century"] else 20 if tens <= today.year % 100 // 10 else 19
    return (years(century * 100 + tens * 10, 10),)


def _east_asian_day(match: re.Match[str], _today: date) -> tuple[Period, ...]:
    year, month, day = (int(number) if number else 0 for number in match.groups())
    if day:
        return _days((year, month, day))
    return (months(year, month),) if 1 <= month <= 12 else (years(year),)


def _steps(unit: Unit, count: int) -> Reader:
    """A reader for a word that always means the same distance from today."""

    def read(_match: re.Match[str], today: date) -> tuple[Period, ...]:
        return (_around(shifted(today, count, unit), unit),)

    return read


def _around(day: date, unit: Unit) -> Period:
    match unit:
        case "day":
            return day_of(day)
        case "week":
            return week_of(day)
        case "month":
            return months(day.year, day.month)
        case "year":
            return years(day.year)


def _days(*candidates: tuple[int, int, int]) -> tuple[Period, ...]:
    """Those of the (year, month, day) that the calendar has."""
    found = []
    for year, month, day in candidates:
        try:
            found.append(day_of(date(year, month, day)))
        except ValueError:
            continue
    return tuple(found)


def _month_number(match: re.Match[str]) -> int:
    return _MONTHS.index(match["month"][:3].lower()) + 1


def _number(word: str) -> int:
    return int(word) if word.isdecimal() else _NUMBERS[word.lower()]


def _turn(match: re.Match[str], *, has_passed: bool, is_now: bool) -> int:
    """How many years from this one the last, this or next March is."""
    which = match["which"].lower()
    if which in {"this", "current"}:
        return 0
    if which in {"next", "coming"}:
        return 1 if has_passed or is_now else 0
    return 0 if has_passed and not is_now else -1


def _phrase(pattern: str, read: Reader, *, is_weak: bool = False) -> Phrase:
    return Phrase(re.compile(pattern, re.IGNORECASE), read, is_weak)


# Earlier ones win where two would share a word.
PHRASES = (
    _phrase(r"(?<![\w-])(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?![\w-])", _whole_day),
    _phrase(r"(?<![\w-])((?:19|20)\d\d)-(0[1-9]|1[0-2])(?![\w-])", _whole_month),
    _phrase(r"(?<![\w./-])(\d{1,2})[/.](\d{1,2})[/.]((?:19|20)\d\d)(?![\w/-])", _numeric_day),
    _phrase(r"((?:19|20)\d\d)\s*[年년]\s*(?:(\d{1,2})\s*[月월]\s*(?:(\d{1,2})\s*[日号號일])?)?", _east_asian_day),
    _phrase(rf"{_NOT_INSIDE}(?:the\s+)?{_DAY}(?:\s+of)?\s+{_MONTH}(?:,?\s+{_YEAR})?(?!\w)", _day_of_month),
    _phrase(rf"\b{_MONTH}\s+(?:the\s+)?{_DAY}(?:,?\s+{_YEAR})?(?!\w)", _day_of_month),
    _phrase(rf"\b{_MONTH},?\s+(?:of\s+)?{_YEAR}", _month_of_year),
    _phrase(rf"\b{_SEASON}\s+(?:of\s+)?{_YEAR}", _season_of_year),
    _phrase(rf"\bq(?P<quarter>[1-4])(?:,?\s+(?:of\s+)?{_YEAR})?\b", _quarter),
    _phrase(rf"\b{_WHICH}\s+(?P<month>{_MONTH_NAME})\b", _which_month),
    _phrase(rf"\b{_WHICH}\s+{_SEASON}\b", _which_season),
    _phrase(rf"\b(?P<which>last|past|previous|next|coming)\s+{_COUNT}\s+{_UNIT}\b", _stretch),
    _phrase(rf"\bthe\s+(?P<which>last|past|next|coming)\s+(?P<count>){_UNIT}\b(?!\s+of)", _stretch),
    _phrase(rf"\b{_WHICH}\s+(?P<unit>week|weekend|month|year)\b(?!\s+of)", _which_unit),
    _phrase(rf"\b(?:about\s+|around\s+)?{_COUNT}\s+{_UNIT}\s+(?:ago|back)\b", _ago),
    _phrase(rf"\b{_WHICH}\s+(?P<weekday>{'|'.join(_WEEKDAYS)})\b", _weekday),
    _phrase(rf"\b(?P<which>)(?P<weekday>{'|'.join(_WEEKDAYS)})\b", _weekday, is_weak=True),
    _phrase(r"\b(?:the\s+)?day\s+before\s+yesterday\b|一昨日|前天|그저께", _steps("day", -2)),
    _phrase(r"\byesterday\b|\blast\s+night\b|昨日|昨天|어제", _steps("day", -1)),
    _phrase(r"\btoday\b|\btonight\b|\bthis\s+(?:morning|afternoon|evening)\b|今日|今天|오늘", _steps("day", 0)),
    _phrase(r"\b(?:the\s+)?day\s+after\s+tomorrow\b", _steps("day", 2)),
    _phrase(r"\btomorrow\b|明日|明天|내일", _steps("day", 1)),
    _phrase(r"先週|上周|上週|上个星期|上個星期|지난주", _steps("week", -1)),
    _phrase(r"先月|上个月|上個月|지난달", _steps("month", -1)),
    _phrase(r"去年|昨年|작년", _steps("year", -1)),
    _phrase(r"今月|这个月|這個月|이번\s?달", _steps("month", 0)),
    _phrase(r"今年|올해", _steps("year", 0)),
    _phrase(r"\b(?:in|during|from|of)\s+the\s+(?P<century>19|20)?(?P<tens>\d)0'?s\b", _decade),
    _phrase(rf"\b(?P<month>{_MONTH_NAME})\b(?!['\u2019]s)", _bare_month, is_weak=True),
    _phrase(rf"\b{_SEASON}\b", _bare_season, is_weak=True),
    _phrase(rf"{_NOT_INSIDE}(?:the\s+year\s+)?{_YEAR}(?![\w-]){_NOT_AN_AMOUNT}", _year, is_weak=True),
)
