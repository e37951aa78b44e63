"""What ends in one process has ended in every other: two installations on one PostgreSQL, both with warm indexes."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from databases import DATABASES
from onememory.domain.accounts import TokenDraft
from onememory.domain.actors import Actor
from onememory.domain.errors import Forbidden, NotFound, OneMemoryError, Unauthenticated
from onememory.domain.memories import Draft, Memory
from onememory.domain.provenance import Channel
from onememory.domain.sessions import Browser
from onememory.domain.sharing import Role
from onememory.ports import MemoryQuery
from onememory.services.finding.search import Ask
from onememory.services.notebook.memories import Edit
from onememory.services.users.accounts import EVERYTHING_ALLOWED
from servers import Installation, installed

pytestmark = [pytest.mark.postgresql, pytest.mark.usefixtures("database")]
PASSWORD = "correct horse"
BROWSER = Browser("192.0.2.1")


@dataclass(frozen=True)
class House:
    """A bucket of Ada's in which Ben is an editor, who has just read it in both processes."""

    one: Installation
    two: Installation
    ada: Actor
    ben: Actor
    bucket: int
    memory: Memory

    async def seen(self, there: Installation) -> list[str]:
        """All that Ben is shown there."""
        page = await there.services.memories.page(self.ben, MemoryQuery(), 10)
        found = await there.services.search.find(self.ben, Ask("zebrafish"))
        buckets = await there.services.buckets.all(self.ben)
        return [m.text for m in page.memories] + [h.memory.text for h in found.hits] + [b.name for b in buckets]


Use = Callable[[House], Awaitable[None]]


def _with(data: Path, use: Use) -> None:
    async def run() -> None:
        shared = {"database_url": DATABASES.url_for(data / "shared")}
        async with installed(data / "one", shared) as one, installed(data / "two", shared) as two:
            users = [await one.services.accounts.add_user(name, PASSWORD) for name in ("Ada", "Ben")]
            ada, ben = [Actor(u.id, Channel.WEB, EVERYTHING_ALLOWED, is_admin=u.is_admin) for u in users]
            bucket = (await one.services.buckets.create(ada, "Pond")).id
            await one.services.sharing.invite(ada, bucket, "Ben", Role.EDITOR)
            await two.services.joining.accept(ben, bucket)
            memory = await one.services.memories.store(ada, Draft("the zebrafish sleeps", bucket))
            house = House(one, two, ada, ben, bucket, memory)
            for there in (one, two):
                assert await house.seen(there) == [memory.text, memory.text, "General", "Pond"]
            await use(house)

    asyncio.run(run())


async def _take_out(house: House) -> None:
    await house.one.services.sharing.remove(house.ada, house.bucket, house.ben.user_id)


async def _deactivate_the_owner(house: House) -> None:
    await house.one.services.people.deactivate(house.ada, house.ada.user_id)


async def _delete_the_bucket(house: House) -> None:
    await house.one.services.buckets.delete(house.ada, house.bucket, move_to=None, to_trash=True)


async def _erase_the_owner(house: House) -> None:
    await house.one.services.people.erase(house.ada, house.ada.user_id, "Ada")


@pytest.mark.parametrize("end", [_take_out, _deactivate_the_owner, _delete_the_bucket, _erase_the_owner])
def test_a_share_that_ends_at_one_is_over_at_the_other(tmp_path: Path, end: Use) -> None:
    async def use(house: House) -> None:
        await house.one.services.people.set_admin(house.ada, house.ben.user_id, is_admin=True)
        await end(house)
        services, ben, memory = house.two.services, house.ben, house.memory
        assert await house.seen(house.two) == ["General"]
        for attempt in (
            services.memories.get(ben, memory.id),
            services.memories.edit(ben, memory.id, Edit("no fish")),
            services.memories.store(ben, Draft("more fish", house.bucket)),
            services.versions.of(ben, memory.id),
        ):
            with pytest.raises(NotFound):
                await attempt

    _with(tmp_path, use)


def test_a_role_that_is_lowered_at_one_is_lower_at_the_other(tmp_path: Path) -> None:
    async def use(house: House) -> None:
        await house.one.services.sharing.change_role(house.ada, house.bucket, house.ben.user_id, Role.VIEWER)
        services, ben, memory = house.two.services, house.ben, house.memory
        for attempt in (
            services.memories.edit(ben, memory.id, Edit("no fish")),
            services.memories.delete(ben, memory.id),
            services.memories.store(ben, Draft("more fish", house.bucket)),
        ):
            with pytest.raises(Forbidden, match="viewer"):
                await attempt
        assert (await services.memories.get(ben, memory.id)).text == memory.text

    _with(tmp_path, use)


async def _sign_out_everywhere(house: House) -> None:
    await house.one.services.sessions.end_all(house.ben)


async def _set_a_password(house: House) -> None:
    await house.one.services.own_account.change_password(house.ben, PASSWORD, "another horse")


async def _deactivate(house: House) -> None:
    await house.one.services.people.deactivate(house.ada, house.ben.user_id)


async def _erase(house: House) -> None:
    await house.one.services.people.erase(house.ada, house.ben.user_id, "Ben")


@pytest.mark.parametrize("end", [_sign_out_everywhere, _set_a_password, _deactivate, _erase])
def test_a_session_that_ends_at_one_is_over_at_the_other(tmp_path: Path, end: Use) -> None:
    async def use(house: House) -> None:
        session = (await house.two.services.sign_in.sign_in("Ben", PASSWORD, BROWSER)).secret
        assert await house.two.services.sessions.presence(session)
        await end(house)

        assert await house.two.services.sessions.presence(session) is None

    _with(tmp_path, use)


@pytest.mark.parametrize("end", [_deactivate, _erase])
def test_a_token_ends_everywhere_with_its_person(tmp_path: Path, end: Use) -> None:
    async def use(house: House) -> None:
        accounts = house.two.services.accounts
        secret = (await accounts.create_token(house.ben, TokenDraft("a tool"))).secret
        assert await accounts.authenticate(secret, Channel.API)
        await end(house)
        with pytest.raises(Unauthenticated):
            await accounts.authenticate(secret, Channel.API)
        with pytest.raises(OneMemoryError):
            await house.two.services.sign_in.sign_in("Ben", PASSWORD, BROWSER)

    _with(tmp_path, use)


def test_an_administrator_who_is_one_no_more_at_one_is_none_at_the_other(tmp_path: Path) -> None:
    async def use(house: House) -> None:
        await house.one.services.people.set_admin(house.ada, house.ben.user_id, is_admin=True)
        session = (await house.two.services.sign_in.sign_in("Ben", PASSWORD, BROWSER)).secret
        before = await house.two.services.sessions.presence(session)
        await house.one.services.people.set_admin(house.ada, house.ben.user_id, is_admin=False)
        after = await house.two.services.sessions.presence(session)
        assert before
        assert after
        assert (before.actor.is_admin, after.actor.is_admin) == (True, False)
        with pytest.raises(Forbidden):
            await house.two.services.people.one(after.actor, house.ada.user_id)

    _with(tmp_path, use)
