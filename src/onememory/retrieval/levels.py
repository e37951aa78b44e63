"""BM25 of each turn of a conversation at three levels: the turn, the turn with its neighbours, the whole conversation.

One list of postings serves all three: a window's count of a term is the sum over the turn and its neighbours, a
conversation's the sum over its turns. Okapi BM25 as in Robertson and Zaragoza (2009), section 3.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Turns = NDArray[np.int64]  # positions of turns in the layout, ascending and distinct

TURN = (0.9, 0.4)  # k1 and b
SESSION = (1.2, 0.75)
NEIGHBOUR_WORDS = 60  # of a neighbour that count for the window


@dataclass(frozen=True, slots=True)
class Postings:
    """In which turns a term stands, and how often."""

    turns: Turns
    counts: Floats


@dataclass(frozen=True, slots=True)
class Layout:
    """How turns lie: those of one conversation beside each other and in order."""

    conversations: NDArray[np.int32]  # for each turn the number of its conversation
    lengths: Floats  # terms of each turn
    window_lengths: Floats
    session_lengths: Floats  # for each conversation

    @classmethod
    def of(cls, conversations: NDArray[np.int32], lengths: NDArray[np.generic]) -> "Layout":
        """The layout of turns with these conversations and lengths."""
        own = np.asarray(lengths, dtype=np.float32)
        clipped = np.minimum(own, np.float32(NEIGHBOUR_WORDS))
        window = own.copy()
        if len(own) > 1:
            joined = conversations[1:] == conversations[:-1]
            window[1:] += np.where(joined, clipped[:-1], 0)
            window[:-1] += np.where(joined, clipped[1:], 0)
        count = int(conversations.max(initial=-1)) + 1
        sessions = np.bincount(conversations, weights=own, minlength=count).astype(np.float32)
        return cls(conversations, own, window, sessions)


@dataclass(frozen=True, slots=True)
class Levels:
    """Scores; those of turns and windows by turn, those of sessions by conversation; 0 where no term stands."""

    turns: Floats
    windows: Floats
    sessions: Floats


def score(terms: Sequence[Postings], layout: Layout) -> Levels:
    """The three BM25 scores of every turn and conversation for a bag of terms."""
    size = len(layout.lengths)
    turns, windows = np.zeros(size, dtype=np.float32), np.zeros(size, dtype=np.float32)
    sessions = np.zeros(len(layout.session_lengths), dtype=np.float32)
    counted = np.zeros(size, dtype=np.float32)  # of one term in windows; zero again after each
    means = [max(float(x.mean()), 1.0) if len(x) else 1.0 for x in (layout.lengths, layout.window_lengths)]
    session_mean = max(float(layout.session_lengths.mean()), 1.0) if len(sessions) else 1.0
    for term in terms:
        at = term.turns
        weight = _idf(len(at), size)
        turns[at] += weight * _saturated(term.counts, layout.lengths[at] / means[0], TURN)
        for near in _spread(term, layout, counted):
            fresh = near[counted[near] > 0]  # a window that several of the term's turns share is scored once
            windows[fresh] += weight * _saturated(counted[fresh], layout.window_lengths[fresh] / means[1], TURN)
            counted[fresh] = 0
        in_sessions = np.bincount(layout.conversations[at], weights=term.counts, minlength=len(sessions))
        held = np.flatnonzero(in_sessions)
        rarity = _idf(len(held), len(sessions))
        relative = layout.session_lengths[held] / session_mean
        sessions[held] += rarity * _saturated(in_sessions[held].astype(np.float32), relative, SESSION)
    return Levels(turns, windows, sessions)


def _spread(term: Postings, layout: Layout, counted: Floats) -> list[Turns]:
    """Add the term's counts to the windows that hold it; the windows touched, each distinct within its list."""
    at, size = term.turns, len(layout.lengths)
    counted[at] += term.counts
    touched = [at]
    for step in (-1, 1):
        beside = at + step
        inside = (beside >= 0) & (beside < size)
        inside[inside] = layout.conversations[beside[inside]] == layout.conversations[at[inside]]
        counted[beside[inside]] += term.counts[inside]
        touched.append(beside[inside])
    return touched


def _idf(frequency: int, total: int) -> float:
    return float(np.log1p((total - frequency + 0.5) / (frequency + 0.5)))


def _saturated(counts: Floats, relative_lengths: Floats, parameters: tuple[float, float]) -> Floats:
    k1, b = parameters
    scores = counts * (k1 + 1) / (counts + k1 * (1 - b + b * relative_lengths))
    return np.asarray(scores, dtype=np.float32)
