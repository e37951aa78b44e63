"""An import whose process is killed in the middle is taken up by the next, and ends as if nothing had happened."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from processes import process, until

from chats import chat, chatgpt_export
from onememory.domain.actors import Actor
from onememory.domain.imports import ImportRecord
from onememory.domain.jobs import LEASE
from onememory.domain.provenance import Channel
from onememory.ports.archive import ConversationQuery
from onememory.services.finding.recall import RecallAsk
from onememory.services.transfers.handed_in import HandedFile
from servers import Installation, MovedClock, installed

pytestmark = pytest.mark.usefixtures("database")

CHATS = 1_500
DISK = 3 * 1024 * 1024  # bytes that a file may have where the disk is said to be full
EXPORT = chatgpt_export(
    *(
        chat(f"c{n}", f"What is word{n}x?", f"Word{n}x is a word about tea. " * 9, "And then?", "No.")
        for n in range(CHATS)
    )
)
Said = dict[str, tuple[str, str, list[tuple[int, str]]]]


def _killed_in_the_middle(data: Path) -> str:
    """Begin the import in a process of its own and kill that as soon as something is kept; the import's id."""
    with process(data) as running, running.client() as http:
        import_id: str = http.post("/api/import", content=EXPORT).raise_for_status().json()["importId"]
        until(lambda: _report(http, import_id)["read"] > 0, "nothing is read")
        report = _report(http, import_id)
        running.kill()
    assert (report["state"], 0 < report["read"] < CHATS) == ("running", True)
    return import_id


def _report(http: httpx.Client, import_id: str) -> Any:
    return http.get(f"/api/imports/{import_id}").raise_for_status().json()


async def _pieces() -> AsyncIterator[bytes]:
    yield EXPORT


async def _said(there: Installation, actor: Actor) -> Said:
    """Every chat by its title, with its times and what was said in it."""
    page = await there.services.history.page(actor, ConversationQuery(), CHATS + 1, 0)
    readings = [await there.services.history.read(actor, c.id, all_branches=True) for c in page.conversations]
    return {
        r.conversation.title: (
            str(r.conversation.created_at),
            r.conversation.content_hash,
            [(number, message.text) for number, message in r.messages],
        )
        for r in readings
    }


async def _worked(there: Installation) -> Actor:
    actor = await there.services.accounts.owner(None, Channel.CLI)
    while await there.services.jobs.run_next():
        pass
    return actor


async def _undisturbed(data: Path) -> Said:
    async with installed(data) as there:
        await there.services.accounts.prepare_first_start("bootstrap-token")
        actor = await there.services.accounts.owner(None, Channel.CLI)
        assert isinstance(await there.services.handed_in.take(actor, HandedFile(_pieces())), ImportRecord)
        return await _said(there, await _worked(there))


async def _resumed(data: Path, import_id: str) -> Said:
    clock = MovedClock()
    clock.advance(2 * LEASE)  # after which the claim of the process that was killed is void
    async with installed(data, clock=clock) as there:
        actor = await _worked(there)
        report = (await there.services.chat_imports.get(actor, import_id)).report
        assert (report.read, report.new + report.unchanged) == (CHATS, CHATS)
        assert report.unchanged > 0
        found = await there.services.recall.find(actor, RecallAsk("word1234x"))
        assert {hit.conversation.title for hit in found.hits} == {"Chat c1234"}
        assert await there.store.check() == []
        return await _said(there, actor)


def test_an_import_that_was_killed_ends_with_the_archive_of_an_undisturbed_one(tmp_path: Path) -> None:
    import_id = _killed_in_the_middle(tmp_path / "killed")

    resumed = asyncio.run(_resumed(tmp_path / "killed", import_id))

    assert len(resumed) == CHATS
    assert resumed == asyncio.run(_undisturbed(tmp_path / "undisturbed"))
    assert not list((tmp_path / "killed" / "uploads").iterdir())


@pytest.mark.sqlite
def test_an_import_onto_a_full_disk_fails_loudly_and_says_what_was_kept(tmp_path: Path) -> None:
    with process(tmp_path, DISK) as running, running.client() as http:
        import_id: str = http.post("/api/import", content=EXPORT).raise_for_status().json()["importId"]
        until(lambda: _report(http, import_id)["state"] not in {"queued", "running"}, "the import does not end")
        report = _report(http, import_id)
        assert (report["state"], report["new"] < CHATS) == ("failed", True)
        assert "disk" in report["error"].lower()
        assert http.get("/api/chat-history/count").json()["count"] == report["new"] > 0
    assert not list((tmp_path / "uploads").iterdir())
