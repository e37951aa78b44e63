"""An account that is erased leaves nothing behind, and takes nothing of others along."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from chats import chat, chatgpt_export
from databases import DATABASES
from onememory.domain.actors import Actor
from onememory.domain.errors import Conflict, Forbidden, InvalidInput
from onememory.domain.identities import Identified
from onememory.domain.memories import Draft
from onememory.domain.provenance import Channel
from onememory.domain.quotas import Quota
from onememory.domain.sessions import Browser
from onememory.services.transfers.handed_in import HandedFile
from onememory.services.users.accounts import EVERYTHING_ALLOWED
from onememory.services.users.own_account import Farewell
from servers import Installation, installed, users_by_age

pytestmark = pytest.mark.usefixtures("database")

PASSWORD = "correct horse"
FAREWELL = Farewell("ben", PASSWORD)

Use = Callable[[Installation, Actor, Actor], Awaitable[None]]


def _with(data: Path, use: Use) -> None:
    """With an administrator Ada and a user Ben, who keep the same things."""

    async def run() -> None:
        async with installed(data) as there:
            users = [await there.services.accounts.add_user(name, PASSWORD) for name in ("Ada", "Ben")]
            ada, ben = [Actor(u.id, Channel.WEB, EVERYTHING_ALLOWED, is_admin=u.is_admin) for u in users]
            await use(there, ada, ben)

    asyncio.run(run())


async def _fill(there: Installation, actor: Actor, name: str) -> None:
    services = there.services
    memory = await services.memories.store(actor, Draft("the zebrafish sleeps"))
    await services.memories.store(actor, Draft("the zebrafish wakes", supersedes=memory.id))
    await services.sign_in.sign_in(name, PASSWORD, Browser("192.0.2.1"))
    for number in range(2):
        export = chatgpt_export(chat(f"c{number}", "Where is the zebrafish?", "In Oslo."))
        await services.handed_in.take(actor, HandedFile(_pieces(export), "chats.zip"))
        if number == 0:
            while await services.jobs.run_next():
                pass


async def _pieces(data: bytes) -> AsyncIterator[bytes]:
    yield data


def _tables_with(data: Path, user_id: str) -> list[str]:
    """The tables in which something of this user is, by their columns and by their names."""
    tables = DATABASES.tables(data)
    named = [table for table in tables if user_id in table]
    rows = f"SELECT 1 FROM {{}} WHERE user_id = '{user_id}' LIMIT 1"
    owned = [table for table, columns in tables.items() if "user_id" in columns]
    with DATABASES.connect(data) as database:
        return named + [table for table in owned if database.rows(rows.format(table), {})]


def test_an_erased_account_leaves_no_row_no_table_and_no_file(tmp_path: Path) -> None:
    async def use(there: Installation, ada: Actor, ben: Actor) -> None:
        await _fill(there, ada, "Ada")
        await _fill(there, ben, "Ben")
        before, files = _tables_with(tmp_path, ada.user_id), set((tmp_path / "uploads").iterdir())
        assert len(_tables_with(tmp_path, ben.user_id)) > 15
        await there.services.own_account.erase(ben, FAREWELL)

        assert _tables_with(tmp_path, ben.user_id) == []
        assert len(set((tmp_path / "uploads").iterdir())) == len(files) - 1
        assert _tables_with(tmp_path, ada.user_id) == before
        assert await there.store.check() == []

    _with(tmp_path, use)


def test_an_administrator_erases_as_thoroughly(tmp_path: Path) -> None:
    async def use(there: Installation, ada: Actor, ben: Actor) -> None:
        await _fill(there, ben, "Ben")
        await there.services.people.set_quota(ada, ben.user_id, Quota(100))
        await there.services.password_links.make(ada, ben.user_id)
        await there.services.identities.link(ben, Identified("https://login.example.org", "42"))
        await there.services.people.erase(ada, ben.user_id, "ben")

        assert _tables_with(tmp_path, ben.user_id) == []
        assert _files_with(tmp_path, b"zebrafish") == []
        assert list((tmp_path / "uploads").iterdir()) == []
        assert await there.store.check() == []

    _with(tmp_path, use)


def test_the_last_administrator_can_be_neither_demoted_nor_deactivated_nor_erased(tmp_path: Path) -> None:
    async def use(there: Installation, ada: Actor, ben: Actor) -> None:
        people = there.services.people
        await people.set_admin(ada, ben.user_id, is_admin=True)
        await people.deactivate(ada, ben.user_id)  # an administrator who cannot sign in is none
        for attempt in (
            people.set_admin(ada, ada.user_id, is_admin=False),
            people.deactivate(ada, ada.user_id),
            people.erase(ada, ada.user_id, "ada"),
        ):
            with pytest.raises(Conflict, match="only administrator"):
                await attempt

    _with(tmp_path, use)


def test_who_can_sign_in_stays_until_another_administrator_can(tmp_path: Path) -> None:
    async def use(there: Installation, ada: Actor, ben: Actor) -> None:
        services = there.services
        cy = await services.accounts.add_user("Cy", is_admin=True)
        for attempt in (
            services.people.set_admin(ada, ada.user_id, is_admin=False),
            services.people.deactivate(ada, ada.user_id),
            services.people.erase(ada, ada.user_id, "ada"),
            services.own_account.erase(ada, Farewell("ada", PASSWORD)),
        ):
            with pytest.raises(Conflict, match="No other administrator can sign in yet"):
                await attempt
        await services.identities.link(replace(ben, user_id=cy.id), Identified("https://login.example.org", "42"))

        await services.own_account.erase(ada, Farewell("ada", PASSWORD))
        assert {user.name for user in await users_by_age(services)} == {"Ben", "Cy"}

    _with(tmp_path, use)


def _files_with(data: Path, word: bytes) -> list[str]:
    return [path.name for path in data.rglob("*") if path.is_file() and word in path.read_bytes()]


def test_its_words_stand_nowhere_in_the_files(tmp_path: Path) -> None:
    async def use(there: Installation, _: Actor, ben: Actor) -> None:
        await _fill(there, ben, "Ben")
        assert _files_with(tmp_path, b"zebrafish")
        await there.services.own_account.erase(ben, FAREWELL)

        assert _files_with(tmp_path, b"zebrafish") == []

    _with(tmp_path, use)


def test_what_was_noted_and_not_yet_written_harms_nobody(tmp_path: Path) -> None:
    async def use(there: Installation, ada: Actor, ben: Actor) -> None:
        await there.services.own_account.erase(ben, FAREWELL)
        for actor in (ben, ada):  # a request of Ben's was still under way
            there.services.audit.note_read(actor, "memory.list", ["1"])
        await there.services.audit.flush()

        assert [entry.action for entry in await there.services.audit.newest(ada, 9, 0)] == ["memory.list"]

    _with(tmp_path, use)


@pytest.mark.parametrize(
    ("farewell", "error"), [(Farewell("ada", PASSWORD), InvalidInput), (Farewell("ben", "wrong"), Forbidden)]
)
def test_it_takes_the_name_and_the_password(tmp_path: Path, farewell: Farewell, error: type[Exception]) -> None:
    async def use(there: Installation, _: Actor, ben: Actor) -> None:
        with pytest.raises(error):
            await there.services.own_account.erase(ben, farewell)
        assert len(await users_by_age(there.services)) == 2

    _with(tmp_path, use)


def test_the_last_administrator_stays(tmp_path: Path) -> None:
    async def use(there: Installation, ada: Actor, _: Actor) -> None:
        with pytest.raises(Conflict, match="only administrator"):
            await there.services.own_account.erase(ada, Farewell("ada", PASSWORD))
        await there.services.accounts.add_user("Cy", PASSWORD, is_admin=True)

        await there.services.own_account.erase(ada, Farewell("ada", PASSWORD))
        assert {user.name for user in await users_by_age(there.services)} == {"Ben", "Cy"}

    _with(tmp_path, use)
