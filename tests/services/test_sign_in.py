"""Signing in, where a page cannot show it: deactivated accounts, addresses, changes meanwhile, and the audit log."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from onememory.domain.accounts import Permission
from onememory.domain.actors import Actor
from onememory.domain.errors import RateLimited, Unauthenticated
from onememory.domain.provenance import Channel
from onememory.services.accounts import EVERYTHING_ALLOWED
from onememory.services.sign_in import TRIES_BY_ADDRESS
from servers import Installation, installed

PASSWORD = "correct horse"
HOME = "192.0.2.1"

Use = Callable[[Installation, Actor], Awaitable[None]]


def _with(data: Path, use: Use) -> None:
    """With an administrator Ada and a user Ben, who have the same password."""

    async def run() -> None:
        async with installed(data) as there:
            ada = await there.services.accounts.add_user("Ada", PASSWORD)
            await there.services.accounts.add_user("Ben", PASSWORD)
            await use(there, Actor(ada.id, Channel.CLI, EVERYTHING_ALLOWED, is_admin=True))

    asyncio.run(run())


def test_a_session_acts_for_its_person_through_the_web_with_all_that_they_may_do(tmp_path: Path) -> None:
    async def use(there: Installation, _: Actor) -> None:
        sign_in = there.services.sign_in
        ada = await sign_in.actor(await sign_in.sign_in("Ada", PASSWORD, HOME))
        ben = await sign_in.actor(await sign_in.sign_in("Ben", PASSWORD, HOME))
        assert ada
        assert ben
        assert (ada.channel, ada.permissions, ada.is_admin) == (Channel.WEB, frozenset(Permission), True)
        assert (ben.permissions, ben.is_admin) == (frozenset(Permission) - {Permission.ADMIN}, False)
        assert await sign_in.actor("om_guessed") is None

    _with(tmp_path, use)


def test_a_deactivated_account_cannot_sign_in_and_is_signed_out(tmp_path: Path) -> None:
    async def use(there: Installation, _: Actor) -> None:
        sign_in = there.services.sign_in
        secret = await sign_in.sign_in("Ben", PASSWORD, HOME)
        with sqlite3.connect(tmp_path / "onememory.db") as database:
            database.execute("UPDATE users SET disabled_at = 1 WHERE name = 'Ben'")
        database.close()

        assert await sign_in.actor(secret) is None
        with pytest.raises(Unauthenticated, match="do not belong together"):
            await sign_in.sign_in("Ben", PASSWORD, HOME)

    _with(tmp_path, use)


def test_a_password_that_is_replaced_while_it_is_checked_lets_nobody_in(tmp_path: Path) -> None:
    async def use(there: Installation, ada: Actor) -> None:
        trying = asyncio.create_task(there.services.sign_in.sign_in("Ada", PASSWORD, HOME))
        await asyncio.sleep(0)  # it has read the old hash by now, and checks it in a thread
        await there.services.accounts.set_password(ada, "another password")

        with pytest.raises(Unauthenticated):
            await trying

    _with(tmp_path, use)


def test_signing_in_gives_back_the_tries_of_the_name(tmp_path: Path) -> None:
    async def use(there: Installation, _: Actor) -> None:
        sign_in = there.services.sign_in
        for _round in range(2):
            for _try in range(9):
                with pytest.raises(Unauthenticated):
                    await sign_in.sign_in("ada", "wrong", HOME)
            await sign_in.sign_in("Ada", PASSWORD, HOME)

    _with(tmp_path, use)


def test_an_address_of_version_6_counts_with_its_neighbours(tmp_path: Path) -> None:
    async def use(there: Installation, _: Actor) -> None:
        sign_in = there.services.sign_in
        for number in range(TRIES_BY_ADDRESS.requests):
            with pytest.raises(Unauthenticated):
                await sign_in.sign_in(f"name{number}", "wrong", f"2001:db8::{number:x}")

        with pytest.raises(RateLimited):
            await sign_in.sign_in("Ada", PASSWORD, "2001:db8::ffff")
        assert await sign_in.sign_in("Ada", PASSWORD, "2001:db8:0:1::1")

    _with(tmp_path, use)


def test_expired_sessions_are_forgotten_at_the_next_sign_in(tmp_path: Path) -> None:
    async def use(there: Installation, ada: Actor) -> None:
        sign_in = there.services.sign_in
        await sign_in.sign_in("Ada", PASSWORD, HOME)
        there.clock.advance(timedelta(days=31))
        assert await sign_in.sessions(ada) == []
        await sign_in.sign_in("Ada", PASSWORD, HOME)

        assert len(await sign_in.sessions(ada)) == 1
        kept = await there.store.read_directory(lambda directory: directory.sessions.of_user(ada.user_id))
        assert len(kept) == 1

    _with(tmp_path, use)


def test_the_audit_log_tells_of_sign_ins(tmp_path: Path) -> None:
    async def use(there: Installation, ada: Actor) -> None:
        await there.services.sign_in.sign_in("Ada", PASSWORD, HOME)
        await there.services.sign_in.sign_out_everywhere(ada)

        entries = await there.services.audit.newest(ada, 10, 0)
        assert [entry.action for entry in entries] == ["session.end_all", "session.create"]

    _with(tmp_path, use)
