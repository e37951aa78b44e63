"""Where the parts of pictures stand."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from onememory.services.finding.maps import Cluster, MeaningMap
from onememory.services.upkeep.overviews import DayAtAGlance
from onememory.web.pictures.maps import NARROWEST, map_picture
from onememory.web.pictures.years import LEVELS, year_picture

MONDAY = date(2025, 11, 17)


def _days(*added: int) -> list[DayAtAGlance]:
    return [DayAtAGlance(MONDAY + timedelta(days=n), count, 0, 0) for n, count in enumerate(added)]


def _cluster(x: float, y: float, *words: str) -> Cluster:
    return Cluster("id", "text", words, 20, x, y, 40, ())


def test_a_column_a_week_and_a_row_a_weekday() -> None:
    cells = year_picture(_days(*[0] * 9)).cells

    assert {cell.x for cell in cells[:7]} == {cells[0].x} != {cells[7].x}
    assert cells[7].y == cells[0].y < cells[8].y


def test_a_large_import_does_not_make_all_other_days_pale() -> None:
    levels = [cell.level for cell in year_picture(_days(0, 1, 2, 3, 90_000)).cells]

    assert levels == [0, 1, 2, 3, LEVELS]


def test_each_month_is_named_once() -> None:
    labels = [label.text for label in year_picture(_days(*[0] * 371)).labels]

    assert labels[:3] == ["Mon", "Wed", "Fri"]
    assert labels[3:] == [date(2025, n % 12 + 1, 1).strftime("%b") for n in range(11, 23)]


def test_the_map_holds_every_disc_and_is_never_blown_up() -> None:
    picture = map_picture(MeaningMap((_cluster(-300, 0, "tea"), _cluster(300, 200, "work")), 12, 40))
    small = map_picture(MeaningMap((_cluster(0, 0, "tea"),), 12, 20))

    assert picture.left < -340
    assert picture.left + picture.width > 340
    assert picture.top + picture.height > 240
    assert small.width == NARROWEST


def test_neighbours_have_different_colours() -> None:
    clusters = tuple(_cluster(n * 90, 0, "tea") for n in range(14))
    hues = [disc.hue for disc in map_picture(MeaningMap(clusters, 12, 40)).discs]

    assert all(one != other for one, other in pairwise(hues))


@pytest.mark.parametrize(("words", "name"), [(("tea", "milk"), "Tea"), (("iPhone",), "iPhone"), ((), "Various")])
def test_a_disc_is_named_by_its_first_word(words: tuple[str, ...], name: str) -> None:
    (disc,) = map_picture(MeaningMap((_cluster(0, 0, *words),), 12, 20)).discs

    assert disc.name == name
