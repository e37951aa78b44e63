import math
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from onememory.formats.moments import day_of, leading_day, moment_of, utc_text

MARCH = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
MARCH_EPOCH = int(MARCH.timestamp())


@pytest.mark.parametrize(
    "value",
    [
        "2026-03-04T05:06:07Z",
        "2026-03-04T05:06:07.000+00:00",
        "2026-03-04 05:06:07",
        " 2026/3/4 05:06:07 ",
        "2026-03-04 05:06:07 UTC",
        "2026-03-04T07:06:07+02:00",
        MARCH_EPOCH,
        float(MARCH_EPOCH),
        MARCH_EPOCH * 1000,
        MARCH_EPOCH * 1_000_000,
        str(MARCH_EPOCH),
        str(MARCH_EPOCH * 1000),
        MARCH,
        MARCH.astimezone(timezone(timedelta(hours=9))),
    ],
)
def test_every_common_way_of_writing_a_moment_is_understood(value: object) -> None:
    assert moment_of(value) == MARCH


@pytest.mark.parametrize("value", ["2026-03-04", "2026/03/04", "2026.3.4", "20260304", date(2026, 3, 4)])
def test_a_day_is_its_midnight_in_utc(value: object) -> None:
    assert moment_of(value) == datetime(2026, 3, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        "",
        "soon",
        "3/4/2026",
        "2026-13-01",
        "0001-01-01T00:00:00+14:00",
        "9" * 17,
        -1,
        0,
        math.nan,
        math.inf,
        10**400,
        [],
    ],
)
def test_what_is_no_moment_is_none(value: object) -> None:
    assert moment_of(value) is None


def test_times_are_written_in_utc_with_milliseconds() -> None:
    moment = datetime(2026, 1, 2, 5, 4, 5, 678_901, tzinfo=timezone(timedelta(hours=2)))
    assert utc_text(moment) == "2026-01-02T03:04:05.678Z"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-31 Likes tea", (date(2026, 1, 31), "Likes tea")),
        ("2026-01-31: Likes tea", (None, "2026-01-31: Likes tea")),
        ("2026-02-31 Likes tea", (None, "2026-02-31 Likes tea")),
        ("2026-01-31 ", (None, "2026-01-31 ")),
        ("Likes tea", (None, "Likes tea")),
    ],
)
def test_the_leading_day_is_told_from_the_text(text: str, expected: tuple[date | None, str]) -> None:
    assert leading_day(text) == expected


@pytest.mark.parametrize("text", ["20260131", "2026-W05-6", "2026-1-31", "unknown", ""])
def test_only_one_way_of_writing_names_a_day(text: str) -> None:
    assert day_of(text) is None
