"""The derived index of memories."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from onememory.domain.memories import Memory
from onememory.domain.search import Filters
from onememory.retrieval.dates import Period
from onememory.retrieval.fusion import Pool
from onememory.retrieval.vectors import Vectors


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """What the index keeps of one memory."""

    memory: Memory
    terms: Sequence[str]  # in text order
    cues: int
    length: int  # words
    vectors: Mapping[str, Vectors]  # stamp of the model -> shape (dimension,); empty while still to be embedded


@dataclass(frozen=True, slots=True)
class Corpus:
    """What words are weighed by: of how many memories, with how many words in all, and how many hold each term."""

    total: int
    words: int
    frequencies: Mapping[str, int]

    def __add__(self, other: "Corpus") -> "Corpus":
        """Both together, for the same terms."""
        frequencies = {term: count + other.frequencies[term] for term, count in self.frequencies.items()}
        return Corpus(self.total + other.total, self.words + other.words, frequencies)


@dataclass(frozen=True, slots=True)
class Probe:
    """What is looked for: any of the words, near to the vector of the model that answers, or of the days named."""

    terms: Sequence[str]
    vectors: Mapping[str, Vectors]  # stamp of the model -> vector of the query
    filters: Filters
    limit: int  # of each list
    periods: Sequence[Period] = ()  # what is about a day in one of them is nominated too
    corpus: Corpus | None = None  # that words are weighed by; None: this index's own


@dataclass(frozen=True, slots=True)
class Nominated:
    """The union of the lists; row i of the pool describes the memory behind `keys[i]`."""

    keys: Sequence[int]  # the index's own; `memory_ids` tells whose they are
    pool: Pool
    frequencies: Mapping[str, int]  # of the probe's terms: in how many memories each stands
    total: int  # memories that were searched, the filters aside
    model: str | None  # the stamp whose vectors answer for this user; None before the first vector


@dataclass(frozen=True, slots=True)
class Sample:
    """Some memories that have a vector, evenly taken from the first to the last."""

    keys: Sequence[int]  # ascending
    vectors: Vectors  # shape (keys, dimension)


@dataclass(frozen=True, slots=True)
class Calendar:
    """How many memories are about each day, by bucket; entry i of each array belongs together."""

    bucket_ids: NDArray[np.int64]
    days: NDArray[np.int64]  # proleptic Gregorian ordinals
    counts: NDArray[np.int64]


class SearchIndex(Protocol):
    """The derived index of one scope; can be thrown away and rebuilt from the rows."""

    def put(self, entries: Sequence[IndexEntry]) -> str | None:
        """Add or replace; found by the very next read. The stamp whose vectors answer now."""
        ...

    def describe(self, memories: Iterable[Memory]) -> None:
        """Renew what is kept of memories whose text has not changed."""
        ...

    def remove(self, memory_ids: Iterable[str]) -> None:
        """Take out; unknown ids are ignored."""
        ...

    def nominate(self, probe: Probe) -> Nominated:
        """The best of the words and the nearest by meaning."""
        ...

    def memory_ids(self, keys: Sequence[int]) -> Mapping[int, str]:
        """The memories behind these keys; one that has left the scope since is left out."""
        ...

    def keys(self, memory_ids: Sequence[str]) -> Mapping[str, int]:
        """The keys of those of the memories that are in the index."""
        ...

    def stamp(self) -> str:
        """What changes with every change of the index."""
        ...

    def sample(self, limit: int, filters: Filters) -> Sample:
        """At most so many memories with the vectors that answer now."""
        ...

    def cosines(self, directions: Vectors, filters: Filters) -> tuple[NDArray[np.int64], Vectors]:
        """The keys of all memories with a vector, ascending, and their cosines, shape (keys, directions)."""
        ...

    def calendar(self, filters: Filters) -> Calendar:
        """How many memories are about each day."""
        ...

    def corpus(self, terms: Sequence[str]) -> Corpus:
        """What these terms are weighed by; for a guest, of the memories within the scope alone."""
        ...

    def without_vector(self, model: str, limit: int) -> list[str]:
        """Ids of memories that have no vector of this model yet, oldest first."""
        ...

    def count_without_vector(self, model: str) -> int:
        """How many there are."""
        ...

    def give_vectors(self, model: str, vectors: Mapping[str, Vectors]) -> None:
        """Add vectors to memories in the index; ids that have left it meanwhile are ignored."""
        ...

    def settle(self, model: str) -> bool:
        """Let this model answer and drop other models' vectors, if nothing lacks a vector; whether it now answers."""
        ...

    def answering_model(self) -> str | None:
        """The stamp whose vectors answer now."""
        ...

    def clear(self) -> None:
        """Forget everything of this user."""
        ...

    def scrub(self) -> None:
        """Leave nothing of what was taken out, not even where it cannot be found any more."""
        ...
