"""A model that is chosen while another is being worked through."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from fakes import HashingEmbedder, Shelf
from onememory.domain.memories import Draft
from onememory.domain.models import ModelIdentity
from onememory.domain.provenance import Channel
from onememory.ports import Vectors
from onememory.services.index.backlog import BATCH
from servers import installed

pytestmark = pytest.mark.usefixtures("database")


class Named(HashingEmbedder):
    """One of several that can be chosen by name; `then` runs when it has embedded."""

    def __init__(self, name: str, then: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self.identity = ModelIdentity(name, "1", 64)
        self.then = then

    async def embed(self, texts: Sequence[str]) -> Vectors:
        vectors = await super().embed(texts)
        self.then()
        return vectors


def test_a_change_in_the_middle_of_the_work_ends_with_vectors_of_the_last_one(tmp_path: Path) -> None:
    last = Named("last")
    shelf = Shelf(HashingEmbedder(), Named("middle", lambda: shelf.choose("last")), last)

    async def run() -> None:
        async with installed(tmp_path, embedders=shelf) as there:
            await there.services.accounts.prepare_first_start("bootstrap-token")
            actor = await there.services.accounts.owner(None, Channel.CLI)
            for n in range(BATCH + 1):
                await there.services.memories.store(actor, Draft(f"Likes tea number {n}"))
            await there.services.model_switch.use("middle")
            await there.services.jobs.run_next()
            await there.services.backlog.catch_up_models()
            there.clock.advance(timedelta(minutes=1))
            while await there.services.jobs.run_next():
                pass
            status = await there.services.status.of(actor)
            assert (status.answering_model, status.without_vector) == (last.identity.key, 0)

    asyncio.run(asyncio.wait_for(run(), 30))
