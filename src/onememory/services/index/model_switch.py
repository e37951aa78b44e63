"""The change from one model to another while the service runs; vectors of the old one answer until there are new."""

import asyncio
import logging

from onememory.domain.errors import InvalidInput, OneMemoryError
from onememory.ports import Embedders
from onememory.ports.models import ModelShelf, OfferedModel
from onememory.services.index.backlog import Backlog

logger = logging.getLogger(__name__)

BUNDLED = ("wordllama", "none")  # embedders for which nothing must be fetched


class ModelSwitch:
    """Puts an embedder in force by its name."""

    def __init__(self, embedders: Embedders, shelf: ModelShelf, backlog: Backlog) -> None:
        self._embedders = embedders
        self._shelf = shelf
        self._backlog = backlog
        self.problem: str | None = None  # why the one that is wanted does not answer

    @property
    def current(self) -> str:
        """The name of the one in force."""
        return self._embedders.current.identity.name

    @property
    def dimension(self) -> int:
        """Of its vectors; 0 means words alone."""
        return self._embedders.current.identity.dimension

    def offered(self) -> list[OfferedModel]:
        """The models that can be fetched."""
        return self._shelf.offered()

    def check(self, name: str) -> None:
        """Raises InvalidInput for an embedder that cannot be chosen while the service runs."""
        names = [*BUNDLED, *(model.embedder for model in self._shelf.offered())]
        if name not in names:
            raise InvalidInput(
                f"`{name}` cannot be chosen here; there are {', '.join(names)}. "
                "Other models are set as ONEMEMORY_EMBEDDER, before the start."
            )

    async def use(self, name: str) -> None:
        """Let it make vectors from now on; raises Unavailable where it is not on this machine."""
        if name != self.current:
            await asyncio.to_thread(self._embedders.choose, name)
            await self._backlog.catch_up_models()
        self.problem = None

    async def follow(self, name: str) -> None:
        """The same where nobody waits for it: what goes wrong is kept, and the present one goes on."""
        try:
            await self.use(name)
        except OneMemoryError as error:
            if str(error) != self.problem:
                logger.warning("the chosen model is not used", extra={"model": name, "reason": str(error)})
            self.problem = str(error)
