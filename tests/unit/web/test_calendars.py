"""Months against buckets as a picture."""

from datetime import UTC, date, datetime

import pytest

from onememory.domain.buckets import Bucket
from onememory.web.pictures.calendars import LARGEST, SHOWN_BUCKETS, calendar_picture

TODAY = date(2026, 3, 31)


def _buckets(*names: str) -> list[Bucket]:
    made = datetime(2020, 1, 1, tzinfo=UTC)
    return [Bucket(n, name, None, is_general=False, created_at=made) for n, name in enumerate(names, 1)]


def test_a_column_for_each_month_of_two_years() -> None:
    spans = [span for _, span in calendar_picture({(1, 2026, 3): 1}, _buckets("Tea"), TODAY).spans]

    assert len(spans) == 24
    assert (spans[0].begins, spans[0].ends) == (date(2024, 4, 1), date(2024, 4, 30))
    assert (spans[-1].begins, spans[-1].ends) == (date(2026, 3, 1), date(2026, 3, 31))


@pytest.mark.parametrize(
    ("month", "words", "path"),
    [
        ((2024, 3), "before April 2024", "/memories?bucket=1&about_to=2024-03-31"),
        ((2025, 2), "February 2025", "/memories?bucket=1&about_from=2025-02-01&about_to=2025-02-28"),
        ((2031, 1), "after March 2026", "/memories?bucket=1&about_from=2026-04-01"),
    ],
)
def test_every_bubble_leads_to_its_memories(month: tuple[int, int], words: str, path: str) -> None:
    (line,) = calendar_picture({(1, *month): 7}, _buckets("Tea"), TODAY).lines

    (bubble,) = line.bubbles
    assert (bubble.span.words, bubble.path, bubble.count) == (words, path, 7)


def test_the_area_of_a_bubble_tells_how_many_there_are() -> None:
    counts = {(1, 2026, 3): 400, (1, 2026, 2): 100, (2, 2026, 3): 1}
    one, other = calendar_picture(counts, _buckets("Tea", "Work"), TODAY).lines

    assert [bubble.radius for bubble in one.bubbles] == [LARGEST / 2, LARGEST]
    assert 2 <= other.bubbles[0].radius < LARGEST / 2


def test_the_fullest_buckets_come_first_and_the_number_of_others_is_told() -> None:
    names = [f"B{n:02}" for n in range(SHOWN_BUCKETS + 3)]
    counts = {(n, 2026, 1): n for n in range(1, len(names) + 1)}
    picture = calendar_picture(counts, _buckets(*names), TODAY)

    assert picture.lines[0].bucket.name == names[-1]
    assert (len(picture.lines), picture.left_out) == (SHOWN_BUCKETS, 3)


def test_buckets_without_memories_have_no_line() -> None:
    assert [each.bucket.name for each in calendar_picture({(2, 2026, 1): 1}, _buckets("A", "B"), TODAY).lines] == ["B"]
