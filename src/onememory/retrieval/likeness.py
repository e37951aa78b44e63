"""Whether two short texts say the same thing, by their words, their numbers and their meaning."""

import re

from onememory.retrieval.words import index_terms

# Tried on 12 pairs that say the same and 14 that are merely related (tests/services/test_duplicates.py): with wordllama
# the sum of cosine and shared words finds 10 and takes none of the others for the same; words alone find 8.
SAME_BY_BOTH = 1.45
SAME_BY_WORDS = 0.75

_NUMBER = re.compile(r"\d+")
_SAID_OF_ALL = {"user"}  # "The user ..." opens most of what assistants write down


def is_same(text: str, other: str, cosine: float | None) -> bool:
    """Whether one of the texts is enough; the cosine is that of their vectors, None where there are none."""
    numbers, others = set(_NUMBER.findall(text)), set(_NUMBER.findall(other))
    if numbers - others and others - numbers:
        return False  # 5 km on Monday is not 10 km on Sunday, however near they are
    return likeness(text, other, cosine) >= (SAME_BY_WORDS if cosine is None else SAME_BY_BOTH)


def likeness(text: str, other: str, cosine: float | None) -> float:
    """The share of words that both have, 0 to 1, and their cosine added to it where there is one."""
    words, others = set(index_terms(text)) - _SAID_OF_ALL, set(index_terms(other)) - _SAID_OF_ALL
    together = len(words) + len(others)
    return (2 * len(words & others) / together if together else 0.0) + max(cosine or 0.0, 0.0)
