"""A year of days: where its parts stand, in the units of its `viewBox`; a template draws them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from onememory.services.upkeep.overviews import DayAtAGlance

CELL = 13  # from day to day
WEEKDAYS_WIDTH = 30
MONTHS_HEIGHT = 18
LEVELS = 4


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day of the year's picture."""

    x: int
    y: int
    level: int  # 0 where nothing happened, to LEVELS
    at: DayAtAGlance


@dataclass(frozen=True, slots=True)
class Label:
    """A word in a picture."""

    x: int
    y: int
    text: str


@dataclass(frozen=True, slots=True)
class YearPicture:
    """A column a week, a row a weekday."""

    width: int
    height: int
    cells: Sequence[DayCell]
    labels: Sequence[Label]


def year_picture(days: Sequence[DayAtAGlance]) -> YearPicture:
    """The year of an overview, whose first day is a Monday."""
    sums = sorted(total for day in days if (total := _sum(day)))
    cells = [
        DayCell(WEEKDAYS_WIDTH + n // 7 * CELL, MONTHS_HEIGHT + n % 7 * CELL, _level(_sum(day), sums), day)
        for n, day in enumerate(days)
    ]
    weeks = ceil(len(days) / 7)
    names = [Label(0, MONTHS_HEIGHT + row * CELL + 10, name) for row, name in ((0, "Mon"), (2, "Wed"), (4, "Fri"))]
    months = [
        Label(cell.x, MONTHS_HEIGHT - 6, f"{cell.at.day:%b}")
        for cell in cells
        if cell.at.day.day <= 7 and cell.y == MONTHS_HEIGHT
    ]
    return YearPicture(WEEKDAYS_WIDTH + weeks * CELL, MONTHS_HEIGHT + 7 * CELL, cells, [*names, *months])


def _sum(day: DayAtAGlance) -> int:
    return day.added + day.chats + day.recalls


def _level(total: int, sums: Sequence[int]) -> int:
    """Which quarter of the days with anything this one is in, from 1; one large import leaves the others apart."""
    if not total:
        return 0
    below = sum(1 for each in sums if each < total)
    return 1 + below * LEVELS // len(sums)
