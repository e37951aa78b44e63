"""What the index of memories asks of the words leg, whichever way a dialect keeps it."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Postings = NDArray[np.int64]

MOST = 200_000  # memories that hold the terms looked up, in sum; the commonest are left out where rarer ones remain


class WordIndex(Protocol):
    """In which documents of one user each term stands."""

    def put(self, terms: Iterable[tuple[int, Sequence[str]]]) -> None:
        """Index documents that are not here."""
        ...

    def remove(self, docs: Iterable[int]) -> None:
        """Take documents out; unknown ones are ignored."""
        ...

    def scrub(self) -> None:
        """Leave nothing of the words of removed documents."""
        ...

    def clear(self) -> None:
        """Forget every document."""
        ...

    def frequencies(self, terms: Sequence[str]) -> dict[str, int]:
        """In how many documents each term stands."""
        ...

    def postings(self, frequencies: Mapping[str, int]) -> dict[str, Postings]:
        """For each term worth looking up the documents that hold it, ascending, and as often as each does."""
        ...


def telling(frequencies: Mapping[str, int]) -> list[str]:
    """The terms that occur, rarest first, without the commonest where that is too much to read."""
    rarest = sorted((term for term in frequencies if frequencies[term]), key=frequencies.__getitem__)
    reached = list(accumulate(frequencies[term] for term in rarest))
    return rarest[: max(1, bisect_right(reached, MOST))]
