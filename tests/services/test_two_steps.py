"""Codes after the password: which are good, how often, for how long, and for whom."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from pyotp import TOTP

from onememory.domain.actors import Actor
from onememory.domain.errors import Conflict, Forbidden, InvalidInput, RateLimited, Unauthenticated
from onememory.domain.provenance import Channel
from onememory.domain.sessions import Browser
from onememory.security.secrets import hash_secret
from onememory.services.signing_in.sign_in import PATIENCE, WAITING
from onememory.services.users.accounts import EVERYTHING_ALLOWED
from onememory.services.users.tries import CODES_BY_USER
from servers import Installation, installed

pytestmark = pytest.mark.usefixtures("database")

PASSWORD = "correct horse"
HOME = Browser("192.0.2.1")


@dataclass(frozen=True)
class Enrolled:
    """Ada with an app, half a minute after she switched the codes on."""

    there: Installation
    ada: Actor
    key: str
    first_code: str  # which switched it on
    recovery_codes: list[str]

    def code(self) -> str:
        """What the app shows now."""
        return TOTP(self.key).at(self.there.clock.now())

    async def password(self, browser: Browser = HOME) -> str:
        """The secret of a sign-in that waits for a code."""
        signed_in = await self.there.services.sign_in.sign_in("Ada", PASSWORD, browser)
        assert (signed_in.awaits_code, signed_in.mark) == (True, "")
        return signed_in.secret


Use = Callable[[Enrolled], Awaitable[None]]


def _with(data: Path, use: Use) -> None:
    async def run() -> None:
        async with installed(data) as there:
            user = await there.services.accounts.add_user("Ada", PASSWORD)
            ada = Actor(user.id, Channel.WEB, EVERYTHING_ALLOWED, is_admin=True)
            key = (await there.services.second_factors.begin(ada)).key
            code = TOTP(key).at(there.clock.now())
            codes = await there.services.second_factors.switch_on(ada, key, code, PASSWORD)
            there.clock.advance(timedelta(seconds=30))
            await use(Enrolled(there, ada, key, code, codes))

    asyncio.run(run())


def test_the_password_alone_lets_nobody_in_and_the_code_does(tmp_path: Path) -> None:
    async def use(enrolled: Enrolled) -> None:
        services = enrolled.there.services
        waiting = await enrolled.password()
        assert await services.sessions.presence(waiting) is None

        signed_in = await services.sign_in.finish(waiting, enrolled.code(), HOME)

        assert await services.sessions.presence(signed_in.secret)
        assert signed_in.secret != waiting
        assert not await services.sign_in.awaits_code(waiting)

    _with(tmp_path, use)


def test_no_code_works_twice(tmp_path: Path) -> None:
    async def use(enrolled: Enrolled) -> None:
        finish, used = enrolled.there.services.sign_in.finish, enrolled.code()
        await finish(await enrolled.password(), used, HOME)
        recovery = enrolled.recovery_codes[0]
        await finish(await enrolled.password(), recovery.upper(), HOME)

        waiting = await enrolled.password()
        for again in (used, recovery):
            with pytest.raises(Unauthenticated, match="does not fit"):
                await finish(waiting, again, HOME)

    _with(tmp_path, use)


def test_the_code_that_switched_it_on_is_used_up(tmp_path: Path) -> None:
    async def use(enrolled: Enrolled) -> None:
        with pytest.raises(Unauthenticated):
            await enrolled.there.services.sign_in.finish(await enrolled.password(), enrolled.first_code, HOME)

    _with(tmp_path, use)


def test_a_code_is_awaited_for_ten_minutes(tmp_path: Path) -> None:
    async def use(enrolled: Enrolled) -> None:
        waiting = await enrolled.password()
        enrolled.there.clock.advance(PATIENCE)

        with pytest.raises(Unauthenticated, match="took too long"):
            await enrolled.there.services.sign_in.finish(waiting, enrolled.code(), HOME)

    _with(tmp_path, use)


@pytest.mark.parametrize("change", ["password", "off"])
def test_a_sign_in_that_waits_ends_when_the_account_changes(tmp_path: Path, change: str) -> None:
    async def use(enrolled: Enrolled) -> None:
        services, waiting = enrolled.there.services, await enrolled.password()
        if change == "password":
            await services.own_account.change_password(enrolled.ada, PASSWORD, "another password")
        else:
            await services.second_factors.switch_off(enrolled.ada, PASSWORD)

        with pytest.raises(Unauthenticated):
            await services.sign_in.finish(waiting, enrolled.code(), HOME)

    _with(tmp_path, use)


def test_guessed_codes_are_throttled_wherever_they_come_from_but_in_known_browsers(tmp_path: Path) -> None:
    async def use(enrolled: Enrolled) -> None:
        sign_in = enrolled.there.services.sign_in
        signed_in = await sign_in.finish(await enrolled.password(), enrolled.code(), HOME)
        enrolled.there.clock.advance(timedelta(seconds=30))
        for number in range(CODES_BY_USER.rate.requests):
            elsewhere = Browser(f"203.0.113.{number}")
            with pytest.raises(Unauthenticated):
                await sign_in.finish(await enrolled.password(elsewhere), "000 00x", elsewhere)
        with pytest.raises(RateLimited):
            await sign_in.finish(await enrolled.password(), enrolled.code(), HOME)

        known = Browser(HOME.address, mark=signed_in.mark)
        assert await sign_in.finish(await enrolled.password(known), enrolled.code(), known)

    _with(tmp_path, use)


def test_switching_it_on_and_off_needs_the_password_and_a_code_that_fits(tmp_path: Path) -> None:
    async def use(enrolled: Enrolled) -> None:
        factors, ada = enrolled.there.services.second_factors, enrolled.ada
        with pytest.raises(Conflict, match="already"):
            await factors.switch_on(ada, enrolled.key, enrolled.code(), PASSWORD)
        with pytest.raises(Forbidden, match="not your present password"):
            await factors.switch_off(ada, "wrong password")
        await factors.switch_off(ada, PASSWORD)

        key = (await factors.begin(ada)).key
        for wrong in ((key, "000 00x", PASSWORD), ("no key", "000000", PASSWORD)):
            with pytest.raises(InvalidInput, match="does not fit"):
                await factors.switch_on(ada, *wrong)
        assert await factors.codes_left(ada) is None

    _with(tmp_path, use)


def test_new_recovery_codes_take_the_place_of_those_before(tmp_path: Path) -> None:
    async def use(enrolled: Enrolled) -> None:
        services = enrolled.there.services
        await services.sign_in.finish(await enrolled.password(), enrolled.recovery_codes[0], HOME)
        assert await services.second_factors.codes_left(enrolled.ada) == 9
        renewed = await services.second_factors.renew_codes(enrolled.ada, PASSWORD)

        assert await services.second_factors.codes_left(enrolled.ada) == 10
        with pytest.raises(Unauthenticated):
            await services.sign_in.finish(await enrolled.password(), enrolled.recovery_codes[1], HOME)
        assert await services.sign_in.finish(await enrolled.password(), renewed[1], HOME)

    _with(tmp_path, use)


def test_the_audit_log_tells_when_it_was_switched(tmp_path: Path) -> None:
    async def use(enrolled: Enrolled) -> None:
        services = enrolled.there.services
        await services.second_factors.renew_codes(enrolled.ada, PASSWORD)
        await services.second_factors.switch_off(enrolled.ada, PASSWORD)

        told = [entry.action for entry in await services.audit.newest(enrolled.ada, 10, 0)]
        assert told == ["second_factor.off", "second_factor.renew_codes", "second_factor.on"]

    _with(tmp_path, use)


def test_sign_ins_that_nobody_finished_are_let_go_of(tmp_path: Path) -> None:
    async def use(enrolled: Enrolled) -> None:
        there = enrolled.there
        waiting = hash_secret(await enrolled.password())
        await there.services.retention.sweep()
        assert await there.store.read_directory(lambda d: d.sign_in_steps.get(waiting))

        there.clock.advance(PATIENCE)
        await there.services.retention.sweep()

        assert await there.store.read_directory(lambda d: d.sign_in_steps.get(waiting)) is None

    _with(tmp_path, use)


def test_of_one_person_only_some_sign_ins_wait(tmp_path: Path) -> None:
    async def use(enrolled: Enrolled) -> None:
        waiting = []
        for number in range(WAITING + 1):
            enrolled.there.clock.advance(timedelta(seconds=1))
            waiting.append(await enrolled.password(Browser(f"192.0.2.{number}")))
        there = [await enrolled.there.services.sign_in.awaits_code(secret) for secret in waiting]
        assert there == [False] + [True] * WAITING

    _with(tmp_path, use)
