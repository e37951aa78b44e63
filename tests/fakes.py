"""Stand-ins for what lies outside, small enough to be read."""

import hashlib
from collections.abc import Sequence

import numpy as np

from onememory.domain.errors import Unavailable
from onememory.domain.models import ModelIdentity
from onememory.ports import Embedder, Vectors
from onememory.retrieval.words import index_terms


class HashingEmbedder:
    """Each word a direction of its own; implements the port Embedder without any file. `is_broken` makes it fail."""

    def __init__(self, revision: str = "1", dimension: int = 64) -> None:
        self.identity = ModelIdentity("hashing", revision, dimension)
        self.is_broken = False
        self.embedded: list[str] = []

    async def embed(self, texts: Sequence[str]) -> Vectors:
        if self.is_broken:
            raise Unavailable("The model is out of order.")
        self.embedded += texts
        rows = [sum((self._direction(term) for term in index_terms(text)), self._zero()) for text in texts]
        vectors = np.array(rows, np.float32).reshape(len(texts), self.identity.dimension)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        units: Vectors = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
        return units

    async def ping(self) -> None:
        if self.is_broken:
            raise Unavailable("The model is out of order.")

    async def close(self) -> None:
        """Nothing to give back."""

    def _zero(self) -> Vectors:
        return np.zeros(self.identity.dimension, np.float32)

    def _direction(self, term: str) -> Vectors:
        seed = hashlib.sha256(f"{self.identity.key} {term}".encode()).digest()
        random = np.random.default_rng(list(seed))
        return np.array(random.standard_normal(self.identity.dimension), dtype=np.float32)


class Shelf:
    """Embedders by their stamp, the first one in force; implements the port Embedders."""

    def __init__(self, current: Embedder, *earlier: Embedder) -> None:
        self.current = current
        self._known = {embedder.identity.key: embedder for embedder in (current, *earlier)}

    def choose(self, name: str) -> None:
        self.current = next(embedder for embedder in self._known.values() if embedder.identity.name == name)

    def stamped(self, key: str) -> Embedder | None:
        return self._known.get(key)
