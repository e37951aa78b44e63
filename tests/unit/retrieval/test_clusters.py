"""Groups of texts that are near to each other in meaning."""

import numpy as np
import pytest

from onememory.retrieval.clusters import FEWEST, groups_of, nearest, unit_rows
from onememory.retrieval.vectors import Vectors

DIMENSION = 32


def _vectors(*sizes: int, spread: float = 0.3) -> Vectors:
    """Unit vectors around as many directions as there are sizes, all leaning towards one more."""
    random = np.random.default_rng(5)
    directions = np.eye(len(sizes), DIMENSION, dtype=np.float32)
    common = np.eye(1, DIMENSION, DIMENSION - 1, dtype=np.float32)
    rows = np.repeat(directions, sizes, axis=0)
    noise = random.standard_normal(rows.shape).astype(np.float32) * spread / DIMENSION**0.5
    return unit_rows(rows + noise + common)


def test_no_group_mixes_themes_and_the_largest_comes_first() -> None:
    vectors = _vectors(20, 30, 14)
    groups = groups_of(vectors)
    labels = nearest(groups.closeness(vectors @ groups.directions.T))

    themes = [set(part.tolist()) for part in (labels[:20], labels[20:50], labels[50:])]
    assert sum(map(len, themes)) == len(set.union(*themes)) == len(groups.centres)
    assert (np.diff(np.bincount(labels)) <= 0).all()


def test_the_same_vectors_give_the_same_groups() -> None:
    first, second = (groups_of(_vectors(40, 40, 40, spread=1.5)) for _ in range(2))

    assert np.array_equal(first.centres, second.centres)


def test_closeness_is_the_cosine_around_the_common_middle() -> None:
    vectors = _vectors(15, 15)
    groups = groups_of(vectors)
    around = unit_rows(vectors - groups.origin)

    assert groups.closeness(vectors @ groups.directions.T) == pytest.approx(around @ groups.centres.T, abs=1e-4)


@pytest.mark.parametrize("count", [FEWEST, 60])
def test_texts_that_are_all_the_same_are_grouped_without_complaint(count: int) -> None:
    groups = groups_of(np.tile(_vectors(1), (count, 1)))

    assert np.isfinite(groups.centres).all()


def test_a_handful_of_strays_makes_no_group_of_its_own() -> None:
    vectors = _vectors(80, 80, 1)
    groups = groups_of(vectors)

    assert np.bincount(nearest(groups.closeness(vectors @ groups.directions.T))).min() >= 3
