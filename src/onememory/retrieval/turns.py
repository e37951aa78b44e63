"""The fusion for turns of conversations: the signals of memories, and window, conversation and speaker beside them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onememory.retrieval.signals import (
    Floats,
    Fused,
    Question,
    Signal,
    TextColumns,
    combined,
    of_greatest,
    of_span,
    text_signals,
)

# One set of round weights that served three data sets of chats alike; weights learned on two of them and tried on the
# third lose 2 to 5 points of R@10 (see docs/design.md and `scripts/bench recall`).
WEIGHTS: dict[Signal, float] = {
    Signal.WORDS: 1.0,
    Signal.MEANING: 4.0,
    Signal.WINDOW: 2.0,
    Signal.SESSION: 1.25,
    Signal.SESSION_MEANING: 1.75,
    Signal.SPEAKER: 0.8,
    Signal.TIME: 1.2,
    Signal.NUMBER: 0.6,
    Signal.NAMES: 1.3,
    Signal.QUESTION: -0.8,
    Signal.AFTER_QUESTION: 0.5,
    Signal.LENGTH: 1.25,
    Signal.DATE: 2.8,
}
# In chats with an assistant who spoke says twice as much, and the kind of an answer half as much.
ASSISTED_WEIGHTS: dict[Signal, float] = WEIGHTS | {
    Signal.SPEAKER: 1.6,
    Signal.TIME: 0.6,
    Signal.NUMBER: 0.3,
    Signal.NAMES: 0.65,
}


@dataclass(frozen=True, slots=True)
class TurnPool:
    """The candidates of one query; every array has one entry for each."""

    words: Floats  # BM25 of the turn, higher is better, 0 where no word was found
    windows: Floats  # of the turn with its neighbours
    sessions: Floats  # of its conversation
    meaning: Floats  # cosine, nan where there is no vector
    session_meaning: Floats  # the greatest cosine in its conversation, nan where there is none
    speakers: Floats  # 1 the one who is meant, -1 another, 0 unknown
    text: TextColumns
    after_question: NDArray[np.bool_]  # whether the turn before it asks something


def fuse_turns(pool: TurnPool, question: Question, *, is_assisted: bool) -> Fused:
    """The scores of the candidates; `is_assisted` says that the chats are with an assistant."""
    values = {
        Signal.WORDS: of_greatest(pool.words),
        Signal.WINDOW: of_greatest(pool.windows),
        Signal.SESSION: of_greatest(pool.sessions),
        Signal.MEANING: of_span(pool.meaning),
        Signal.SESSION_MEANING: of_span(pool.session_meaning),
        Signal.SPEAKER: pool.speakers,
        **text_signals(pool.text, question),
        Signal.AFTER_QUESTION: pool.after_question.astype(np.float32),
    }
    return combined(values, ASSISTED_WEIGHTS if is_assisted else WEIGHTS, len(pool.words))
