"""How the signals of turns are weighted against each other."""

from datetime import date

import numpy as np
import pytest

from onememory.retrieval.cues import text_cues
from onememory.retrieval.signals import Question, Signal, TextColumns
from onememory.retrieval.turns import ASSISTED_WEIGHTS, WEIGHTS, TurnPool, fuse_turns

TODAY = date(2026, 3, 1)
NAN = float("nan")


def pool(*texts: str, **given: list[float]) -> TurnPool:
    """Candidates with these texts; what is not given is the same for all."""
    cues = [text_cues(text) for text in texts]
    text = TextColumns(
        np.array([c.pack() for c in cues], np.int64),
        np.array([c.words for c in cues], np.int64),
        np.array(given.pop("days", [-1] * len(texts)), np.int32),
    )
    names = ("words", "windows", "sessions", "meaning", "session_meaning", "speakers")
    arrays = {name: np.array(given.get(name, [0.0] * len(texts)), np.float32) for name in names}
    return TurnPool(text=text, after_question=np.array(given.get("after_question", [0] * len(texts)), bool), **arrays)


def order(of: TurnPool, query: str = "tea", *, is_assisted: bool = True) -> list[int]:
    scores = fuse_turns(of, Question.of(query, TODAY), is_assisted=is_assisted).scores
    return [int(n) for n in np.argsort(-scores, kind="stable")]


@pytest.mark.parametrize("name", ["words", "windows", "sessions", "meaning", "session_meaning", "speakers"])
def test_more_of_a_signal_is_better(name: str) -> None:
    assert order(pool("green tea here", "green tea here", **{name: [0.1, 0.9]})) == [1, 0]


def test_meaning_says_more_than_a_word() -> None:
    assert order(pool("a b", "a b", words=[9.0, 0.0], meaning=[0.1, 0.8])) == [1, 0]


def test_a_turn_without_a_vector_is_neither_first_nor_last() -> None:
    assert order(pool("a b", "a b", "a b", meaning=[0.9, NAN, 0.1])) == [0, 1, 2]


def test_the_speaker_says_more_in_chats_with_an_assistant() -> None:
    assert ASSISTED_WEIGHTS[Signal.SPEAKER] == 2 * WEIGHTS[Signal.SPEAKER]
    close = pool("a b", "a b", speakers=[-1.0, 1.0], words=[9.0, 0.0], windows=[9.0, 4.5])
    assert order(close, is_assisted=True) == [1, 0]
    assert order(close, is_assisted=False) == [0, 1]


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("When did I go?", "We went on 4 May 2024"),
        ("How many cups?", "There were 12 of them"),
        ("Where did I live?", "We stayed in Oslo, near Anna"),
    ],
)
def test_the_kind_of_an_answer_counts(query: str, best: str) -> None:
    assert order(pool("We went there then ok", best), query) == [1, 0]


def test_a_question_is_no_answer_but_what_follows_it_may_be() -> None:
    assert order(pool("do you like green tea?", "i do like green tea")) == [1, 0]
    assert order(pool("i like tea", "i like tea", after_question=[0, 1])) == [1, 0]


def test_a_day_that_the_question_names_counts() -> None:
    days = [float(date(2025, 3, 20).toordinal()), float(date(2026, 2, 20).toordinal())]
    assert order(pool("a b", "a b", days=days), "What was it last month?") == [1, 0]


def test_every_signal_can_be_explained() -> None:
    fused = fuse_turns(pool("a b", "c d", words=[1.0, 2.0]), Question.of("tea", TODAY), is_assisted=True)

    for place in (0, 1):
        parts = fused.explain(place)
        assert sum(part.contribution for part in parts) == pytest.approx(float(fused.scores[place]), abs=1e-5)
        assert all(part.weight == ASSISTED_WEIGHTS[Signal(part.name)] for part in parts)


def test_no_candidates_have_no_scores() -> None:
    assert order(pool()) == []
