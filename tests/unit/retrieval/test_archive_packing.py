"""What the index keeps of conversations, packed and read back."""

from collections import Counter
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onememory.domain.conversations import Message, Role
from onememory.retrieval.archive import MOST_COUNTED, IndexedConversation, indexed, packed
from onememory.retrieval.cues import text_cues
from onememory.retrieval.words import index_terms

talks = st.lists(st.lists(st.text("abc ", max_size=20), max_size=5), max_size=5)


def _indexed(number: int, turns: list[str]) -> IndexedConversation:
    return indexed(f"c{number}", "custom", [(n, Message(str(n), Role.USER, text)) for n, text in enumerate(turns)])


@given(talks)
def test_packed_postings_say_where_each_term_stands_and_how_often(given_talks: list[list[str]]) -> None:
    postings = packed([_indexed(n, turns) for n, turns in enumerate(given_talks)])

    read: dict[int, Counter[str]] = {}
    for term, lists in postings.items():
        turns, counts = np.frombuffer(lists.turns, "<u4"), np.frombuffer(lists.counts, np.uint8)
        assert np.all(np.diff(turns.astype(np.int64)) > 0)
        for turn, count in zip(turns.tolist(), counts.tolist(), strict=True):
            read.setdefault(turn, Counter())[term] = count
    flat = [turn for turns in given_talks for turn in turns]
    assert read == {n: Counter(index_terms(turn)) for n, turn in enumerate(flat) if index_terms(turn)}


@pytest.mark.parametrize(("times", "counted"), [(1, 1), (255, 255), (256, MOST_COUNTED), (9_000, MOST_COUNTED)])
def test_a_term_is_counted_up_to_a_limit(times: int, counted: int) -> None:
    (lists,) = packed([_indexed(0, ["tea " * times])]).values()

    assert list(lists.counts) == [counted]


def test_columns_keep_what_is_known_of_each_turn() -> None:
    messages = [
        (3, Message("a", Role.USER, "When did I buy 12 cups?", datetime(2026, 3, 1, 23, tzinfo=UTC))),
        (7, Message("b", Role.ASSISTANT, "In May.")),
        (9, Message("c", Role.USER, "word " * 70_000, speaker="Caroline")),
    ]

    found = indexed("c", "custom", messages)

    assert (found.size, found.conversation_id, found.platform) == (3, "c", "custom")
    columns = found.columns
    assert columns.numbers.tolist() == [3, 7, 9]
    assert columns.speakers == ("user", "assistant", "Caroline")
    assert columns.days.tolist() == [datetime(2026, 3, 1, tzinfo=UTC).toordinal(), -1, -1]
    assert columns.cues.tolist() == [text_cues(message.text).pack() for _, message in messages]
    assert columns.words.tolist() == [text_cues(message.text).words for _, message in messages]
    assert columns.lengths.tolist()[2] == 65_535


def test_nothing_said_takes_no_room() -> None:
    assert packed([]) == {}
    assert indexed("c", "custom", []).size == 0
