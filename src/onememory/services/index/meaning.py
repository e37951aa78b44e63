"""Vectors for texts: by the model in force, and by an earlier one while its vectors still answer."""

import asyncio
import logging
from collections.abc import Mapping, Sequence

from onememory.domain.errors import Unavailable
from onememory.ports import Embedder, Embedders, Vectors

logger = logging.getLogger(__name__)

PATIENCE = 5.0  # seconds that a request waits for a remote model before it goes on with words alone


class Meaning:
    """Embeds, and never lets a failing model stand in the way of storing or finding by words."""

    def __init__(self, embedders: Embedders) -> None:
        self._embedders = embedders

    @property
    def model(self) -> str:
        """The stamp of the model in force."""
        return self._embedders.current.identity.key

    @property
    def is_absent(self) -> bool:
        """Whether the settings ask for words only."""
        return self._embedders.current.identity.dimension == 0

    async def vectors(self, texts: Sequence[str], patience: float | None = PATIENCE) -> list[Mapping[str, Vectors]]:
        """For each text its vector under the stamp of the model in force; empty where it cannot be made in time."""
        return await self._embed(self._embedders.current, texts, patience)

    async def vectors_of(self, model: str, texts: Sequence[str]) -> list[Mapping[str, Vectors]]:
        """The same by the model with this stamp; empty where it cannot be built any more."""
        embedder = self._embedders.stamped(model)
        return await self._embed(embedder, texts, PATIENCE) if embedder else [{} for _ in texts]

    async def _embed(
        self, embedder: Embedder, texts: Sequence[str], patience: float | None
    ) -> list[Mapping[str, Vectors]]:
        if not embedder.identity.dimension:
            return [{} for _ in texts]
        try:
            async with asyncio.timeout(patience):
                rows = await embedder.embed(texts)
        except (Unavailable, TimeoutError) as error:
            logger.warning("texts were not embedded", extra={"model": embedder.identity.name, "reason": repr(error)})
            return [{} for _ in texts]
        return [{embedder.identity.key: row} for row in rows]
