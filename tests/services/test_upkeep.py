"""First start, what is kept for a time only, and the last traces of reads."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from onememory.domain.actors import Actor
from onememory.domain.errors import NotFound, Unauthenticated
from onememory.domain.memories import Draft
from onememory.domain.provenance import Channel
from servers import Installation, installed, users_by_age

pytestmark = pytest.mark.usefixtures("database")

Use = Callable[[Installation, Actor], Awaitable[None]]


def _with(data: Path, use: Use, **settings: object) -> None:
    async def run() -> None:
        async with installed(data, settings) as there:
            await there.services.accounts.prepare_first_start("bootstrap-token")
            await use(there, await there.services.accounts.owner(None, Channel.CLI))

    asyncio.run(run())


def test_the_first_start_makes_one_user_and_tells_one_token_once(tmp_path: Path) -> None:
    async def start() -> list[bool]:
        async with installed(tmp_path) as there:
            new = [await there.services.accounts.prepare_first_start(None) for _ in range(3)]
            assert new[0]
            actor = await there.services.accounts.authenticate(new[0].secret, Channel.API)
            assert actor.is_admin
            assert len(await users_by_age(there.services)) == 1
            return [token is not None for token in new]

    assert asyncio.run(start()) == [True, False, False]


def test_a_bootstrap_token_works_from_the_first_start_and_is_made_once(tmp_path: Path) -> None:
    async def use(there: Installation, actor: Actor) -> None:
        assert await there.services.accounts.prepare_first_start("bootstrap-token") is None
        assert (await there.services.accounts.authenticate("bootstrap-token", Channel.API)).user_id == actor.user_id
        assert len(await there.services.accounts.tokens(actor)) == 1
        with pytest.raises(Unauthenticated):
            await there.services.accounts.authenticate("another-token", Channel.API)

    _with(tmp_path, use)


def test_a_revoked_bootstrap_token_stays_revoked(tmp_path: Path) -> None:
    async def use(there: Installation, actor: Actor) -> None:
        (token,) = await there.services.accounts.tokens(actor)
        await there.services.accounts.revoke_token(actor, token.id)
        await there.services.accounts.prepare_first_start("bootstrap-token")
        with pytest.raises(Unauthenticated):
            await there.services.accounts.authenticate("bootstrap-token", Channel.API)

    _with(tmp_path, use)


def test_the_trash_is_emptied_after_its_time(tmp_path: Path) -> None:
    async def use(there: Installation, actor: Actor) -> None:
        old = await there.services.memories.store(actor, Draft("a zebrafish"))
        await there.services.memories.delete(actor, old.id)
        there.clock.advance(timedelta(days=20))
        new = await there.services.memories.store(actor, Draft("tea"))
        await there.services.memories.delete(actor, new.id)
        there.clock.advance(timedelta(days=11))

        await there.services.retention.sweep()

        with pytest.raises(NotFound):
            await there.services.memories.get(actor, old.id)
        assert (await there.services.memories.get(actor, new.id)).text == "tea"
        assert await there.store.check() == []

    _with(tmp_path, use, trash_days=30)


def test_a_trash_of_zero_days_is_kept_for_ever(tmp_path: Path) -> None:
    async def use(there: Installation, actor: Actor) -> None:
        memory = await there.services.memories.store(actor, Draft("tea"))
        await there.services.memories.delete(actor, memory.id)
        there.clock.advance(timedelta(days=3_650))
        await there.services.retention.sweep()
        assert (await there.services.memories.get(actor, memory.id)).text == "tea"

    _with(tmp_path, use, trash_days=0)


def test_the_audit_log_forgets_after_its_time(tmp_path: Path) -> None:
    async def use(there: Installation, actor: Actor) -> None:
        await there.services.memories.store(actor, Draft("tea"))
        there.clock.advance(timedelta(days=8))
        await there.services.memories.store(actor, Draft("coffee"))
        await there.services.retention.sweep()
        assert [entry.action for entry in await there.services.audit.newest(actor, 10, 0)] == ["memory.add"]

    _with(tmp_path, use, audit_days=7)


def test_a_bulk_item_that_supersedes_works_as_a_single_one_does(tmp_path: Path) -> None:
    async def use(there: Installation, actor: Actor) -> None:
        old = await there.services.memories.store(actor, Draft("Oslo"))
        drafts = [Draft("Bergen", supersedes=old.id), Draft("Bodø", supersedes=old.id)]
        await there.services.memories.store_many(actor, drafts)
        superseded = await there.services.memories.get(actor, old.id)
        assert superseded.superseded_by
        assert superseded.version == 3

    _with(tmp_path, use)


def test_many_stores_at_once_are_all_kept_and_found(tmp_path: Path) -> None:
    async def use(there: Installation, actor: Actor) -> None:
        drafts = [Draft(f"word{n} of tea") for n in range(200)]
        kept = await asyncio.gather(*(there.services.memories.store(actor, draft) for draft in drafts))
        assert len({memory.id for memory in kept}) == 200
        assert (await there.services.status.of(actor)).memories == 200
        assert await there.store.check() == []

    _with(tmp_path, use)
