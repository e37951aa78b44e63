"""Columns that are opened from packed values are those that are opened row by row."""

from collections.abc import Iterator
from dataclasses import astuple
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from databases import DATABASES, POSTGRESQL
from factories import make_user, scope_of
from onememory.domain.models import ModelIdentity
from onememory.storage.index.recent import Recent
from onememory.storage.index.shelf import Shelf, ShelfFilters, pack_vectors
from onememory.storage.index.shelves import Opening, Shelves
from onememory.storage.postgres.connection import PostgresConnection
from onememory.storage.postgres.openings import packed_documents
from onememory.storage.scoped import Scoped

pytestmark = pytest.mark.postgresql
DIMENSION = 8
MODEL = ModelIdentity("hashing", "1", DIMENSION).key
VECTORS = np.random.default_rng(3).standard_normal((40, DIMENSION)).astype(np.float32)
SCOPE = scope_of(make_user())
_PUT = """
    INSERT INTO search_documents
        (doc, user_id, memory_id, seq, live, bucket_id, day, source, trust, content_type, cues, length, superseded)
    VALUES (:doc, :user_id, :memory_id, :seq, :live, :bucket, :day, :source, 'stated', :kind, :doc, :doc, :superseded)
"""
_EMBED = "INSERT INTO search_vectors (user_id, model, doc, vector) VALUES (:user_id, :model, :doc, :vector)"


@pytest.fixture
def db(database: str, tmp_path: Path) -> Iterator[Scoped]:  # noqa: ARG001 - chosen by it
    """Documents of all sorts: gaps, dead ones, such without a source or a vector, and vectors of another model."""
    with DATABASES.choosing(POSTGRESQL), PostgresConnection(DATABASES.url_for(tmp_path)) as connection:
        yield _filled(Scoped(connection, SCOPE))


def _filled(db: Scoped) -> Scoped:
    db.rows("INSERT INTO users (user_id, name, name_key, is_admin, created_at) VALUES (:user_id, 'Ada', 'ada', 1, 1)")
    db.rows("INSERT INTO search_state (user_id, epoch, model) VALUES (:user_id, 1, :model)", model=MODEL)
    docs = [doc for doc in range(1, 38) if doc % 7]
    db.many(_PUT, (_document(doc) for doc in docs))
    for model in (MODEL, "other@1/8"):
        embedded = [doc for doc in docs if doc % 5 or model != MODEL]
        packed = pack_vectors(VECTORS[embedded])
        db.many(_EMBED, ({"doc": d, "model": model, "vector": v} for d, v in zip(embedded, packed, strict=True)))
    return db


def _document(doc: int) -> dict[str, object]:
    fields = {"doc": doc, "memory_id": f"m{doc}", "seq": 100 - doc, "live": int(doc % 11 > 0), "bucket": doc % 3}
    return fields | {
        "day": -1 if doc % 4 else 700_000 + doc,
        "source": [None, "app", "ä"][doc % 3],
        "kind": ["text", "file"][doc % 2],
        "superseded": int(doc % 6 == 0),
    }


def _opened(db: Scoped, opening: Opening | None) -> Shelf:
    shelf, model = Shelves(Recent(), opening).current(db)
    assert model == MODEL
    return shelf


FILTERS = [
    None,
    ShelfFilters(bucket_ids=frozenset({1})),
    ShelfFilters(sources=frozenset({"ä"})),
    ShelfFilters(after=700_010, before=700_030),
    ShelfFilters(content_type="file", trusts=frozenset({"stated"})),
]


@pytest.mark.parametrize("chunk", [1, 4, 5, 100])
def test_a_packed_opening_holds_what_one_row_by_row_holds(db: Scoped, chunk: int) -> None:
    packed, by_rows = _opened(db, partial(packed_documents, chunk=chunk)), _opened(db, None)

    assert len(packed) == len(by_rows) > 20
    assert packed.seq == by_rows.seq
    for filters in FILTERS:
        np.testing.assert_equal(packed.view().sample(filters, 100), by_rows.view().sample(filters, 100))
    everything = by_rows.view().sample(None, 100)[0]
    ours, theirs = packed.columns(everything, VECTORS[0]), by_rows.columns(everything, VECTORS[0])
    np.testing.assert_equal(astuple(ours), astuple(theirs))


def test_an_opening_without_a_model_has_every_document_and_no_vector(db: Scoped) -> None:
    db.rows("UPDATE search_state SET model = NULL WHERE user_id = :user_id")

    shelf, _ = Shelves(Recent(), packed_documents).current(db)

    assert len(shelf) > 20
    assert len(shelf.view().sample(None, 100)[0]) == 0


def test_what_is_written_after_a_packed_opening_is_caught_up_with(db: Scoped) -> None:
    shelves = Shelves(Recent(), packed_documents)
    shelf, _ = shelves.current(db)
    before = len(shelf)

    db.many(_PUT, [_document(50) | {"seq": 101}])
    db.rows("UPDATE search_documents SET live = 0, seq = 102 WHERE user_id = :user_id AND doc = 1")
    shelves.current(db)

    assert 50 in shelf
    assert 1 not in shelf
    assert len(shelf) == before
