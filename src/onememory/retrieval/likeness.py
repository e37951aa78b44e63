"""Whether two short texts say the same thing, by their words, their numbers and their meaning."""

import re
from dataclasses import dataclass

from onememory.retrieval.words import index_terms

# Tried on 12 pairs that say the same and 14 that are merely related (tests/services/test_duplicates.py): with wordllama
# the sum of cosine and shared words finds 10 and takes none of the others for the same; words alone find 8.
SAME_BY_BOTH = 1.45
SAME_BY_WORDS = 0.75

_NUMBER = re.compile(r"\d+")
_SAID_OF_ALL = {"user"}  # "The user ..." opens most of what assistants write down


@dataclass(frozen=True, slots=True)
class Statement:
    """A text as it is compared with others."""

    words: frozenset[str]
    numbers: frozenset[str]


def statement_of(text: str) -> Statement:
    """What of a text is compared."""
    return Statement(frozenset(index_terms(text)) - _SAID_OF_ALL, frozenset(_NUMBER.findall(text)))


def could_be_same(cosine: float | None) -> bool:
    """Whether texts with this cosine can say the same at all, whatever their words are."""
    return cosine is None or cosine + 1 >= SAME_BY_BOTH


def sameness(one: Statement, text: str, cosine: float | None) -> float | None:
    """How like another text is to a statement, or None where it says something else.

    The share of words that both have, 0 to 1, and the cosine of their vectors where there is one.
    """
    meaning, needed = (0.0, SAME_BY_WORDS) if cosine is None else (cosine, SAME_BY_BOTH)
    other = statement_of(text)
    if one.numbers - other.numbers and other.numbers - one.numbers:
        return None  # 5 km on Monday is not 10 km on Sunday, however near they are
    together = len(one.words) + len(other.words)
    likeness = meaning + (2 * len(one.words & other.words) / together if together else 0.0)
    return likeness if likeness >= needed else None
