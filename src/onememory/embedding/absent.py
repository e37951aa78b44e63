"""No model: words alone."""

from collections.abc import Sequence

import numpy as np

from onememory.domain.models import ModelIdentity
from onememory.embedding.options import EmbedderOptions
from onememory.ports import Vectors


class AbsentEmbedder:
    """Implements the port Embedder with vectors of no dimension."""

    identity = ModelIdentity("none", "0", 0)

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Shape (texts, 0)."""
        return np.zeros((len(texts), 0), np.float32)

    async def ping(self) -> None:
        """Always answers."""

    async def close(self) -> None:
        """Nothing to give back."""


def build(argument: str, options: EmbedderOptions) -> AbsentEmbedder:  # noqa: ARG001 - the form all builders share
    """The one there is."""
    return AbsentEmbedder()
