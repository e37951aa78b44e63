"""What one transaction has looked up of an index, so that it is looked up once."""

from collections.abc import Mapping, Sequence

import numpy as np

from onememory.storage.index.shelf import Shelf
from onememory.storage.index.shelves import Shelves
from onememory.storage.index.words import MOST, Postings, WordIndex
from onememory.storage.scoped import Scoped


class Lookups:
    """The shelf, and the words that were asked for last; a search over several houses needs each of them twice."""

    def __init__(self, db: Scoped, words: WordIndex, shelves: Shelves) -> None:
        self._db = db
        self._words = words
        self._shelves = shelves
        self.forget()

    def forget(self) -> None:
        """Look everything up again, for the transaction changes it."""
        self._shelf: tuple[Shelf, str | None] | None = None
        self._frequencies: tuple[Sequence[str], dict[str, int]] | None = None
        self._postings: tuple[Mapping[str, int], dict[str, Postings]] | None = None

    def shelf(self) -> tuple[Shelf, str | None]:
        """As Shelves.current."""
        if self._shelf is None:
            self._shelf = self._shelves.current(self._db)
        return self._shelf

    def frequencies(self, terms: Sequence[str]) -> dict[str, int]:
        """As WordIndex.frequencies; of few memories the postings are read at once, which tell them, too."""
        if self._frequencies is None or self._frequencies[0] != terms:
            if len(self.shelf()[0]) * len(terms) <= MOST:  # so that no term is too common to be looked up
                held = self._words.postings(dict.fromkeys(terms, 1))
                counts = {term: len(np.unique(held[term])) if term in held else 0 for term in terms}
                self._frequencies, self._postings = (terms, counts), (counts, held)
            else:
                self._frequencies = terms, self._words.frequencies(terms)
        return self._frequencies[1]

    def postings(self, frequencies: Mapping[str, int]) -> dict[str, Postings]:
        """As WordIndex.postings."""
        if self._postings is None or self._postings[0] != frequencies:
            self._postings = frequencies, self._words.postings(frequencies)
        return self._postings[1]
