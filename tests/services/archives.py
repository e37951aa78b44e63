"""An installation with one user whose archive is filled and asked by tests."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from fakes import Shelf
from onememory.domain.actors import Actor
from onememory.domain.conversations import Conversation
from onememory.domain.provenance import Channel
from onememory.ports import Embedder
from onememory.services.finding.recall import RecallAsk, Recalled
from servers import Installation, MovedClock, installed

Use = Callable[["Asked"], Awaitable[None]]


class Asked:
    """The use cases, for one user."""

    def __init__(self, there: Installation, actor: Actor) -> None:
        self.there = there
        self.actor = actor
        self.services = there.services

    async def keep(self, *conversations: Conversation) -> list[str]:
        """Keep chats, found by their words only until `work`; their ids."""
        kept = await self.services.archive.keep(self.actor.scope, conversations)
        return [each.conversation.id for each in kept]

    async def work(self) -> None:
        """Do what waits in the background."""
        while await self.services.jobs.run_next():
            pass

    async def ask(self, query: str, **more: Any) -> Recalled:
        return await self.services.recall.find(self.actor, RecallAsk(query, **more))

    async def said(self, query: str, **more: Any) -> list[str]:
        """The texts of the turns that were found, best first."""
        return [hit.message.text for hit in (await self.ask(query, **more)).hits]

    async def meaning(self, query: str) -> float:
        """The part of meaning in the best hit."""
        found = await self.ask(query, explain=True)
        return next(signal.value or 0.0 for signal in found.hits[0].signals if signal.name == "meaning")


def using(data: Path, use: Use, *embedders: Embedder, clock: MovedClock | None = None) -> None:
    """Use an installation with these embedders, the first one in force; words only without one."""

    async def run() -> None:
        shelf = Shelf(*embedders) if embedders else None
        async with installed(data, embedders=shelf, clock=clock) as there:
            await there.services.accounts.prepare_first_start("bootstrap-token")
            actor = await there.services.accounts.owner(None, Channel.CLI)
            await there.services.backlog.catch_up_models()
            await use(Asked(there, actor))

    asyncio.run(run())
