"""One score out of many signals, each brought to 0..1 inside the pool of candidates and weighted."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from onememory.domain.search import SignalValue
from onememory.retrieval.cues import (
    NAMES_COUNTED,
    NAMES_SHIFT,
    NUMBER_BIT,
    QUESTION_BIT,
    TIME_BIT,
    QueryCues,
    query_cues,
)
from onememory.retrieval.dates import Period, closeness, periods_in

Floats = NDArray[np.float32]


class Signal(StrEnum):
    """What speaks for a hit, or against it."""

    WORDS = "words"
    MEANING = "meaning"
    TIME = "time"
    NUMBER = "number"
    NAMES = "names"
    QUESTION = "question"
    LENGTH = "length"
    DATE = "date"
    SUPERSEDED = "superseded"


# Words to meaning: best between 1 : 0.5 and 1 : 1.5 on LoCoMo turns kept as plain memories, with two embedders, a store
# for each conversation or one for all (`python -m bench.retrieval`). The others are those found for chats on three data
# sets, brought to this scale; each raises NDCG@10 here too, and weights fitted on four conversations and tried on the
# fifth differ by less than 1.5 points from these.
WEIGHTS: dict[Signal, float] = {
    Signal.WORDS: 1.0,
    Signal.MEANING: 1.0,
    Signal.TIME: 0.25,
    Signal.NUMBER: 0.15,
    Signal.NAMES: 0.25,
    Signal.QUESTION: -0.2,
    Signal.LENGTH: 0.2,
    Signal.DATE: 0.6,
    Signal.SUPERSEDED: -0.5,
}
NEUTRAL_CUE = 0.5
CUES_UP_TO_WORDS = 100  # a longer text holds a number or a name of some sort anyway
LENGTH_COUNTED = 40  # words
NARROW_MEANING = 0.3  # cosines that differ by less than this are not stretched to the whole of 0..1


@dataclass(frozen=True, slots=True)
class Question:
    """What is known of a query beside its words and its vector."""

    cues: QueryCues
    periods: tuple[Period, ...] = ()

    @classmethod
    def of(cls, query: str, today: date) -> "Question":
        """The question that a query asks on a given day."""
        return cls(query_cues(query), tuple(periods_in(query, today)[0]))


@dataclass(frozen=True, slots=True)
class Pool:
    """The candidates of one query; every array has one entry for each."""

    words: Floats  # BM25, higher is better, 0 where no word was found
    meaning: Floats  # cosine, nan where there is no vector
    cues: NDArray[np.int64]  # packed TextCues
    lengths: NDArray[np.int64]  # words
    days: NDArray[np.int32]  # ordinal of the day the candidate is about, -1 where unknown
    superseded: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Fused:
    """Scores of a pool in its own order, with the part of every signal."""

    scores: Floats
    values: dict[Signal, Floats]

    def explain(self, index: int) -> list[SignalValue]:
        """The signals of one candidate, the most telling first."""
        parts = [
            SignalValue(signal.value, float(values[index]), WEIGHTS[signal], float(values[index]) * WEIGHTS[signal])
            for signal, values in self.values.items()
        ]
        return sorted(parts, key=lambda part: -abs(part.contribution))


def fuse(pool: Pool, question: Question) -> Fused:
    """The scores of the candidates; signals that the question does not call for are left out."""
    values = _values(pool, question)
    scores = np.zeros(len(pool.words), dtype=np.float32)
    for signal, signal_values in values.items():
        scores += np.float32(WEIGHTS[signal]) * signal_values
    return Fused(scores, values)


def _values(pool: Pool, question: Question) -> dict[Signal, Floats]:
    values = {Signal.WORDS: _of_greatest(pool.words), Signal.MEANING: _of_span(pool.meaning)}
    asked = question.cues
    if asked.when:
        values[Signal.TIME] = _cue(pool, (pool.cues & TIME_BIT) > 0)
    if asked.how_many:
        values[Signal.NUMBER] = _cue(pool, (pool.cues & NUMBER_BIT) > 0)
    if asked.who_where:
        values[Signal.NAMES] = _cue(pool, (pool.cues >> NAMES_SHIFT & NAMES_COUNTED) / NAMES_COUNTED)
    values[Signal.QUESTION] = ((pool.cues & QUESTION_BIT) > 0).astype(np.float32)
    values[Signal.LENGTH] = _length(pool.lengths)
    if question.periods:
        values[Signal.DATE] = _dates(pool.days, question.periods)
    values[Signal.SUPERSEDED] = pool.superseded.astype(np.float32)
    return values


def _of_greatest(values: Floats) -> Floats:
    """The share of the greatest: BM25 has a true zero, and an only match is a whole one."""
    greatest = values.max(initial=0.0)
    return np.asarray(values / greatest if greatest > 0 else np.zeros_like(values), dtype=np.float32)


def _of_span(values: Floats) -> Floats:
    """The place between the least and the greatest; unknown is 0, and a narrow span is not blown up."""
    known = ~np.isnan(values)
    if not known.any():
        return np.zeros(len(values), dtype=np.float32)
    greatest = values[known].max()
    span = max(greatest - values[known].min(), NARROW_MEANING)
    scaled = 1.0 - (greatest - values) / span
    return np.where(known, scaled, 0.0).astype(np.float32)


def _cue(pool: Pool, holds: NDArray[np.generic]) -> Floats:
    return np.where(pool.lengths > CUES_UP_TO_WORDS, NEUTRAL_CUE, holds).astype(np.float32)


def _length(lengths: NDArray[np.int64]) -> Floats:
    counted = np.log1p(np.minimum(lengths, LENGTH_COUNTED)) / np.log1p(LENGTH_COUNTED)
    return np.asarray(counted, dtype=np.float32)


def _dates(days: NDArray[np.int32], periods: tuple[Period, ...]) -> Floats:
    distinct, places = np.unique(days, return_inverse=True)
    near = [closeness(date.fromordinal(day), periods) if day > 0 else 0.0 for day in distinct.tolist()]
    return np.asarray(near, dtype=np.float32)[places]
