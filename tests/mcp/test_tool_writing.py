"""What becomes of what agents write."""

from pathlib import Path

import pytest
from tool_callers import Caller, calling

from onememory.domain.accounts import Permission, WritePolicy
from onememory.domain.provenance import Trust

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.requirement("mcp:items")
def test_what_comes_over_mcp_is_an_assistants(tmp_path: Path) -> None:
    async def use(ada: Caller) -> None:
        memory = await ada.services.memories.get(ada.actor, await ada.store("Ada drinks tea"))
        assert memory.provenance.trust is Trust.ASSISTANT
        assert memory.provenance.source == "Adas-client"

    calling(tmp_path, use)


def test_what_waits_in_the_inbox_is_told_so_and_not_found(tmp_path: Path) -> None:
    async def use(ada: Caller) -> None:
        stored = await ada.acting(policy=WritePolicy.INBOX).done("store_memory", text="Ada drinks tea")
        assert "inbox" in stored["message"]
        assert (await ada.done("search_memories", query="tea"))["memories"] == []

    calling(tmp_path, use)


@pytest.mark.requirement("mcp:update")
@pytest.mark.parametrize("tool", ["update_or_move_memories", "delete_memories"])
def test_what_the_user_said_is_not_changed_but_proposed(tmp_path: Path, tool: str) -> None:
    async def use(ada: Caller) -> None:
        memory_id = await ada.by_hand().store("Ada drinks tea")
        change = {"memoryIds": [memory_id]} if tool == "delete_memories" else {"memoryId": memory_id, "text": "coffee"}
        answer = await ada.acting(policy=WritePolicy.PROPOSE).done(tool, **change)
        assert answer["message"] == "Proposed; waits for the user's review, nothing is changed yet."
        assert (len(answer["proposalIds"]), answer["changed"]) == (1, [])
        assert (await ada.done("fetch", id=memory_id))["text"] == "Ada drinks tea"

    calling(tmp_path, use)


def test_what_is_changed_and_what_is_proposed_are_told_apart(tmp_path: Path) -> None:
    async def use(ada: Caller) -> None:
        cautious = ada.acting(policy=WritePolicy.PROPOSE)
        users, own = await ada.by_hand().store("Ada drinks tea"), await cautious.store("Ada paints boats")
        answer = await cautious.done("delete_memories", memoryIds=[users, own])
        assert answer["changed"] == [own]
        assert "1 proposed" in answer["message"]
        assert (await ada.done("fetch", id=own))["metadata"]["state"] == "trashed"

    calling(tmp_path, use)


def test_a_token_that_may_only_write_reads_nothing_by_storing(tmp_path: Path) -> None:
    async def use(ada: Caller) -> None:
        await ada.store("Ada drinks jasmine tea")
        writer = ada.acting(permissions=frozenset({Permission.WRITE}))
        assert (await writer.done("store_memory", text="Ada drinks jasmine tea"))["nearDuplicates"] == []

    calling(tmp_path, use)


@pytest.mark.requirement("mcp:errors")
def test_a_secret_is_refused_with_what_to_do(tmp_path: Path) -> None:
    async def use(ada: Caller) -> None:
        said = await ada.refused("store_memory", text="The card is 4111 1111 1111 1111")
        assert "4111" not in said
        assert (await ada.done("get_memories_and_buckets"))["memories"] == []

    calling(tmp_path, use)


def test_what_was_left_out_is_told(tmp_path: Path) -> None:
    async def use(ada: Caller) -> None:
        stored = await ada.done("store_memory", text="Ada drinks tea <private>with Ben</private>")
        assert stored["message"] == "Stored. Not all of it was kept: private passages and secrets were left out."

    calling(tmp_path, use)


def test_of_a_memory_and_a_bucket_the_one_that_is_missing_is_named(tmp_path: Path) -> None:
    async def use(ada: Caller) -> None:
        memory_id = await ada.store("Ada drinks tea")
        sentence = await ada.refused("update_or_move_memories", memoryId=memory_id, bucketName="Nowhere")
        assert sentence == 'There is no bucket named "Nowhere"; create it first.'
        assert "nothing" in await ada.refused("update_or_move_memories", memoryId="nothing", text="Coffee")

    calling(tmp_path, use)
