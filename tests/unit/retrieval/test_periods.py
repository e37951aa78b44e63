"""How near a day is to a period."""

import math
from datetime import date

import pytest

from onememory.retrieval.periods import Period, closeness, day_of, months, shifted, week_of, years


@pytest.mark.parametrize(
    ("period", "day", "near"),
    [
        (day_of(date(2023, 5, 10)), date(2023, 5, 10), 1.0),
        (day_of(date(2023, 5, 10)), date(2023, 5, 17), math.exp(-1)),
        (day_of(date(2023, 5, 10)), date(2023, 5, 8), math.exp(-2 / 7)),
        (day_of(date(2023, 5, 10)), date(2023, 5, 7), math.exp(-1)),
        (week_of(date(2023, 5, 10)), date(2023, 5, 14), 1.0),
        (week_of(date(2023, 5, 10)), date(2023, 5, 21), math.exp(-1)),
        (months(2023, 5), date(2023, 5, 31), 1.0),
        (months(2023, 5), date(2023, 6, 30), 0.3),
        (months(2023, 5), date(2023, 7, 2), 0.0),
        (months(2023, 5), date(2023, 4, 30), 0.0),
        (months(2023, 12, 3), date(2024, 2, 29), 1.0),
        (years(2023), date(2024, 1, 1), 0.0),
        (Period(date(2023, 1, 1), date.max, "range"), date(2030, 1, 1), 1.0),
    ],
)
def test_closeness_is_full_inside_and_fades_as_sharply_as_the_period_was_named(
    period: Period, day: date, near: float
) -> None:
    assert closeness(day, [period]) == pytest.approx(near)


def test_the_nearest_of_several_periods_counts() -> None:
    assert closeness(date(2023, 5, 10), [years(2020), months(2023, 5)]) == 1.0


def test_without_a_period_nothing_is_near() -> None:
    assert closeness(date(2023, 5, 10), []) == 0.0


@pytest.mark.parametrize(
    ("count", "unit", "expected"),
    [
        (1, "month", date(2024, 2, 29)),
        (-2, "month", date(2023, 11, 30)),
        (11, "month", date(2024, 12, 31)),
        (1, "year", date(2025, 1, 31)),
        (-9_999, "year", date.min),
        (52, "week", date(2025, 1, 29)),
        (99_999, "month", date.max),
    ],
)
def test_shifting_keeps_to_the_calendar(count: int, unit: str, expected: date) -> None:
    assert shifted(date(2024, 1, 31), count, unit) == expected  # type: ignore[arg-type]
