"""Who vouches for a text after it was changed: nobody can pass off a text of their own as the user's."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from onememory.domain.accounts import WritePolicy
from onememory.domain.actors import Actor
from onememory.domain.memories import Draft
from onememory.domain.provenance import Channel, Trust
from onememory.domain.search import Filters
from onememory.services.finding.search import Ask
from onememory.services.notebook.memories import Edit
from onememory.services.transfers.imports import ImportRequest
from servers import Installation, installed

pytestmark = pytest.mark.usefixtures("database")

Use = Callable[[Installation, Actor, Actor], Awaitable[None]]


def _with(data: Path, use: Use) -> None:
    async def run() -> None:
        async with installed(data) as there:
            await there.services.accounts.prepare_first_start("bootstrap-token")
            user = await there.services.accounts.owner(None, Channel.CLI)
            await use(there, user, replace(user, channel=Channel.MCP))

    asyncio.run(run())


async def _stored(there: Installation, user: Actor, agent: Actor, origin: Trust) -> str:
    if origin is Trust.IMPORTED:
        await there.services.imports.run(user, ImportRequest(b"- old tea\n- other\n"))
        found = await there.services.search.find(user, Ask("old"))
        return found.hits[0].memory.id
    who = user if origin is Trust.STATED else agent
    return (await there.services.memories.store(who, Draft("old tea"))).id


@pytest.mark.parametrize(
    ("origin", "writer", "expected"),
    [
        (Trust.STATED, Channel.MCP, Trust.ASSISTANT),
        (Trust.ASSISTANT, Channel.MCP, Trust.ASSISTANT),
        (Trust.IMPORTED, Channel.MCP, Trust.IMPORTED),
        (Trust.STATED, Channel.CLI, Trust.STATED),
        (Trust.ASSISTANT, Channel.CLI, Trust.STATED),
        (Trust.IMPORTED, Channel.CLI, Trust.STATED),
    ],
)
def test_an_edit_has_the_trust_of_its_writer_and_no_more_than_the_text_had(
    tmp_path: Path, origin: Trust, writer: Channel, expected: Trust
) -> None:
    async def use(there: Installation, user: Actor, agent: Actor) -> None:
        memory_id = await _stored(there, user, agent, origin)
        who = agent if writer is Channel.MCP else user
        (after,) = (await there.services.memories.edit(who, memory_id, Edit("new tea"))).changed
        (newest, *_) = await there.services.versions.of(user, memory_id)
        assert after.provenance.trust is newest.version.provenance.trust is expected
        assert newest.version.provenance.channel is writer
        found = await there.services.search.find(user, Ask("new tea", Filters(trusts=frozenset({expected}))))
        assert [hit.memory.id for hit in found.hits] == [memory_id]

    _with(tmp_path, use)


def test_a_move_leaves_the_trust_of_the_text(tmp_path: Path) -> None:
    async def use(there: Installation, user: Actor, agent: Actor) -> None:
        memory_id = await _stored(there, user, agent, Trust.ASSISTANT)
        bucket = await there.services.buckets.create(user, "Work")
        (after,) = (await there.services.memories.edit(user, memory_id, Edit(bucket_id=bucket.id))).changed
        assert after.provenance.trust is Trust.ASSISTANT

    _with(tmp_path, use)


@pytest.mark.parametrize(
    ("channel", "policy", "trust"),
    [
        (Channel.API, WritePolicy.FULL, Trust.STATED),
        (Channel.WEB, WritePolicy.FULL, Trust.STATED),
        (Channel.MCP, WritePolicy.FULL, Trust.ASSISTANT),
        (Channel.MCP, WritePolicy.PROPOSE, Trust.ASSISTANT),
        (Channel.API, WritePolicy.PROPOSE, Trust.ASSISTANT),
        (Channel.API, WritePolicy.INBOX, Trust.ASSISTANT),
    ],
)
def test_the_door_and_the_policy_say_who_vouches_for_what_is_stored(
    tmp_path: Path, channel: Channel, policy: WritePolicy, trust: Trust
) -> None:
    async def use(there: Installation, user: Actor, _: Actor) -> None:
        writer = replace(user, channel=channel, policy=policy)
        assert (await there.services.memories.store(writer, Draft("tea"))).provenance.trust is trust

    _with(tmp_path, use)


def test_an_assistant_without_a_token_undoes_its_own_deletion_and_no_other(tmp_path: Path) -> None:
    async def use(there: Installation, user: Actor, agent: Actor) -> None:
        proposing = replace(agent, policy=WritePolicy.PROPOSE)
        mine, users = [(await there.services.memories.store(agent, Draft("tea"))).id for _ in range(2)]
        await there.services.memories.delete(proposing, mine)
        await there.services.memories.delete(user, users)
        outcome = await there.services.memories.restore_many(proposing, [mine, users])
        assert [memory.id for memory in outcome.changed] == [mine]
        assert [proposal.memory_id for proposal in outcome.proposed] == [users]

    _with(tmp_path, use)
