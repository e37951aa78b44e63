"""What speaks for a hit: signals brought to 0..1 inside the pool of candidates, weighted and summed."""

from collections.abc import Mapping, Sequence
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
    WINDOW = "window"
    SESSION = "session"
    MEANING = "meaning"
    SESSION_MEANING = "session_meaning"
    SPEAKER = "speaker"
    TIME = "time"
    NUMBER = "number"
    NAMES = "names"
    QUESTION = "question"
    AFTER_QUESTION = "after_question"
    LENGTH = "length"
    DATE = "date"
    SUPERSEDED = "superseded"


NEUTRAL_CUE = 0.5
CUES_UP_TO_WORDS = 100  # a longer text holds a number or a name of some sort anyway
LENGTH_COUNTED = 40  # words
NARROW_MEANING = 0.3  # cosines that differ by less than this are not stretched to the whole of 0..1

Values = Mapping[Signal, Floats]


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
class TextColumns:
    """What is kept of candidates' texts; every array has one entry for each."""

    cues: NDArray[np.int64]  # packed TextCues
    lengths: NDArray[np.int64]  # words
    days: NDArray[np.int32]  # ordinal of the day the candidate is about, -1 where unknown

    @classmethod
    def joined(cls, parts: "Sequence[TextColumns]") -> "TextColumns":
        """The columns of several pools, one behind the other."""
        return cls(
            np.concatenate([part.cues for part in parts]),
            np.concatenate([part.lengths for part in parts]),
            np.concatenate([part.days for part in parts]),
        )


@dataclass(frozen=True, slots=True)
class Fused:
    """Scores of a pool in its own order, with the part of every signal."""

    scores: Floats
    values: Values
    weights: Mapping[Signal, float]

    def explain(self, index: int) -> list[SignalValue]:
        """The signals of one candidate, the most telling first."""
        parts = [
            SignalValue(signal.value, value := float(values[index]), self.weights[signal], value * self.weights[signal])
            for signal, values in self.values.items()
        ]
        return sorted(parts, key=lambda part: -abs(part.contribution))


def combined(values: Values, weights: Mapping[Signal, float], size: int) -> Fused:
    """The weighted sum of the signals of `size` candidates."""
    scores = np.zeros(size, dtype=np.float32)
    for signal, signal_values in values.items():
        scores += np.float32(weights[signal]) * signal_values
    return Fused(scores, values, weights)


def text_signals(columns: TextColumns, question: Question) -> dict[Signal, Floats]:
    """The signals that come from a text alone; those that the question does not call for are left out."""
    values: dict[Signal, Floats] = {}
    cues, asked = columns.cues, question.cues
    if asked.when:
        values[Signal.TIME] = _cue(columns, (cues & TIME_BIT) > 0)
    if asked.how_many:
        values[Signal.NUMBER] = _cue(columns, (cues & NUMBER_BIT) > 0)
    if asked.who_where:
        values[Signal.NAMES] = _cue(columns, (cues >> NAMES_SHIFT & NAMES_COUNTED) / NAMES_COUNTED)
    values[Signal.QUESTION] = ((cues & QUESTION_BIT) > 0).astype(np.float32)
    values[Signal.LENGTH] = _length(columns.lengths)
    if question.periods:
        values[Signal.DATE] = _dates(columns.days, question.periods)
    return values


def of_greatest(values: Floats) -> Floats:
    """The share of the greatest: BM25 has a true zero, and an only match is a whole one."""
    greatest = values.max(initial=0.0)
    return np.asarray(values / greatest if greatest > 0 else np.zeros_like(values), dtype=np.float32)


def of_span(values: Floats) -> Floats:
    """The place between the least and the greatest; the unknown are as the mean, a narrow span is not blown up."""
    known = ~np.isnan(values)
    if not known.any():
        return np.zeros(len(values), dtype=np.float32)
    greatest = values[known].max()
    span = max(greatest - values[known].min(), NARROW_MEANING)
    scaled = np.asarray(1.0 - (greatest - values) / span, dtype=np.float32)
    scaled[~known] = scaled[known].mean()
    return scaled


def _cue(columns: TextColumns, holds: NDArray[np.generic]) -> Floats:
    return np.where(columns.lengths > CUES_UP_TO_WORDS, NEUTRAL_CUE, holds).astype(np.float32)


def _length(lengths: NDArray[np.int64]) -> Floats:
    counted = np.log1p(np.minimum(lengths, LENGTH_COUNTED)) / np.log1p(LENGTH_COUNTED)
    return np.asarray(counted, dtype=np.float32)


def _dates(days: NDArray[np.int32], periods: tuple[Period, ...]) -> Floats:
    distinct, places = np.unique(days, return_inverse=True)
    near = [closeness(date.fromordinal(day), periods) if day > 0 else 0.0 for day in distinct.tolist()]
    return np.asarray(near, dtype=np.float32)[places]
