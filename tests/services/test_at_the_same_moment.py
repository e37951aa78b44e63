"""Requests that come at the same moment: what may happen once happens once, and no rule is slipped past."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from onememory.domain.actors import Actor
from onememory.domain.errors import OneMemoryError
from onememory.domain.identities import Identified
from onememory.domain.memories import Draft
from onememory.domain.provenance import Channel
from onememory.domain.sessions import Browser
from onememory.domain.sharing import Role
from onememory.services.users.accounts import EVERYTHING_ALLOWED
from servers import Installation, installed, users_by_age

pytestmark = pytest.mark.usefixtures("database")
PASSWORD = "correct horse"
Use = Callable[[Installation, Actor, Actor], Awaitable[None]]


def _with(data: Path, use: Use) -> None:
    """With two administrators, Ada and Ben, who can sign in."""

    async def run() -> None:
        async with installed(data) as there:
            users = [await there.services.accounts.add_user(n, PASSWORD, is_admin=True) for n in ("Ada", "Ben")]
            ada, ben = [Actor(u.id, Channel.WEB, EVERYTHING_ALLOWED, is_admin=True) for u in users]
            await use(there, ada, ben)

    asyncio.run(run())


async def _together(attempts: Sequence[Awaitable[object]]) -> list[object]:
    """What those answered that were not refused; any other failure is raised."""
    outcomes = await asyncio.gather(*attempts, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException) and not isinstance(outcome, OneMemoryError):
            raise outcome
    return [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]


def test_a_link_to_choose_a_password_is_used_by_one(tmp_path: Path) -> None:
    async def use(there: Installation, ada: Actor, ben: Actor) -> None:
        links, home = there.services.password_links, Browser("192.0.2.1")
        secret = (await links.make(ada, ben.user_id)).secret
        chosen = [f"another horse {number}" for number in range(4)]
        done = await _together([links.choose(secret, password, home) for password in chosen])
        entered = await _together([there.services.sign_in.sign_in("Ben", each, home) for each in chosen])

        assert (len(done), len(entered)) == (1, 1)

    _with(tmp_path, use)


def test_of_two_administrators_who_demote_each_other_one_stays(tmp_path: Path) -> None:
    async def use(there: Installation, ada: Actor, ben: Actor) -> None:
        people = there.services.people
        pairs = ((ada, ben), (ben, ada)) * 3
        await _together([people.set_admin(one, other.user_id, is_admin=False) for one, other in pairs])

        assert sum(user.is_admin for user in await users_by_age(there.services)) == 1

    _with(tmp_path, use)


def test_of_two_administrators_who_erase_each_other_one_stays(tmp_path: Path) -> None:
    async def use(there: Installation, ada: Actor, ben: Actor) -> None:
        people = there.services.people
        await _together([people.erase(ada, ben.user_id, "Ben"), people.erase(ben, ada.user_id, "Ada")])

        assert len(await users_by_age(there.services)) == 1

    _with(tmp_path, use)


def test_whoever_comes_from_a_provider_twice_at_once_is_one_person(tmp_path: Path) -> None:
    async def use(there: Installation, *_: Actor) -> None:
        dora = Identified("https://login.example.org", "1", ("dora",))
        made = await _together([there.services.identities.create(dora) for _ in range(6)])
        known = await there.services.identities.known(dora)
        assert known

        assert {user.id for user in made} == {known.id}  # type: ignore[attr-defined]
        assert len(await users_by_age(there.services)) == 3

    _with(tmp_path, use)


def test_one_subject_of_two_issuers_is_two_people(tmp_path: Path) -> None:
    async def use(there: Installation, *_: Actor) -> None:
        issuers = ("https://login.example.org", "https://login.example.org/", "https://LOGIN.example.org")
        made = [await there.services.identities.create(Identified(issuer, "1", ("dora",))) for issuer in issuers]

        assert len({user.id for user in made}) == 3

    _with(tmp_path, use)


def test_a_subject_is_known_to_the_letter(tmp_path: Path) -> None:
    async def use(there: Installation, *_: Actor) -> None:
        issuer = "https://login.example.org"
        await there.services.identities.create(Identified(issuer, "Dora", ("dora",)))
        for other in ("dora", "Dora ", " Dora", "Dora\u200b", "D\u043era"):
            assert await there.services.identities.known(Identified(issuer, other)) is None

    _with(tmp_path, use)


def test_who_is_taken_out_while_they_follow_a_link_is_out_in_the_end(tmp_path: Path) -> None:
    async def use(there: Installation, ada: Actor, ben: Actor) -> None:
        sharing, joining = there.services.sharing, there.services.joining
        bucket = (await there.services.buckets.create(ada, "Pond")).id
        secret = (await sharing.make_link(ada, bucket, Role.EDITOR)).secret
        await joining.accept_link(ben, secret)
        follow = [joining.accept_link(ben, secret) for _ in range(4)]
        await _together([*follow[:2], sharing.remove(ada, bucket, ben.user_id), *follow[2:]])

        assert await sharing.members(ada, bucket) == []
        assert [each.name for each in await there.services.buckets.all(ben)] == ["General"]

    _with(tmp_path, use)


def test_a_link_that_is_revoked_lets_nobody_in_who_was_on_the_way(tmp_path: Path) -> None:
    async def use(there: Installation, ada: Actor, ben: Actor) -> None:
        bucket = (await there.services.buckets.create(ada, "Pond")).id
        secret = (await there.services.sharing.make_link(ada, bucket)).secret
        revoke = there.services.sharing.revoke_links(ada, bucket)
        joined = await _together([revoke, there.services.joining.accept_link(ben, secret)])
        members = await there.services.sharing.members(ada, bucket)

        assert len(members) == len(joined) - 1
        assert await _together([there.services.joining.accept_link(ben, secret)]) == []

    _with(tmp_path, use)


def test_what_a_guest_writes_while_the_house_is_erased_is_nobodys(tmp_path: Path) -> None:
    async def use(there: Installation, ada: Actor, ben: Actor) -> None:
        services = there.services
        bucket = (await services.buckets.create(ada, "Pond")).id
        await services.sharing.invite(ada, bucket, "Ben", Role.EDITOR)
        await services.joining.accept(ben, bucket)
        writes = [services.memories.store(ben, Draft(f"fish {n}", bucket)) for n in range(6)]
        await _together([*writes[:3], services.people.erase(ben, ada.user_id, "Ada"), *writes[3:]])
        await services.audit.flush()

        assert [each.name for each in await services.buckets.all(ben)] == ["General"]
        assert await there.store.check() == []

    _with(tmp_path, use)
