"""Summaries without a language model."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onememory.retrieval.centrality import MOST_SENTENCES, central_sentences

TALK = [
    "User: We should plan the garden. The weather was odd yesterday.",
    "Assistant: A garden plan starts with the soil. Plan the garden beds before planting.",
    "User: My cousin called about her car insurance forms.",
    "Assistant: For the garden beds, plan tomatoes and beans in good soil.",
]


def test_the_most_central_sentences_come_in_their_order_with_their_speakers() -> None:
    lines = central_sentences(TALK, 3).splitlines()

    assert len(lines) == 3
    assert all("garden" in line for line in lines)
    assert lines == [line for turn in TALK for line in _lines(turn) if line in lines]


def _lines(turn: str) -> list[str]:
    who, _, text = turn.partition(": ")
    return [f"{who}: {part.strip()}." for part in text.split(".") if part.strip()]


@given(st.lists(st.text(max_size=60).map("User: {}".format), max_size=12), st.integers(1, 5))
def test_a_summary_has_no_more_lines_than_asked_for_and_all_were_said(spoken: list[str], count: int) -> None:
    summary = central_sentences(spoken, count)

    lines = [line for line in summary.split("\n") if line]
    assert len(lines) <= count
    assert all(line.startswith("User: ") for line in lines)
    assert summary == central_sentences(spoken, count)


@pytest.mark.parametrize("spoken", [[], ["User: "], ["User: ok"], ["User: the of and"], ["no speaker"]])
def test_a_talk_without_sentences_has_a_summary_all_the_same(spoken: list[str]) -> None:
    assert isinstance(central_sentences(spoken, 3), str)


def test_sentences_that_resemble_no_other_are_taken_in_their_order() -> None:
    spoken = ["User: alpha beta gamma delta.", "User: one two red blue green."]

    assert central_sentences(spoken, 5) == "User: alpha beta gamma delta.\nUser: one two red blue green."


def test_a_very_long_talk_is_summed_up_from_all_of_it() -> None:
    spoken = [f"User: note {n} about the garden and number{n} things." for n in range(3 * MOST_SENTENCES)]

    lines = central_sentences(spoken, 12).splitlines()

    assert len(lines) == 12
