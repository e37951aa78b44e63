"""Words of a question where a text holds them."""

import pytest

from onememory.retrieval.highlights import spans_of
from onememory.retrieval.words import query_terms


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("which books did Ada read", "Ada's shelf: she reads a book, facebook no.", ["Ada's", "reads", "book"]),
        ("绿茶", "我每天早上喝一杯绿茶", ["绿茶"]),
        ("zurich", "Müller wohnt in Zürich", ["Zürich"]),
        ("книга", "Анна любит книги и я", ["книги"]),
        ("the who", "I saw The Who live", ["The", "Who"]),
        ("🦊", "a 🦊 is here", ["🦊"]),
        ("O'Brien", "Mr O’Brien left", ["O’Brien"]),
        ("부산", "나는 부산에서 살고 있다", ["부산"]),
        ("giraffe", "nothing of the sort", []),
        ("", "any text", []),
    ],
)
def test_a_word_is_found_in_whatever_form_it_stands(query: str, text: str, found: list[str]) -> None:
    assert [text[first:last] for first, last in spans_of(text, query_terms(query))] == found
