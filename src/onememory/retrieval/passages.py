"""Passages out of turns: whole sentences that say most about a question, within a budget of tokens."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import regex

from onememory.retrieval.words import index_terms

_SENTENCE = regex.compile(r"(?<=[.!?\u2026][\"'\u201d\u2019)\]]*)\s+|(?<=[\u3002\uff01\uff1f])|\n+")

Count = Callable[[Sequence[str]], list[int]]
Weights = Mapping[str, float]  # of the question's terms


@dataclass(frozen=True, slots=True)
class Cut:
    """A text brought down to a budget."""

    text: str
    tokens: int
    is_whole: bool


def sentences(text: str) -> list[str]:
    """The sentences and lines of a text, without space around them."""
    return [part for piece in _SENTENCE.split(text) if piece and (part := piece.strip())]


def cut_to(text: str, budget: int, weights: Weights, count: Count) -> Cut:
    """The run of whole sentences within the budget that holds most of the question's words, else the beginning.

    Empty where not even the best sentence fits.
    """
    text = text.strip()
    (whole,) = count([text])
    if whole <= budget:
        return Cut(text, whole, is_whole=True)
    parts = sentences(text)
    costs = count(parts)
    values = [_value(part, weights) for part in parts]
    first, last = _best_run(costs, values, budget)
    if first == last:
        return Cut("", 0, is_whole=False)
    shown = " ".join(parts[first:last])
    text = f"{'… ' if first else ''}{shown}{' …' if last < len(parts) else ''}"
    return Cut(text, count([text])[0], is_whole=False)


def _best_run(costs: Sequence[int], values: Sequence[float], budget: int) -> tuple[int, int]:
    """The bounds of the run that is worth most; of equals the longer, then the earlier one."""
    budget -= 2  # for the marks of what was left out
    best, bounds = (-1.0, 0), (0, 0)
    first = cost = 0
    value = 0.0
    for last in range(len(costs)):
        cost += costs[last]
        value += values[last]
        while cost > budget and first <= last:
            cost -= costs[first]
            value -= values[first]
            first += 1
        if first <= last and (round(value, 6), cost) > best:
            best, bounds = (round(value, 6), cost), (first, last + 1)
    return bounds


def _value(sentence: str, weights: Weights) -> float:
    return sum(weights.get(term, 0.0) for term in set(index_terms(sentence)))


def is_repeated(text: str, shown: Collection[frozenset[str]], share: float = 0.9) -> bool:
    """Whether almost all words of a text stand in one of those shown before."""
    words = frozenset(index_terms(text))
    return any(len(words & other) >= share * len(words) for other in shown) if words else True


def words_of(text: str) -> frozenset[str]:
    """What `is_repeated` compares."""
    return frozenset(index_terms(text))
