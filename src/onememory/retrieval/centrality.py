"""Summaries without a language model: the sentences of a conversation that most others resemble, in their order.

LexRank (Erkan and Radev, 2004) with continuous weights over the cosine of the sentences' rare words.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from onememory.retrieval.passages import sentences
from onememory.retrieval.words import index_terms

DAMPING = 0.85
ROUNDS = 30
MOST_SENTENCES = 1_500  # of a conversation; evenly taken from a longer one
FEWEST_TERMS = 3  # a shorter sentence says little by itself

Matrix = NDArray[np.float32]


def central_sentences(spoken: Sequence[str], count: int) -> str:
    """The `count` most central sentences, a line each, with who said them; `spoken` are turns as `Who: text`."""
    found = [(who, sentence) for turn in spoken for who, sentence in _with_speaker(turn)]
    if len(found) > MOST_SENTENCES:
        found = found[:: len(found) // MOST_SENTENCES + 1]
    terms = [Counter(index_terms(sentence)) for _, sentence in found]
    useful = [i for i, counted in enumerate(terms) if len(counted) >= FEWEST_TERMS]
    if not useful:
        return "\n".join(f"{who}: {sentence}" for who, sentence in found[:count])
    ranks = _ranks(_similarities([terms[i] for i in useful]))
    best = sorted(useful[i] for i in np.argsort(-ranks, kind="stable")[:count])
    return "\n".join(f"{found[i][0]}: {found[i][1]}" for i in best)


def _with_speaker(turn: str) -> list[tuple[str, str]]:
    who, _, text = turn.partition(": ")
    return [(who, sentence) for sentence in sentences(text)]


def _similarities(terms: Sequence[Counter[str]]) -> Matrix:
    frequencies = Counter(term for counted in terms for term in counted)
    columns = {term: i for i, term in enumerate(term for term, n in frequencies.items() if n > 1)}
    weights = np.zeros((len(terms), len(columns)), dtype=np.float32)
    for row, counted in enumerate(terms):
        for term, count in counted.items():
            if term in columns:
                weights[row, columns[term]] = count * np.log(len(terms) / frequencies[term] + 1)
    lengths = np.linalg.norm(weights, axis=1, keepdims=True)
    unit = np.divide(weights, lengths, out=np.zeros_like(weights), where=lengths > 0)
    similar: Matrix = unit @ unit.T
    np.fill_diagonal(similar, 0)
    return similar


def _ranks(similar: Matrix) -> Matrix:
    sums = similar.sum(axis=1, keepdims=True)
    size = len(similar)
    steps = np.divide(similar, sums, out=np.full_like(similar, 1 / size), where=sums > 0)
    ranks = np.full(size, 1 / size, dtype=np.float32)
    for _ in range(ROUNDS):
        ranks = (1 - DAMPING) / size + DAMPING * (ranks @ steps)
    return np.asarray(ranks, dtype=np.float32)
