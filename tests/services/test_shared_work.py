"""Work that one process begins and another goes on with: two installations on one PostgreSQL, a data directory each."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from chats import chat, chatgpt_export
from databases import DATABASES
from onememory.blobs.uploads import DiskUploads
from onememory.bootstrap import LINK_KEY, link_key
from onememory.domain.actors import Actor
from onememory.domain.errors import Conflict
from onememory.domain.imports import ImportRecord, ImportState
from onememory.domain.installation import Choosable
from onememory.domain.provenance import Channel
from onememory.security.signed_links import KEY_BYTES
from onememory.services.background import LEASE
from onememory.services.transfers.handed_files import HandedFiles
from onememory.services.transfers.handed_in import HandedFile
from onememory.services.upkeep.retention import ABANDONED
from onememory.services.users.accounts import EVERYTHING_ALLOWED
from servers import Installation, installed

pytestmark = [pytest.mark.postgresql, pytest.mark.usefixtures("database")]
Use = Callable[[Installation, Installation, Actor], Awaitable[None]]
EXPORT = chatgpt_export(chat("c1", "Where does the zebrafish sleep?"))
MEMORIES = b"text,bucket\nAda repairs bicycles,\n"


def _using(data: Path, use: Use) -> None:
    async def run() -> None:
        shared = {"database_url": DATABASES.url_for(data / "shared")}
        async with installed(data / "one", shared) as one, installed(data / "two", shared) as two:
            user = await one.services.accounts.add_user("Ada")
            await use(one, two, Actor(user.id, Channel.CLI, EVERYTHING_ALLOWED))

    asyncio.run(run())


async def _file(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def _record(there: Installation, ada: Actor, import_id: str) -> ImportRecord:
    return await there.services.chat_imports.get(ada, import_id)


async def _shared(there: Installation, ada: Actor) -> list[str]:
    return await there.store.read(ada.scope, lambda tx: tx.uploads.all())


def test_chats_that_one_was_handed_are_imported_by_the_other(tmp_path: Path) -> None:
    async def use(one: Installation, two: Installation, ada: Actor) -> None:
        taken = await one.services.handed_in.take(ada, HandedFile(_file(EXPORT), "conversations.json"))
        assert isinstance(taken, ImportRecord)

        assert await two.services.jobs.run_next()

        ended = await _record(one, ada, taken.id)
        assert (ended.state, ended.report.new, ended.report.error) == (ImportState.DONE, 1, None)
        assert await _shared(one, ada) == []
        assert list((tmp_path / "two" / "uploads").iterdir()) == []

    _using(tmp_path, use)


def test_a_large_file_arrives_whole(tmp_path: Path) -> None:
    content = bytes(range(256)) * 10_000  # more than two pieces, the last one shorter

    async def use(one: Installation, two: Installation, ada: Actor) -> None:
        here = HandedFiles(one.store, DiskUploads(tmp_path / "here"))
        there = HandedFiles(two.store, DiskUploads(tmp_path / "there"))
        await here.receive("big", _file(content))
        await here.share(ada.scope, "big")
        await there.fetch(ada.scope, "big")
        assert (tmp_path / "there" / "big").read_bytes() == content

    _using(tmp_path, use)


def test_what_one_has_looked_through_is_imported_at_the_others_word(tmp_path: Path) -> None:
    async def use(one: Installation, two: Installation, ada: Actor) -> None:
        held = await one.services.held_imports.hold(ada, "notes.csv", _file(MEMORIES))
        await one.services.background.finish()

        await two.services.held_imports.start(ada, held.id)
        await two.services.background.finish()

        ended = await _record(one, ada, held.id)
        assert (ended.state, ended.report.new, ended.report.error) == (ImportState.DONE, 1, None)
        assert await _shared(two, ada) == []

    _using(tmp_path, use)


def test_an_import_is_cut_off_only_once_nobody_is_at_work_on_it(tmp_path: Path) -> None:
    async def use(one: Installation, two: Installation, ada: Actor) -> None:
        held = await one.services.held_imports.hold(ada, "notes.csv", _file(MEMORIES))
        await one.services.background.finish()
        held = await _record(one, ada, held.id)
        running, now = replace(held, state=ImportState.RUNNING), two.clock.now()
        await one.store.write(ada.scope, lambda tx: tx.imports.change(running))
        await one.store.write(ada.scope, lambda tx: tx.claims.take(held.id, "a process that dies", now, now + LEASE))
        assert not await two.services.held_imports.is_cut_off(ada, running)
        with pytest.raises(Conflict):
            await two.services.held_imports.start(ada, held.id)

        two.clock.advance(LEASE)
        assert await two.services.held_imports.is_cut_off(ada, running)
        await two.services.held_imports.start(ada, held.id)
        await two.services.background.finish()
        assert (await _record(one, ada, held.id)).state is ImportState.DONE

    _using(tmp_path, use)


def test_a_file_that_nobody_imported_is_let_go_of(tmp_path: Path) -> None:
    async def use(one: Installation, two: Installation, ada: Actor) -> None:
        await one.services.held_imports.hold(ada, "notes.csv", _file(MEMORIES))
        await one.services.background.finish()
        assert len(await _shared(two, ada)) == 1

        two.clock.advance(ABANDONED + timedelta(minutes=1))
        await two.services.retention.sweep()

        assert await _shared(two, ada) == []

    _using(tmp_path, use)


def test_one_piece_of_work_is_done_once_however_many_begin_it(tmp_path: Path) -> None:
    async def use(one: Installation, two: Installation, ada: Actor) -> None:
        done, going_on = [], asyncio.Event()

        async def work(who: str) -> None:
            await going_on.wait()
            done.append(who)

        for there in (one, two, one):
            await there.services.background.begin(ada.scope, "the work", work("first" if there is one else "second"))
        going_on.set()
        await asyncio.gather(one.services.background.finish(), two.services.background.finish())
        assert done == ["first"]

        await two.services.background.begin(ada.scope, "the work", work("second"))
        await two.services.background.finish()
        assert done == ["first", "second"]

    _using(tmp_path, use)


def test_who_cannot_have_the_model_that_was_chosen_leaves_vectors_to_the_others(tmp_path: Path) -> None:
    async def use(one: Installation, two: Installation, ada: Actor) -> None:
        await one.store.write(ada.scope, one.services.indexing.enqueue)
        one.services.model_switch.problem = "The model is not on this machine."
        assert not await one.services.jobs.run_next()
        await one.services.handed_in.take(ada, HandedFile(_file(EXPORT), "conversations.json"))
        assert await one.services.jobs.run_next()
        assert not await one.services.jobs.run_next()

        assert await two.services.jobs.run_next()

    _using(tmp_path, use)


def test_what_is_chosen_at_one_counts_at_the_other_when_it_looks_again(tmp_path: Path) -> None:
    async def use(one: Installation, two: Installation, ada: Actor) -> None:
        admin = replace(ada, is_admin=True)
        await one.services.installation.choose(admin, {Choosable.SECRETS: "allow"})

        await two.services.installation.refresh()

        choices = await two.services.installation.choices(admin)
        assert choices[Choosable.SECRETS].value == "allow"

    _using(tmp_path, use)


def test_the_first_process_brings_its_key_of_links_and_the_others_take_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / LINK_KEY).write_bytes(name.encode().ljust(KEY_BYTES))

    async def use(one: Installation, two: Installation, _: Actor) -> None:
        keys = [await link_key(there.store, tmp_path / name / LINK_KEY) for name, there in (("one", one), ("two", two))]
        assert keys == [b"one".ljust(KEY_BYTES)] * 2
        assert await link_key(two.store, tmp_path / "three" / LINK_KEY) == keys[0]
        assert not (tmp_path / "three").exists()

    _using(tmp_path, use)
    assert [record.getMessage() for record in caplog.records].count(
        "the database has another key; this file is of no use any more"
    ) == 1
