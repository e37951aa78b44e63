"""The shelf against a brute-force reference of the same promises."""

import threading
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onememory.storage.index import shelf as shelf_module
from onememory.storage.index.shelf import Row, Shelf, ShelfFilters, pack_vectors
from onememory.storage.index.signatures import Vectors, closest, signs_of, unpack_vectors

DIMENSION = 24
RANDOM = np.random.default_rng(7).standard_normal((3_000, DIMENSION)).astype(np.float32)
UNITS: Vectors = RANDOM / np.linalg.norm(RANDOM, axis=1, keepdims=True)
PACKED = pack_vectors(UNITS)


def row(doc: int, **changes: object) -> Row:
    plain = Row(doc, True, 1, 100, "app", "stated", "text", 0, 5, False, PACKED[doc % len(PACKED)])
    return plain._replace(**changes)  # type: ignore[arg-type]


def shelf_of(rows: Sequence[Row], dimension: int = DIMENSION) -> Shelf:
    shelf = Shelf(dimension)
    shelf.load(rows)
    return shelf


def numbers(*docs: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(docs, np.int64)


class Reference:
    """The same promises, kept slowly."""

    def __init__(self) -> None:
        self.rows: dict[int, Row] = {}

    def apply(self, rows: Sequence[Row]) -> None:
        for changed in rows:
            self.rows.pop(changed.doc, None)
            if changed.live:
                self.rows[changed.doc] = changed

    def nearest(self, vector: Vectors, filters: ShelfFilters, limit: int) -> list[int]:
        near = [r for r in self.rows.values() if r.vector is not None and admits(filters, r)]
        return [r.doc for r in sorted(near, key=lambda r: (-cosine(r, vector), r.doc))][:limit]


def cosine(of: Row, vector: Vectors) -> float:
    scales, codes = unpack_vectors([of.vector], DIMENSION)
    return float(np.float32(codes[0].astype(np.float32) @ vector * scales[0]).round(5))


def admits(filters: ShelfFilters, of: Row) -> bool:
    return (
        (filters.bucket_ids is None or of.bucket_id in filters.bucket_ids)
        and (filters.after is None or of.day >= filters.after)
        and (filters.before is None or 0 <= of.day <= filters.before)
        and (filters.sources is None or of.source in filters.sources)
        and (filters.trusts is None or of.trust in filters.trusts)
        and (filters.content_type is None or of.content_type == filters.content_type)
    )


SOURCES, TRUSTS, TYPES = ("app", "web"), ("stated", "tool", "imported"), ("text", "image")
any_row = st.builds(
    Row,
    doc=st.integers(1, 40),
    live=st.sampled_from([True, True, False]),
    bucket_id=st.integers(1, 3),
    day=st.sampled_from([-1, 100, 101, 102]),
    source=st.sampled_from([None, *SOURCES]),
    trust=st.sampled_from(TRUSTS),
    content_type=st.sampled_from(TYPES),
    cues=st.integers(0, 2**20),
    length=st.integers(0, 20_000),
    superseded=st.booleans(),
    vector=st.one_of(st.none(), st.sampled_from(PACKED[:200])),
)
any_filters = st.builds(
    ShelfFilters,
    bucket_ids=st.none() | st.frozensets(st.integers(1, 4)),
    after=st.none() | st.integers(99, 103),
    before=st.none() | st.integers(99, 103),
    sources=st.none() | st.frozensets(st.sampled_from([*SOURCES, "never"])),
    trusts=st.none() | st.frozensets(st.sampled_from(TRUSTS)),
    content_type=st.none() | st.sampled_from([*TYPES, "sound"]),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(any_row, max_size=25), max_size=8), any_filters, st.integers(0, 199), st.integers(0, 12))
