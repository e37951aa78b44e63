"""Groups on a plane."""

from itertools import combinations

import numpy as np
import pytest

from onememory.retrieval.clusters import unit_rows
from onememory.retrieval.layout import NAME_HEIGHT, Discs, discs_of, dots_of
from onememory.retrieval.vectors import Vectors


def _centres(count: int) -> Vectors:
    return unit_rows(np.random.default_rng(3).standard_normal((count, 16)).astype(np.float32))


def _sizes(count: int) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    return np.arange(count, dtype=np.int64)[::-1] * 9 + 12


@pytest.mark.parametrize("count", [1, 2, 3, 7, 14])
def test_no_disc_lies_on_another_or_on_its_name(count: int) -> None:
    discs = discs_of(_centres(count), _sizes(count))

    for one, other in combinations(range(count), 2):
        upper, lower = sorted((one, other), key=lambda n: discs.middles[n, 1])
        apart = discs.middles[lower] - discs.middles[upper]
        above = discs.radii[upper] + NAME_HEIGHT + discs.radii[lower]
        assert apart[1] >= above - 1 or abs(apart[0]) >= discs.radii[upper] + discs.radii[lower] - 1


def test_what_is_alike_lies_nearer() -> None:
    near = np.array([[1, 0, 0], [0.95, 0.3, 0], [-0.6, 0, 0.8]], np.float32)
    middles = discs_of(unit_rows(near), np.array([20, 20, 20])).middles

    assert np.linalg.norm(middles[0] - middles[1]) < np.linalg.norm(middles[0] - middles[2])


def test_the_same_centres_are_placed_the_same() -> None:
    first, second = (discs_of(_centres(9), _sizes(9)).middles for _ in range(2))

    assert np.array_equal(first, second)


def test_every_dot_has_a_seat_of_its_own_within_the_disc_and_the_most_typical_one_is_in_the_middle() -> None:
    discs = discs_of(_centres(3), np.array([60, 20, 20]))
    closeness = np.random.default_rng(1).random((60, 3)).astype(np.float32)
    dots = dots_of(discs, 0, closeness)

    away = np.linalg.norm(dots - discs.middles[0], axis=1)
    assert away.max() < discs.radii[0]
    assert away[int(closeness[:, 0].argmax())] < 2 * discs.seat
    assert min(np.linalg.norm(a - b) for a, b in combinations(dots, 2)) > discs.seat * 0.66


def test_dots_lean_towards_what_they_are_also_near_to() -> None:
    discs = Discs(np.array([[0.0, 0.0], [300.0, 0.0], [-300.0, 0.0]]), np.array([90.0, 50.0, 50.0]), 12.0)
    drawn_right = np.arange(40) % 2 == 0
    closeness = np.where(drawn_right[:, None], [0.5, 0.4, 0.0], [0.5, 0.0, 0.4]).astype(np.float32)
    across = dots_of(discs, 0, closeness)[:, 0]

    assert across[drawn_right].mean() > 10 > -10 > across[~drawn_right].mean()
