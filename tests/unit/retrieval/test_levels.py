"""The three BM25 scores against a slow reference that counts in plain Python."""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onememory.retrieval.levels import NEIGHBOUR_WORDS, SESSION, TURN, Layout, Levels, Postings, score

Talk = list[str]  # the turns of one conversation, each a letter a term
talks = st.lists(st.lists(st.text("abc", max_size=90), min_size=1, max_size=4), max_size=4)


def scores(given_talks: Sequence[Talk], terms: str) -> Levels:
    turns = [turn for talk in given_talks for turn in talk]
    numbers = [n for n, talk in enumerate(given_talks) for _ in talk]
    layout = Layout.of(np.array(numbers, np.int32), np.array([len(turn) for turn in turns], np.uint16))
    return score([_postings(turns, term) for term in terms], layout)


def _postings(turns: Sequence[str], term: str) -> Postings:
    at = [n for n, turn in enumerate(turns) if term in turn]
    return Postings(np.array(at, np.int64), np.array([turns[n].count(term) for n in at], np.float32))


def bm25(term_counts: list[int], lengths: list[int], frequency: int, of: tuple[float, float]) -> list[float]:
    k1, b = of
    mean = max(sum(lengths) / len(lengths), 1.0)
    idf = math.log1p((len(lengths) - frequency + 0.5) / (frequency + 0.5))
    norms = [k1 * (1 - b + b * length / mean) for length in lengths]
    return [idf * n * (k1 + 1) / (n + norm) if n else 0.0 for n, norm in zip(term_counts, norms, strict=True)]


def _near(talk: Talk, place: int) -> Counter[str]:
    """A window counts every term of the turn and of those beside it."""
    return Counter("".join(talk[max(0, place - 1) : place + 2]))


def _window_length(talk: Talk, place: int) -> int:
    beside = [talk[n] for n in (place - 1, place + 1) if 0 <= n < len(talk)]
    return len(talk[place]) + sum(min(len(turn), NEIGHBOUR_WORDS) for turn in beside)


def expected(given_talks: Sequence[Talk], terms: str) -> tuple[list[float], list[float], list[float]]:
    turns = [turn for talk in given_talks for turn in talk]
    places = [(talk, place) for talk in given_talks for place in range(len(talk))]
    wholes = ["".join(talk) for talk in given_talks]
    levels: tuple[list[list[float]], ...] = ([], [], [])
    for term in terms:
        frequency = sum(term in turn for turn in turns)
        levels[0].append(bm25([turn.count(term) for turn in turns], list(map(len, turns)), frequency, TURN))
        windows = [_window_length(talk, place) for talk, place in places]
        levels[1].append(bm25([_near(talk, place)[term] for talk, place in places], windows, frequency, TURN))
        held = sum(term in whole for whole in wholes)
        levels[2].append(bm25([whole.count(term) for whole in wholes], list(map(len, wholes)), held, SESSION))
    sums = [[sum(column) for column in zip(*level, strict=True)] for level in levels]
    return sums[0], sums[1], sums[2]


@given(talks.filter(bool), st.sampled_from(["a", "ab", "abc", "abcd"]))
def test_the_scores_are_those_of_a_plain_count(given_talks: list[Talk], terms: str) -> None:
    levels = scores(given_talks, terms)

    turns, windows, sessions = expected(given_talks, terms)
    np.testing.assert_allclose(levels.turns, turns, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(levels.windows, windows, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(levels.sessions, sessions, rtol=1e-4, atol=1e-5)


def test_an_empty_archive_has_no_scores() -> None:
    levels = scores([], "ab")

    assert (levels.turns.size, levels.windows.size, levels.sessions.size) == (0, 0, 0)


def test_a_window_does_not_reach_into_another_conversation() -> None:
    levels = scores([["b", "b"], ["a", "b"]], "a")

    assert (levels.windows > 0).tolist() == [False, False, True, True]
    assert (levels.turns > 0).tolist() == [False, False, True, False]
    assert (levels.sessions > 0).tolist() == [False, True]


@pytest.mark.parametrize("terms", ["", "z"])
def test_without_a_term_that_occurs_every_score_is_zero(terms: str) -> None:
    levels = scores([["a", "b"], ["c"]], terms)

    assert not levels.turns.any()
    assert not levels.windows.any()
    assert not levels.sessions.any()
