"""Signing in, where a page cannot show it: deactivated accounts, throttles, changes meanwhile, and the audit log."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from databases import DATABASES
from onememory.domain.accounts import Permission
from onememory.domain.actors import Actor
from onememory.domain.errors import RateLimited, Unauthenticated
from onememory.domain.provenance import Channel
from onememory.domain.sessions import Browser
from onememory.security.passwords import hash_password
from onememory.services.users.accounts import EVERYTHING_ALLOWED
from onememory.services.users.tries import BY_BROWSER, BY_NAME, BY_NAME_AND_NETWORK, BY_NETWORK
from servers import Installation, installed

pytestmark = pytest.mark.usefixtures("database")

PASSWORD = "correct horse"
HOME = Browser("192.0.2.1")
COSTLY = PasswordHasher()  # whose hashes take a while to check

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
        sign_in, sessions = there.services.sign_in, there.services.sessions
        ada = await sessions.presence((await sign_in.sign_in("Ada", PASSWORD, HOME)).secret)
        ben = await sessions.presence((await sign_in.sign_in("Ben", PASSWORD, HOME)).secret)
        assert ada
        assert ben
        assert (ada.actor.channel, ada.actor.permissions) == (Channel.WEB, frozenset(Permission))
        assert (ada.actor.is_admin, ben.actor.is_admin) == (True, False)
        assert ben.actor.permissions == frozenset(Permission) - {Permission.ADMIN}
        assert await sessions.presence("om_guessed") is None

    _with(tmp_path, use)


def test_a_deactivated_account_cannot_sign_in_and_is_signed_out(tmp_path: Path) -> None:
    async def use(there: Installation, _: Actor) -> None:
        sign_in = there.services.sign_in
        secret = (await sign_in.sign_in("Ben", PASSWORD, HOME)).secret
        with DATABASES.connect(tmp_path) as database:
            database.rows("UPDATE users SET disabled_at = 1 WHERE name = 'Ben'", {})

        assert await there.services.sessions.presence(secret) is None
        with pytest.raises(Unauthenticated, match="This account is deactivated"):
            await sign_in.sign_in("Ben", PASSWORD, HOME)
        with pytest.raises(Unauthenticated, match="do not belong together"):
            await sign_in.sign_in("Ben", "guessed", HOME)

    _with(tmp_path, use)


def test_a_password_that_is_replaced_while_it_is_checked_lets_nobody_in(tmp_path: Path) -> None:
    async def use(there: Installation, ada: Actor) -> None:
        await there.store.write_directory(lambda directory: directory.set_password(ada.user_id, COSTLY.hash(PASSWORD)))
        other = hash_password("another password")
        trying = asyncio.create_task(there.services.sign_in.sign_in("Ada", PASSWORD, HOME))
        await asyncio.sleep(0)  # it has read the old hash by now, and checks it in a thread
        await there.store.write_directory(lambda directory: directory.set_password(ada.user_id, other))

        with pytest.raises(Unauthenticated):
            await trying

    _with(tmp_path, use)


def test_signing_in_gives_back_the_tries_of_the_name(tmp_path: Path) -> None:
    async def use(there: Installation, _: Actor) -> None:
        for _round in range(2):
            await _fail(there, "ada", HOME, BY_NAME_AND_NETWORK.rate.requests - 1)
            await there.services.sign_in.sign_in("Ada", PASSWORD, HOME)

    _with(tmp_path, use)


def test_wrong_tries_from_one_network_keep_nobody_out_who_comes_from_another(tmp_path: Path) -> None:
    async def use(there: Installation, _: Actor) -> None:
        await _fail(there, "Ada", Browser("203.0.113.9"), BY_NAME_AND_NETWORK.rate.requests)
        with pytest.raises(RateLimited):
            await there.services.sign_in.sign_in("Ada", PASSWORD, Browser("203.0.113.9"))

        assert await there.services.sign_in.sign_in("Ada", PASSWORD, HOME)

    _with(tmp_path, use)


@pytest.mark.parametrize("is_known", [True, False])
def test_a_crowd_of_networks_keeps_out_only_browsers_that_are_not_known(tmp_path: Path, is_known: bool) -> None:
    async def use(there: Installation, _: Actor) -> None:
        mark = (await there.services.sign_in.sign_in("Ada", PASSWORD, HOME)).mark
        with contextlib.suppress(RateLimited):  # what a crowd uses up, without the time that its passwords take
            for number in range(BY_NAME.rate.requests):
                await there.services.sign_in._tries.from_strange_browser("ada", f"network {number}")
        coming = there.services.sign_in.sign_in("Ada", PASSWORD, Browser(HOME.address, mark=mark if is_known else ""))

        if is_known:
            assert (await coming).mark == mark
        else:
            with pytest.raises(RateLimited):
                await coming

    _with(tmp_path, use)


def test_a_known_browser_has_a_throttle_of_its_own(tmp_path: Path) -> None:
    async def use(there: Installation, _: Actor) -> None:
        known = Browser(HOME.address, mark=(await there.services.sign_in.sign_in("Ada", PASSWORD, HOME)).mark)
        await _fail(there, "Ada", known, BY_BROWSER.rate.requests)
        with pytest.raises(RateLimited):
            await there.services.sign_in.sign_in("Ada", PASSWORD, known)

        assert await there.services.sign_in.sign_in("Ada", PASSWORD, HOME)

    _with(tmp_path, use)


def test_a_browser_is_known_for_its_own_person_alone(tmp_path: Path) -> None:
    async def use(there: Installation, _: Actor) -> None:
        bens = Browser(HOME.address, mark=(await there.services.sign_in.sign_in("Ben", PASSWORD, HOME)).mark)
        await _fail(there, "Ada", HOME, BY_NAME_AND_NETWORK.rate.requests)

        with pytest.raises(RateLimited):
            await there.services.sign_in.sign_in("Ada", PASSWORD, bens)

    _with(tmp_path, use)


def test_an_address_of_version_6_counts_with_its_neighbours(tmp_path: Path) -> None:
    async def use(there: Installation, _: Actor) -> None:
        for number in range(BY_NETWORK.rate.requests):
            await _fail(there, f"name{number}", Browser(f"2001:db8::{number:x}"), 1)

        with pytest.raises(RateLimited):
            await there.services.sign_in.sign_in("Ada", PASSWORD, Browser("2001:db8::ffff"))
        assert await there.services.sign_in.sign_in("Ada", PASSWORD, Browser("2001:db8:0:1::1"))

    _with(tmp_path, use)


async def _fail(there: Installation, name: str, browser: Browser, times: int) -> None:
    for _try in range(times):
        with pytest.raises(Unauthenticated):
            await there.services.sign_in.sign_in(name, "wrong", browser)


def test_expired_sessions_are_forgotten_at_the_next_sign_in(tmp_path: Path) -> None:
    async def use(there: Installation, ada: Actor) -> None:
        sign_in = there.services.sign_in
        await sign_in.sign_in("Ada", PASSWORD, HOME)
        there.clock.advance(timedelta(days=31))
        assert await there.services.sessions.all(ada) == []
        await sign_in.sign_in("Ada", PASSWORD, HOME)

        assert len(await there.services.sessions.all(ada)) == 1
        kept = await there.store.read_directory(lambda directory: directory.sessions.of_user(ada.user_id))
        assert len(kept) == 1

    _with(tmp_path, use)


def test_the_audit_log_tells_of_sign_ins(tmp_path: Path) -> None:
    async def use(there: Installation, ada: Actor) -> None:
        await there.services.sign_in.sign_in("Ada", PASSWORD, HOME)
        await there.services.sessions.end_all(ada)

        entries = await there.services.audit.newest(ada, 10, 0)
        assert [entry.action for entry in entries] == ["session.end_all", "session.create"]

    _with(tmp_path, use)
