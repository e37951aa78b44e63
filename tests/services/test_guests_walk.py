"""A walk of chance: whatever an owner and a guest do, the guest reads only what has lain open in the bucket."""

import asyncio
import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from random import Random

import pytest

from onememory.domain.accounts import WritePolicy
from onememory.domain.actors import Actor
from onememory.domain.errors import OneMemoryError
from onememory.domain.memories import Draft, MemoryState
from onememory.domain.provenance import Channel
from onememory.domain.search import Filters
from onememory.domain.sharing import Role
from onememory.ports import MemoryQuery
from onememory.services import Services
from onememory.services.finding.search import Ask
from onememory.services.notebook.memories import Edit
from onememory.services.notebook.reviews import Correction
from onememory.services.users.accounts import EVERYTHING_ALLOWED
from servers import Installation, installed

pytestmark = pytest.mark.usefixtures("database")
STEPS = 60
SEEDS = (5, 12)  # both once came upon a text that had been put right in a review
MOMENT = timedelta(seconds=1)
EVERYTHING = MemoryQuery(frozenset(MemoryState))


@dataclass
class Walk:
    """Ada, Ben who comes into her pond and is taken out, and the texts that he may have read since he came."""

    there: Installation
    ada: Actor
    ben: Actor
    pond: int
    home: int
    chance: Random
    open: set[str] = field(default_factory=set)
    is_in: bool = False
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    @property
    def services(self) -> Services:
        return self.there.services

    def text(self) -> str:
        return f"beans t{next(self._numbers)}x"

    def either(self) -> int:
        return self.chance.choice((self.pond, self.home))

    def somebody(self, person: Actor) -> Actor:
        """The person or a tool of theirs."""
        policy = self.chance.choice((*WritePolicy, None))
        return replace(person, channel=Channel.MCP, token_id=f"{policy}", policy=policy) if policy else person

    async def any_memory(self) -> str:
        page = await self.services.memories.page(self.ada, EVERYTHING, 1_000)
        return self.chance.choice(page.memories).id

    async def waiting(self) -> str:
        page = await self.services.inbox.page(self.ada, EVERYTHING, 1_000)
        return self.chance.choice([*(m.id for m in page.memories), *(p.proposal.id for p in page.proposals), "none"])

    async def store(self) -> None:
        await self.services.memories.store(self.somebody(self.ada), Draft(self.text(), self.either()))

    async def add(self) -> None:
        await self.services.memories.store(self.somebody(self.ben), Draft(self.text(), self.pond))

    async def edit(self) -> None:
        who = self.somebody(self.chance.choice((self.ada, self.ben)))
        await self.services.memories.edit(who, await self.any_memory(), Edit(self.text()))

    async def move(self) -> None:
        text = self.chance.choice((None, self.text()))
        await self.services.memories.edit(self.ada, await self.any_memory(), Edit(text, self.either()))

    async def shift(self) -> None:
        memories, who = self.services.memories, self.somebody(self.chance.choice((self.ada, self.ben)))
        await self.chance.choice((memories.delete_many, memories.restore_many))(who, [await self.any_memory()])

    async def take_back(self) -> None:
        who = self.somebody(self.chance.choice((self.ada, self.ben)))
        await self.services.undo.take_back(who, [await self.any_memory()])

    async def review(self) -> None:
        inbox = self.services.inbox
        await self.chance.choice((inbox.approve, inbox.reject))(self.ada, [await self.waiting()])

    async def put_right(self) -> None:
        await self.services.reviews.approve_corrected(self.ada, await self.waiting(), Correction(self.text()))

    async def let_in(self) -> None:
        self.open, self.is_in = set(), True
        await self.services.sharing.invite(self.ada, self.pond, "Ben", self.chance.choice(list(Role)))
        await self.services.joining.accept(self.ben, self.pond)

    async def change_role(self) -> None:
        role = self.chance.choice(list(Role))
        await self.services.sharing.change_role(self.ada, self.pond, self.ben.user_id, role)

    async def take_out(self) -> None:
        if self.chance.random() < 0.3:
            await self.services.sharing.remove(self.ada, self.pond, self.ben.user_id)
            self.is_in = False

    async def step(self) -> str:
        """Do one thing, which may be refused; its name."""
        inside = (self.add, self.edit, self.shift, self.take_back, self.change_role, self.take_out)
        alone = (self.store, self.edit, self.move, self.shift, self.take_back, self.review, self.put_right)
        act = self.chance.choice((*alone, *(inside if self.is_in else (self.let_in,))))
        self.there.clock.advance(MOMENT)
        try:
            await act()
        except OneMemoryError as error:
            return f"{act.__name__}: {error}"
        return str(act.__name__)

    async def look(self) -> None:
        """Note what lies open in the pond now."""
        in_pond = MemoryQuery(filters=Filters(bucket_ids=frozenset({self.pond})))
        self.open |= _texts((await self.services.memories.page(self.ada, in_pond, 1_000)).memories)

    async def read(self) -> set[str]:
        """Every text that Ben is shown in any way; he has none of his own."""
        services, ben = self.services, self.ben
        memories = (await services.memories.page(ben, EVERYTHING, 1_000)).memories
        versions = [await services.versions.of(ben, memory.id) for memory in memories]
        alike = [await services.duplicates.of(ben, memory.id) for memory in memories]
        now = self.there.clock.now()
        past = [await services.versions.as_of(ben, now - ago * MOMENT, 1_000, 0) for ago in (0, 5, 20)]
        found = await services.search.find(ben, Ask("beans", limit=50, explain=True, traces=True))
        return _texts([memories, versions, alike, past, found])


def _texts(shown: object) -> set[str]:
    return set(re.findall(r"t\d+x", repr(shown)))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_guest_reads_what_was_open_since_they_came_and_nothing_else(tmp_path: Path, seed: int) -> None:
    async def run() -> None:
        async with installed(tmp_path) as there:
            users = [await there.services.accounts.add_user(name) for name in ("Ada", "Ben")]
            ada, ben = [Actor(user.id, Channel.WEB, EVERYTHING_ALLOWED) for user in users]
            pond, (home, *_) = await there.services.buckets.create(ada, "Pond"), await there.services.buckets.all(ada)
            walk, steps = Walk(there, ada, ben, pond.id, home.id, Random(seed)), []
            await there.services.memories.store(ada, Draft("beans"))
            for _ in range(STEPS):
                steps.append(await walk.step())
                await walk.look()
                assert await walk.read() <= (walk.open if walk.is_in else set()), steps

    asyncio.run(run())
