"""The profile and the prompt that hands it over."""

from pathlib import Path

import mcp_types
import pytest
from tool_callers import Caller, bicycle, calling

from onememory.domain.accounts import Permission
from onememory.mcp.profile_text import EMPTY
from onememory.mcp.prompts import PROMPTS
from onememory.mcp.resources import PROFILE_TOKENS, RESOURCES
from onememory.mcp.tools.render import NOTE

pytestmark = pytest.mark.usefixtures("database")


async def _profile(caller: Caller) -> str:
    return await caller.profile()


async def _context(caller: Caller, **arguments: str) -> str:
    (message,) = (await caller.get_prompt("context", arguments)).messages
    assert isinstance(message.content, mcp_types.TextContent)
    return message.content.text


@pytest.mark.requirement("mcp:profile")
def test_the_profile_holds_what_is_recent_often_recalled_and_pinned(tmp_path: Path) -> None:
    async def use(ada: Caller) -> None:
        assert await _profile(ada) == EMPTY
        await ada.store("Ada drinks jasmine tea")
        for number in range(20):
            await ada.store(f"Chapter {number} is written")
        await ada.done("search_memories", query="jasmine tea", limit=1)
        await ada.services.audit.flush()
        await ada.services.history.pin(ada.actor, await ada.keep(bicycle()), is_pinned=True)
        parts = [part.splitlines() for part in (await _profile(ada)).split("\n\n")]
        assert [part[0] for part in parts] == [NOTE, "## Recalled most", "## Recent", "## Pinned chats"]
        assert "jasmine tea" in parts[1][1]
        assert "Chapter 19" in parts[2][1]
        assert "Chat bicycle" in parts[3][1]

    calling(tmp_path, use)


@pytest.mark.requirement("mcp:profile")
def test_the_profile_keeps_to_its_budget_and_to_what_is_true(tmp_path: Path) -> None:
    async def use(ada: Caller) -> None:
        ids = [await ada.store(f"Part {n} of the epic: " + "the sea was wide and grey. " * 100) for n in range(20)]
        await ada.done("search_memories", query="epic sea", limit=20)
        await ada.services.audit.flush()
        await ada.done("delete_memories", memoryIds=ids[5:])
        text = await _profile(ada)
        assert ada.services.tokens.count([text])[0] <= PROFILE_TOKENS + 100
        assert not [memory_id for memory_id in ids[5:] if memory_id in text]
        assert [memory_id for memory_id in ids[:5] if memory_id in text] == ids[:5]

    calling(tmp_path, use)


@pytest.mark.requirement("mcp:profile")
def test_the_context_is_a_note_in_the_first_person(tmp_path: Path) -> None:
    async def use(ada: Caller) -> None:
        await ada.store("Ada drinks jasmine tea")
        plain, topical = await _context(ada), await _context(ada, topic="jasmine tea")
        assert plain.startswith("[note to self: this is what I have kept about the user")
        assert topical.count("Ada drinks jasmine tea") == plain.count("Ada drinks jasmine tea") + 1
        assert "I have nothing on it" in await _context(ada, topic="quantum chromodynamics")

    calling(tmp_path, use)


def test_who_may_not_read_gets_no_profile(tmp_path: Path) -> None:
    async def use(ada: Caller) -> None:
        writer = ada.acting(permissions=frozenset({Permission.WRITE}))
        for ask in (_profile, _context):
            with pytest.raises(Exception, match="lacks the scope"):
                await ask(writer)

    calling(tmp_path, use)


def test_resource_and_prompt_are_described() -> None:
    assert [resource.uri for resource in RESOURCES] == ["memory://profile"]
    assert [argument.name for argument in PROMPTS[0].arguments or ()] == ["topic"]
