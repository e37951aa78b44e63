"""What a shelf gives to maps: samples, cosines with directions, and days."""

import numpy as np
import pytest

from onememory.storage.index.shelf import Row, Shelf, ShelfFilters, pack_vectors

DIMENSION = 8
DOCS = list(range(40, 0, -1))  # arrived in the order of none of their fields


def _shelf() -> Shelf:
    vectors = np.random.default_rng(1).standard_normal((len(DOCS), DIMENSION)).astype(np.float32)
    packed = pack_vectors(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
    shelf = Shelf(DIMENSION)
    shelf.apply(
        [
            Row(
                doc,
                doc != 7,
                doc % 2,
                739_000 + doc // 10,
                None,
                "stated",
                "text",
                0,
                3,
                False,
                vector if doc != 8 else None,
            )
            for doc, vector in zip(DOCS, packed, strict=True)
        ]
    )
    return shelf


@pytest.mark.parametrize(("limit", "count"), [(5, 5), (38, 38), (500, 38)])
def test_a_sample_reaches_from_the_first_to_the_last_that_is_here_with_a_vector(limit: int, count: int) -> None:
    docs, vectors = _shelf().view().sample(None, limit)

    assert (docs[0], docs[-1], len(docs)) == (1, 40, count)
    assert (np.diff(docs) > 0).all()
    assert not {7, 8} & set(docs.tolist())
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(count), abs=0.01)


def test_cosines_are_those_of_the_sampled_vectors() -> None:
    view = _shelf().view()
    docs, vectors = view.sample(ShelfFilters(bucket_ids=frozenset({1})), 500)
    keys, cosines = view.cosines(np.eye(3, DIMENSION, dtype=np.float32), ShelfFilters(bucket_ids=frozenset({1})))

    assert keys.tolist() == docs.tolist()
    assert cosines == pytest.approx(vectors[:, :3], abs=1e-6)


def test_days_are_counted_by_bucket_with_or_without_a_vector() -> None:
    buckets, days, counts = _shelf().view().days(None)

    assert counts.sum() == 39
    assert dict(zip(zip(buckets.tolist(), days.tolist(), strict=True), counts.tolist(), strict=True))[0, 739_000] == 4


def test_an_empty_shelf_has_nothing_to_give() -> None:
    view = Shelf(0).view()

    assert [len(part) for part in (*view.sample(None, 5), *view.days(None))] == [0, 0, 0, 0, 0]
