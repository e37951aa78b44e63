"""The words leg: FTS5 keeps the postings, the shelf ranks them as FTS5 would."""

from pathlib import Path

import pytest

from onememory.storage.index import words as words_module
from onememory.storage.index.shelf import Row, Shelf, ShelfFilters
from onememory.storage.index.words import telling
from onememory.storage.sqlite.connection import SqliteConnection
from onememory.storage.sqlite.words import Words

TEXTS = {
    1: "apple pear apple",
    2: "pear plum",
    3: "apple plum cherry plum quince",
    4: "quince",
    5: "cherry apple quince medlar pear plum",
    6: "medlar",
}


@pytest.fixture
def words(tmp_path: Path) -> Words:
    words = Words(SqliteConnection(tmp_path / "words.db"), "u1")
    words.create()
    words.put((doc, text.split()) for doc, text in TEXTS.items())
    return words


def shelf() -> Shelf:
    shelf = Shelf(0)
    shelf.load(
        [
            Row(doc, True, doc % 2, 100, None, "stated", "text", 0, len(text.split()), False, None)
            for doc, text in TEXTS.items()
        ]
    )
    return shelf


def ranked(words: Words, *terms: str, filters: ShelfFilters | None = None, limit: int = 10) -> dict[int, float]:
    return shelf().view().best(words.postings(words.frequencies(terms)), filters, limit)


@pytest.mark.parametrize("terms", [["apple"], ["apple", "quince"], ["medlar", "pear", "plum"], ["absent", "cherry"]])
def test_the_ranking_is_that_of_fts5(tmp_path: Path, words: Words, terms: list[str]) -> None:
    database = SqliteConnection(tmp_path / "words.db")
    match = {"match": " OR ".join(terms)}
    expected = database.rows('SELECT rowid, -rank FROM "words_u1" WHERE terms MATCH :match', match)
    assert ranked(words, *terms) == pytest.approx(dict(expected), rel=1e-3, abs=1e-5)


def test_the_best_come_first_and_no_more_than_asked(words: Words) -> None:
    every = ranked(words, "apple", "pear")
    assert list(every.values()) == sorted(every.values(), reverse=True)
    assert list(ranked(words, "apple", "pear", limit=2)) == list(every)[:2]


def test_only_what_the_filters_admit_is_ranked(words: Words) -> None:
    assert set(ranked(words, "plum", filters=ShelfFilters(bucket_ids=frozenset({0})))) == {2}


def test_a_document_that_was_taken_out_or_replaced_is_not_found_by_its_old_words(words: Words) -> None:
    words.remove([1, 3])
    words.put([(3, ["pear"])])
    assert set(ranked(words, "apple")) == {5}
    assert words.frequencies(["apple", "cherry"]) == {"apple": 1, "cherry": 1}


def test_words_that_nothing_holds_find_nothing(words: Words) -> None:
    assert ranked(words, "absent") == {}


def test_the_commonest_words_are_left_out_where_they_are_too_much_to_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words_module, "MOST", 100)
    assert telling({"the": 90, "garden": 20, "zinnia": 1, "absent": 0}) == ["zinnia", "garden"]
    assert telling({"the": 900, "of": 800}) == ["of"]
