"""How sure an answer is that anything relevant was found at all."""

import math
from collections.abc import Collection, Mapping, Sequence

from onememory.domain.search import Confidence

# Measured on LoCoMo turns kept as memories, quantiles of four conversations tried on the fifth, then rounded.
# Answerable: the 996 questions of the conversation itself; unanswerable: 705 of another one with the speakers' names
# exchanged (hard) or not (easy). "None" for so many answerable, hard, easy; "strong" likewise:
#   coverage alone                AUC .84 hard, .93 easy   none  8, 42, 71 %   strong 57, 9, 1 %
#   coverage + cosine, wordllama  AUC .88 hard, .96 easy   none  5, 48, 73 %   strong 64, 9, 1 %
#   coverage + cosine, MiniLM     AUC .89 hard, .96 easy   none  3, 38, 55 %   strong 70, 9, 1 %
WEAK_BY_WORDS, STRONG_BY_WORDS = 0.25, 0.55
WEAK_BY_BOTH, STRONG_BY_BOTH = 0.55, 0.95
STRONG_NEEDS_COVERAGE = 0.3  # texts in one script that a model hardly knows are all near to each other


def coverage(
    terms: Sequence[str], document_frequencies: Mapping[str, int], total: int, best_texts_terms: Collection[str]
) -> float:
    """The share of the query's terms, weighted by rarity, that the best hit holds; a term nobody holds weighs most.

    `total` counts the memories searched; `best_texts_terms` are the index terms of the best hit's text.
    """
    held = set(best_texts_terms)
    weights = rarities(terms, document_frequencies, total)
    whole = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in held) / whole if whole else 0.0


def confidence(covered: float, best_cosine: float | None) -> Confidence:
    """How sure to be of an answer whose best hit covers so much of the query; the cosine is the pool's greatest."""
    if best_cosine is None:
        evidence, weak, strong = covered, WEAK_BY_WORDS, STRONG_BY_WORDS
    else:
        evidence, weak, strong = covered + max(best_cosine, 0.0), WEAK_BY_BOTH, STRONG_BY_BOTH
    if evidence >= strong and covered >= STRONG_NEEDS_COVERAGE:
        return "strong"
    return "weak" if evidence >= weak else "none"


def rarities(terms: Sequence[str], document_frequencies: Mapping[str, int], total: int) -> dict[str, float]:
    """How much each term tells."""
    return {term: _rarity(document_frequencies.get(term, 0), total) for term in terms}


def _rarity(frequency: int, total: int) -> float:
    found = min(frequency, total)
    return math.log1p((total - found + 0.5) / (found + 0.5))
