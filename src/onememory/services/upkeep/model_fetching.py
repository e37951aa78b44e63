"""One model at a time, fetched in the background and then used."""

import asyncio
from dataclasses import dataclass, replace

from onememory.domain.actors import Action, Actor, require
from onememory.domain.errors import Conflict, InvalidInput, OneMemoryError, Unavailable
from onememory.domain.installation import Choosable
from onememory.ports.models import ModelShelf, OfferedModel
from onememory.services.upkeep.installation import Installation


@dataclass(frozen=True, slots=True)
class Fetching:
    """How the last fetching goes, or has gone."""

    model: OfferedModel
    done: int = 0  # bytes of the present file
    total: int | None = None
    is_running: bool = True
    error: str | None = None


class ModelFetching:
    """The use case of fetching a model of the catalogue; for administrators."""

    def __init__(self, shelf: ModelShelf, installation: Installation) -> None:
        self._shelf = shelf
        self._installation = installation
        self._task: asyncio.Task[None] | None = None
        self._is_closing = False
        self._state: Fetching | None = None

    def offered(self, actor: Actor) -> list[OfferedModel]:
        """The models that can be fetched."""
        require(actor, Action.MANAGE_INSTALLATION)
        return self._shelf.offered()

    def state(self, actor: Actor) -> Fetching | None:
        """How the last one goes; None where nothing was fetched since the start."""
        require(actor, Action.MANAGE_INSTALLATION)
        return self._state

    def begin(self, actor: Actor, name: str) -> Fetching:
        """Start to fetch a model, which is used as soon as it is here.

        Raises InvalidInput for one that is not in the catalogue, and Conflict while another is on its way or where a
        setting names the embedder.
        """
        require(actor, Action.MANAGE_INSTALLATION)
        self._installation.require_choosable(Choosable.EMBEDDER)
        model = next((model for model in self._shelf.offered() if model.name == name), None)
        if model is None:
            names = ", ".join(model.name for model in self._shelf.offered())
            raise InvalidInput(f"`{name}` is not in the catalogue; there are {names}.")
        if self._state and self._state.is_running:
            raise Conflict(f"{self._state.model.name} is being fetched already; wait until it is here.")
        self._state = Fetching(model)
        self._task = asyncio.create_task(self._run(actor, model))
        return self._state

    async def finish(self) -> None:
        """Wait until what is on its way is here."""
        if self._task:
            await self._task

    async def close(self) -> None:
        """Break off; what has arrived is kept, and the next time goes on from there."""
        self._is_closing = True
        await self.finish()

    async def _run(self, actor: Actor, model: OfferedModel) -> None:
        error = None
        try:
            await asyncio.to_thread(self._shelf.fetch, model.name, self._advance)
            await self._installation.choose(actor, {Choosable.EMBEDDER: model.embedder})
        except OneMemoryError as reason:
            error = str(reason)
        self._state = replace(self._state or Fetching(model), is_running=False, error=error)

    def _advance(self, done: int, total: int | None) -> None:
        if self._is_closing:
            raise Unavailable("The server was stopped.")
        if self._state:
            self._state = replace(self._state, done=done, total=total)
