"""Ben walks through every tool with Ada's ids; nothing of hers comes back and nothing of hers changes."""

import json
from pathlib import Path
from typing import Any

import pytest
from tool_callers import Caller, Household, together

from chats import chat
from mcp import MCPError
from onememory.domain.provenance import Channel
from onememory.mcp.tools.catalogue import ALIASES, TOOLS

pytestmark = pytest.mark.usefixtures("database")

SECRET = "zebrafish"
Ids = dict[str, Any]

WALK: dict[str, list[dict[str, Any]]] = {
    "store_memory": [{"text": "Ben's own", "bucketId": "<bucket>"}, {"text": f"About the {SECRET}"}],
    "search_memories": [{"query": SECRET}, {"query": SECRET, "bucketId": "<bucket>"}],
    "get_memories_and_buckets": [{"all": True}, {"query": SECRET}, {"bucketId": "<bucket>"}],
    "update_or_move_memories": [
        {"memoryId": "<memory>", "text": "Ben was here"},
        {"memoryIds": ["<memory>", "<trashed>"], "bucketName": "General"},
        {"memoryId": "<memory>", "bucketId": "<bucket>"},
    ],
    "delete_memories": [{"memoryIds": ["<memory>", "<trashed>"]}],
    "restore_memories": [{"memoryIds": ["<memory>", "<trashed>"]}],
    "list_buckets": [{}],
    "create_bucket": [{"name": "Ada's"}],
    "list_bucket_categories": [{"bucketId": "<bucket>"}],
    "list_category_memories": [{"categoryId": "<bucket>"}],
    "recall_chat_history": [{"query": SECRET}, {"queries": [SECRET, "Aquarium"]}],
    "chat_history_overview": [{}],
    "get_conversation_summary": [{"conversationId": "<conversation>"}],
    "get_full_conversation": [{"conversationId": "<conversation>"}],
    "export_conversation": [{"conversationId": "<conversation>"}],
    "search_uploaded_files": [{"query": SECRET}],
    "search": [{"query": SECRET}],
    "fetch": [{"id": "<memory>"}, {"id": "<trashed>"}, {"id": "<conversation>"}, {"id": "<conversation>:0"}],
    "get_memories": [{"query": SECRET}],
    "get_memory_categories": [{"bucketId": "<bucket>"}],
    "smart_search_memories": [{"query": SECRET}],
}


async def _belongings(ada: Caller) -> Ids:
    bucket = (await ada.done("create_bucket", name="Aquarium"))["id"]
    memory = await ada.store(f"2024-01-01 the {SECRET}", bucketId=bucket)
    trashed = await ada.store(f"a {SECRET} in the trash")
    await ada.done("delete_memories", memoryIds=[trashed])
    (conversation,) = await ada.keep(chat("fish", f"Where does my {SECRET} sleep?", "In the Aquarium."))
    return {"bucket": bucket, "memory": memory, "trashed": trashed, "conversation": conversation}


def _filled(arguments: dict[str, Any], ids: Ids) -> dict[str, Any]:
    text = json.dumps(arguments)
    for name, value in ids.items():
        text = text.replace(f"<{name}>", str(value))
    filled: dict[str, Any] = json.loads(text)
    return filled


async def _state(ada: Caller, ids: Ids) -> str:
    owner = ada.acting(channel=Channel.WEB)
    listed = await owner.done("get_memories_and_buckets", all=True)
    documents = [await owner.done("fetch", id=ids[kind]) for kind in ("memory", "trashed", "conversation")]
    return json.dumps([listed, documents])


def test_the_walk_covers_every_tool() -> None:
    assert set(WALK) == {spec.name for spec in TOOLS} | set(ALIASES)


@pytest.mark.parametrize("tool", WALK)
def test_no_tool_reaches_into_another_account(tmp_path: Path, tool: str) -> None:
    async def use(people: Household) -> None:
        ada, ben = await people.person("Ada"), await people.person("Ben")
        ids = await _belongings(ada)
        before = await _state(ada, ids)
        hers = {SECRET, "Aquarium", "Adas-client", ada.actor.user_id, *map(str, ids.values())}
        for attempt in WALK[tool]:
            sent = _filled(attempt, ids)
            said = (await ben.call_tool(tool, sent)).model_dump_json()
            assert {each for each in hers if each in said} <= {each for each in hers if each in json.dumps(sent)}
        assert await _state(ada, ids) == before

    together(tmp_path, use)


def test_ids_of_another_account_are_as_good_as_none(tmp_path: Path) -> None:
    async def use(people: Household) -> None:
        ada, ben = await people.person("Ada"), await people.person("Ben")
        ids = await _belongings(ada)
        for tool, argument, theirs in (
            ("fetch", "id", "memory"),
            ("get_full_conversation", "conversationId", "conversation"),
        ):
            said = {await ben.refused(tool, **{argument: each}) for each in (ids[theirs], "0" * 26)}
            assert len(said) == 1

    together(tmp_path, use)


def test_neither_profile_nor_context_tells_of_others(tmp_path: Path) -> None:
    async def use(people: Household) -> None:
        ada, ben = await people.person("Ada"), await people.person("Ben")
        await _belongings(ada)
        await people.installation.services.audit.flush()
        profile = await ben.read_resource("memory://profile")
        context = await ben.get_prompt("context", {"topic": SECRET})
        assert SECRET not in profile.model_dump_json()
        assert "Aquarium" not in context.model_dump_json()

    together(tmp_path, use)


def test_a_token_for_one_bucket_sees_no_other_and_no_chats(tmp_path: Path) -> None:
    async def use(people: Household) -> None:
        ada = await people.person("Ada")
        ids = await _belongings(ada)
        kitchen = (await ada.done("create_bucket", name="Kitchen"))["id"]
        limited = ada.acting(bucket_ids=frozenset({kitchen}))
        for tool in set(WALK) - {"create_bucket", "store_memory"}:
            for attempt in WALK[tool]:
                said = (await limited.call_tool(tool, _filled(attempt, ids))).model_dump_json()
                assert "the zebrafish" not in said
                assert "my zebrafish" not in said
        await people.installation.services.audit.flush()
        assert SECRET not in (await limited.read_resource("memory://profile")).model_dump_json()

    together(tmp_path, use)


def test_what_does_not_exist_is_a_wrong_call(tmp_path: Path) -> None:
    async def use(people: Household) -> None:
        ada = await people.person("Ada")
        with pytest.raises(MCPError, match="not found"):
            await ada.read_resource("memory://other")
        with pytest.raises(MCPError, match="no prompt"):
            await ada.get_prompt("other")

    together(tmp_path, use)