def test_any_changes_and_filters_give_what_brute_force_gives(
    changes: list[list[Row]], filters: ShelfFilters, asked: int, limit: int
) -> None:
    shelf, reference = Shelf(DIMENSION), Reference()
    for rows in changes:
        shelf.apply(rows)
        reference.apply(rows)

    found = shelf.nearest(UNITS[asked], filters, limit).tolist()

    expected = reference.nearest(UNITS[asked], filters, limit)
    assert [cosine(reference.rows[d], UNITS[asked]) for d in found] == pytest.approx(
        [cosine(reference.rows[d], UNITS[asked]) for d in expected], abs=2e-5
    )
    assert set(found) <= {doc for doc, r in reference.rows.items() if admits(filters, r)}
    assert len(shelf) == len(reference.rows)
    assert {doc for doc in range(45) if doc in shelf} == set(reference.rows)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(any_row, max_size=25), max_size=8), any_filters)
def test_columns_and_matching_tell_the_newest_state(changes: list[list[Row]], filters: ShelfFilters) -> None:
    shelf, reference = Shelf(DIMENSION), Reference()
    for rows in changes:
        shelf.apply(rows)
        reference.apply(rows)
    kept = list(reference.rows.values())

    columns = shelf.columns(numbers(*reference.rows), UNITS[0])
    matching = shelf.view().matching(np.arange(45), filters)

    assert columns.cues.tolist() == [r.cues for r in kept]
    assert columns.lengths.tolist() == [r.length for r in kept]
    assert columns.days.tolist() == [r.day for r in kept]
    assert columns.superseded.tolist() == [r.superseded for r in kept]
    expected = [cosine(r, UNITS[0]) if r.vector else np.nan for r in kept]
    np.testing.assert_allclose(columns.cosines, np.array(expected, np.float32), atol=2e-5)
    assert set(np.flatnonzero(matching)) == {doc for doc, r in reference.rows.items() if admits(filters, r)}


@pytest.mark.parametrize(
    "filters",
    [
        ShelfFilters(),
        ShelfFilters(bucket_ids=frozenset({0, 1})),  # two thirds: found in excess and sieved
        ShelfFilters(bucket_ids=frozenset({2}), after=80),  # a fifteenth: copied out
        ShelfFilters(sources=frozenset({"far"})),  # a third, and all of it on the other side
        ShelfFilters(bucket_ids=frozenset({2}), after=99),  # fewer than are rescored
    ],
)
def test_the_filtered_scan_leaves_out_nothing_closer(filters: ShelfFilters, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf_module, "RESCORED", 40)
    far = UNITS @ UNITS[0] < -0.1
    rows = [row(d, bucket_id=d % 3, day=d % 100, source="far" if far[d] else "near") for d in range(3_000)]
    distances = np.bitwise_count(signs_of(UNITS) ^ signs_of(UNITS[:1])).sum(axis=1)

    found = shelf_of(rows).nearest(UNITS[0], filters, 40)

    admitted = [r.doc for r in rows if admits(filters, r)]
    assert len(found) == min(40, len(admitted))
    assert set(found) <= set(admitted)
    closest_160 = sorted(distances[admitted])[: max(40, 4 * 40)]
    assert max(distances[found]) <= closest_160[-1]


def test_the_best_by_cosine_come_first() -> None:
    found = shelf_of([row(d) for d in range(3_000)]).nearest(UNITS[5], None, 10)

    assert found.tolist() == np.argsort(-(UNITS @ UNITS[5]))[:10].tolist()


@pytest.mark.parametrize("width", [1, 2, 3, 8, 32, 48, 96, 128, 192])
def test_the_scan_is_exact_for_every_width(width: int) -> None:
    signs = np.random.default_rng(width).integers(0, 256, (500, width), dtype=np.uint8)
    distances = np.bitwise_count(signs ^ signs[:1]).sum(axis=1)

    assert distances[closest(signs, signs[:1], 50)].tolist() == sorted(distances)[:50]


