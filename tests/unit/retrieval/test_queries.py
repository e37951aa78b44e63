"""What of a query is compared in meaning."""

import pytest

from onememory.retrieval.queries import vector_text

FREQUENCIES = {"carolin": 60, "paint": 3, "dog": 70, "lisbon": 2}


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("What did Caroline paint?", "What did paint?"),
        ("Caroline's painting of Lisbon", "painting of Lisbon"),
        ("Where does Ana live?", "Where does Ana live?"),
        ("my dog", "my dog"),
        ("What did Caroline wear?", "What did wear?"),
    ],
)
def test_a_name_that_many_memories_bear_is_left_out(query: str, text: str) -> None:
    assert vector_text(query, FREQUENCIES, 100) == text


@pytest.mark.parametrize("query", ["Caroline", "Who is Caroline?", "Where", "", "I"])
def test_a_query_of_nothing_else_stays_whole(query: str) -> None:
    assert vector_text(query, FREQUENCIES, 100) == query


def test_among_few_memories_no_name_is_common() -> None:
    assert vector_text("What did Caroline paint?", {"carolin": 2, "paint": 1}, 3) == "What did Caroline paint?"
