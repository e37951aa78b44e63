"""The fusion for memories: only the signals that a memory has."""

from collections.abc import Sequence
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

# Words to meaning: best between 1 : 0.5 and 1 : 1.5 on LoCoMo turns kept as plain memories, with two embedders, a store
# for each conversation or one for all (`python -m bench.retrieval`). The others are those found for chats on three data
# sets, brought to this scale; each raises NDCG@10 here too, and weights fitted on four conversations and tried on the
# fifth differ by less than 1.5 points from these. DATE may be .6 to 1.4 alike (R@10 71.3 to 71.5); the most, so that a
# named day outweighs what is near to a degree only.
WEIGHTS: dict[Signal, float] = {
    Signal.WORDS: 1.0,
    Signal.MEANING: 1.0,
    Signal.TIME: 0.25,
    Signal.NUMBER: 0.15,
    Signal.NAMES: 0.25,
    Signal.QUESTION: -0.2,
    Signal.LENGTH: 0.2,
    Signal.DATE: 1.4,
    Signal.SUPERSEDED: -0.5,
}


@dataclass(frozen=True, slots=True)
class Pool:
    """The candidates of one query; every array has one entry for each."""

    words: Floats  # BM25, higher is better, 0 where no word was found
    meaning: Floats  # cosine, nan where there is no vector
    text: TextColumns
    superseded: NDArray[np.bool_]

    @classmethod
    def joined(cls, pools: "Sequence[Pool]") -> "Pool":
        """Several pools as one, one behind the other."""
        return cls(
            np.concatenate([pool.words for pool in pools]),
            np.concatenate([pool.meaning for pool in pools]),
            TextColumns.joined([pool.text for pool in pools]),
            np.concatenate([pool.superseded for pool in pools]),
        )


def fuse(pool: Pool, question: Question) -> Fused:
    """The scores of the candidates."""
    values = {
        Signal.WORDS: of_greatest(pool.words),
        Signal.MEANING: of_span(pool.meaning),
        **text_signals(pool.text, question),
        Signal.SUPERSEDED: pool.superseded.astype(np.float32),
    }
    return combined(values, WEIGHTS, len(pool.words))