def test_dropping_the_dead_changes_no_answer() -> None:
    shelf = shelf_of([row(d) for d in range(400)])
    shelf.apply([row(d, live=False) for d in range(0, 400, 2)])
    fresh = shelf_of([row(d) for d in range(1, 400, 2)])

    assert len(shelf) == len(fresh) == 200
    assert shelf.nearest(UNITS[3], None, 50).tolist() == fresh.nearest(UNITS[3], None, 50).tolist()
    assert shelf.columns(numbers(399, 1), None).cues.tolist() == [0, 0]


def test_a_restored_document_is_found_again() -> None:
    shelf = shelf_of([row(d) for d in range(10)])
    shelf.apply([row(d, live=False) for d in range(6)])
    shelf.apply([row(3)])

    assert shelf.nearest(UNITS[3], None, 1).tolist() == [3]
    assert 4 not in shelf


def test_loading_replaces_what_was_there() -> None:
    shelf = shelf_of([row(d) for d in range(10)])
    shelf.load(row(d) for d in (30, 20, 25))

    assert shelf.nearest(UNITS[25], None, 1).tolist() == [25]
    assert len(shelf) == 3
    assert 5 not in shelf


def test_an_earlier_view_does_not_show_what_was_added_since() -> None:
    shelf = shelf_of([row(d) for d in range(3)])
    view = shelf.view()
    shelf.apply([row(d) for d in range(3, 9)])

    assert set(view.nearest(UNITS[5], None, 9)) == {0, 1, 2}
    assert 5 in shelf


@pytest.mark.parametrize("vector", [None, np.zeros(DIMENSION, np.float32)])
def test_without_a_question_there_is_no_cosine(vector: Vectors | None) -> None:
    assert np.isnan(shelf_of([row(1)]).columns(numbers(1), vector).cosines).all()


def test_a_zero_vector_is_never_near() -> None:
    (zero,) = pack_vectors(np.zeros((1, DIMENSION), np.float32))
    shelf = shelf_of([row(1, vector=zero), row(2)])

    assert shelf.nearest(UNITS[1], None, 5).tolist() == [2]
    assert np.isnan(shelf.columns(numbers(1), UNITS[1]).cosines).all()
    assert shelf.nearest(np.zeros(DIMENSION, np.float32), None, 5).tolist() == []


def test_without_meaning_nothing_is_near_and_columns_work() -> None:
    shelf = shelf_of([row(d, vector=None, length=d) for d in (1, 2)], dimension=0)

    assert shelf.nearest(np.zeros(0, np.float32), None, 5).tolist() == []
    assert shelf.columns(numbers(2, 1), None).lengths.tolist() == [2, 1]
    assert np.isnan(shelf.columns(numbers(1), None).cosines).all()


def test_an_unknown_document_has_no_columns() -> None:
    with pytest.raises(KeyError, match="7"):
        shelf_of([row(1)]).columns(numbers(1, 7), None)


def test_a_vector_of_another_model_is_refused_and_changes_nothing() -> None:
    shelf = shelf_of([row(1)])

    with pytest.raises(ValueError, match="24 dimensions take 28"):
        shelf.apply([row(2), row(3, vector=bytes(260))])

    assert len(shelf) == 1


def test_the_stored_form_keeps_direction_length_and_signs() -> None:
    scales, codes = unpack_vectors(PACKED, DIMENSION)
    restored = codes * scales[:, None]

    assert {len(form) for form in PACKED} == {DIMENSION + 4}
    np.testing.assert_allclose(np.linalg.norm(restored, axis=1), 1, atol=1e-5)
    assert (restored * UNITS).sum(axis=1).min() > 0.9999


def test_readers_in_threads_see_whole_answers_while_it_grows() -> None:
    shelf = shelf_of([row(d) for d in range(50)])
    failures: list[object] = []

    def read() -> None:
        for _ in range(200):
            view = shelf.view()
            found = view.nearest(UNITS[0], None, 20)
            if len(found) != 20 or found[0] != 0 or not view.matching(found, None).all():
                failures.append(found)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for start in range(50, 3_000, 50):
        shelf.apply([row(d) for d in range(start, start + 50)])
    for thread in threads:
        thread.join()

    assert failures == []
