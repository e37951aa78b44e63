"""Fusion of the signals of a pool."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from onememory.retrieval.cues import QueryCues, text_cues
from onememory.retrieval.fusion import Pool, fuse
from onememory.retrieval.periods import months
from onememory.retrieval.signals import Question, Signal, TextColumns

PLAIN = Question(QueryCues())
NAN = float("nan")


def pool(words: list[float], meaning: list[float], texts: list[str] | None = None) -> Pool:
    """Candidates with these scores, and the cues of these texts."""
    cues = [text_cues(text) for text in texts or ["a plain text"] * len(words)]
    return Pool(
        words=np.array(words, dtype=np.float32),
        meaning=np.array(meaning, dtype=np.float32),
        text=TextColumns(
            cues=np.array([cue.pack() for cue in cues], dtype=np.int64),
            lengths=np.array([cue.words for cue in cues], dtype=np.int64),
            days=np.full(len(words), -1, dtype=np.int32),
        ),
        superseded=np.zeros(len(words), dtype=np.bool_),
    )


def value(candidates: Pool, signal: Signal, question: Question = PLAIN) -> list[float]:
    return [round(float(one), 3) for one in fuse(candidates, question).values[signal]]


def test_an_empty_pool_gives_no_scores() -> None:
    assert fuse(pool([], []), PLAIN).scores.tolist() == []


@pytest.mark.parametrize(
    ("words", "expected"), [([2.0], [1.0]), ([2.0, 2.0], [1.0, 1.0]), ([4.0, 1.0, 0.0], [1.0, 0.25, 0.0])]
)
def test_words_are_a_share_of_the_best_so_that_an_only_match_is_whole(
    words: list[float], expected: list[float]
) -> None:
    assert value(pool(words, [NAN] * len(words)), Signal.WORDS) == expected


def test_where_no_word_was_found_words_say_nothing() -> None:
    assert value(pool([0.0, 0.0], [0.5, 0.1]), Signal.WORDS) == [0.0, 0.0]


@pytest.mark.parametrize(
    ("meaning", "expected"),
    [
        ([0.9, 0.4, 0.65], [1.0, 0.0, 0.5]),
        ([0.7], [1.0]),
        ([0.5, 0.5], [1.0, 1.0]),
        ([0.9, NAN, 0.4], [1.0, 0.5, 0.0]),
        ([NAN, NAN], [0.0, 0.0]),
        ([0.12, 0.09], [1.0, 0.9]),
    ],
)
def test_meaning_is_the_place_in_the_span_without_blowing_up_a_narrow_one(
    meaning: list[float], expected: list[float]
) -> None:
    assert value(pool([0.0] * len(meaning), meaning), Signal.MEANING) == expected


def test_either_words_or_meaning_can_put_a_candidate_first() -> None:
    by_words = fuse(pool([3.0, 0.0], [0.2, 0.3]), PLAIN).scores
    by_meaning = fuse(pool([0.2, 0.2], [0.1, 0.8]), PLAIN).scores

    assert by_words.argmax() == 0
    assert by_meaning.argmax() == 1


@pytest.mark.parametrize(
    ("cues", "signal", "text"),
    [
        (QueryCues(when=True), Signal.TIME, "met there last week"),
        (QueryCues(how_many=True), Signal.NUMBER, "paid 30 for it"),
        (QueryCues(who_where=True), Signal.NAMES, "went to Rome with Ana and Rui"),
    ],
)
def test_a_text_that_holds_what_is_asked_for_goes_first(cues: QueryCues, signal: Signal, text: str) -> None:
    candidates = pool([1.0, 1.0], [NAN, NAN], ["nothing of the sort", text])

    assert value(candidates, signal, Question(cues)) == [0.0, 1.0]
    assert fuse(candidates, Question(cues)).scores.argmax() == 1


def test_a_cue_is_neutral_in_a_long_text() -> None:
    candidates = pool([1.0], [NAN], ["met there last week " + "and so on " * 40])

    assert value(candidates, Signal.TIME, Question(QueryCues(when=True))) == [0.5]


def test_cues_that_the_question_does_not_ask_for_are_left_out() -> None:
    assert not {Signal.TIME, Signal.NUMBER, Signal.NAMES, Signal.DATE} & set(fuse(pool([1.0], [0.5]), PLAIN).values)


def test_a_short_question_goes_behind_its_answer() -> None:
    candidates = pool([1.0, 1.0], [NAN, NAN], ["is the dog well?", "the dog is well"])

    assert fuse(candidates, PLAIN).scores.argmax() == 1


def test_a_memory_of_the_named_period_goes_first_and_an_undated_one_last() -> None:
    days = [date(2023, 5, 3).toordinal(), date(2023, 6, 3).toordinal(), -1]
    candidates = pool([1.0] * 3, [NAN] * 3)
    candidates = replace(candidates, text=replace(candidates.text, days=np.array(days, dtype=np.int32)))

    assert value(candidates, Signal.DATE, Question(QueryCues(), (months(2023, 5),))) == [1.0, 0.3, 0.0]


def test_a_superseded_memory_is_demoted() -> None:
    candidates = replace(pool([1.1, 1.0], [NAN, NAN]), superseded=np.array([True, False]))

    assert fuse(candidates, PLAIN).scores.argmax() == 1


def test_the_explanation_of_a_hit_adds_up_to_its_score() -> None:
    candidates = pool([2.0, 1.0], [0.3, 0.8], ["was it in Rome?", "3 days in Rome with Ana"])
    fused = fuse(candidates, Question.of("How many days was I in Rome in May 2023?", date(2026, 1, 1)))

    for index, score in enumerate(fused.scores):
        assert sum(part.contribution for part in fused.explain(index)) == pytest.approx(float(score), abs=1e-5)
    assert fused.explain(1)[0].name == Signal.MEANING
