"""What the list of tools says, to whom, and at what cost."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tool_callers import Caller, calling

from onememory.domain.accounts import Permission, WritePolicy
from onememory.embedding.tokens import BundledTokens
from onememory.mcp.instructions import INSTRUCTIONS
from onememory.mcp.tools.catalogue import ALIASES, TOOLS, tools_for

pytestmark = pytest.mark.usefixtures("database")

BUDGET = 4_000  # tokens of the whole list

NAMES = {
    "store_memory": ["text", "bucketId"],
    "search_memories": ["query", "bucketId", "limit"],
    "get_memories_and_buckets": ["bucketId", "count", "latest", "all", "skip", "query"],
    "update_or_move_memories": ["memoryId", "memoryIds", "text", "bucketId", "bucketName"],
    "list_buckets": [],
    "create_bucket": ["name"],
    "list_bucket_categories": ["bucketId"],
    "list_category_memories": ["categoryId"],
    "recall_chat_history": ["query", "queries", "before", "after", "mode", "maxTokens"],
    "chat_history_overview": [],
    "get_conversation_summary": ["conversationId"],
    "get_full_conversation": ["conversationId", "skip"],
    "export_conversation": ["conversationId"],
    "search_uploaded_files": ["query"],
    "delete_memories": ["memoryIds"],
    "restore_memories": ["memoryIds"],
    "search": ["query"],
    "fetch": ["id"],
}
WRITERS = {"store_memory", "create_bucket", "update_or_move_memories", "delete_memories", "restore_memories"}
OF_ARCHIVE = {spec.name for spec in TOOLS if spec.in_archive}

_LISTED: list[dict[str, Any]] = [t.model_dump(by_alias=True, exclude_none=True) for t in tools_for(None)]


def _names(caller: Caller) -> set[str]:
    return {tool.name for tool in tools_for(caller.actor)}


@pytest.mark.requirement("mcp:names")
def test_names_and_arguments_are_those_of_the_contract() -> None:
    assert {tool["name"]: list(tool["inputSchema"]["properties"]) for tool in _LISTED} == NAMES
    assert not set(ALIASES) & set(NAMES)


@pytest.mark.requirement("mcp:described")
@pytest.mark.parametrize("tool", _LISTED, ids=lambda tool: tool["name"])
def test_a_tool_says_what_it_is_and_does(tool: dict[str, Any]) -> None:
    hints = tool["annotations"]
    assert tool["title"]
    assert tool["description"]
    assert hints["openWorldHint"] is False
    assert hints["readOnlyHint"] is (tool["name"] not in WRITERS)
    assert hints["destructiveHint"] is (tool["name"] in {"update_or_move_memories", "delete_memories"})
    assert hints["idempotentHint"] is (tool["name"] not in {"store_memory", "create_bucket"})


@pytest.mark.requirement("mcp:described")
@pytest.mark.parametrize("kind", ["inputSchema", "outputSchema"])
@pytest.mark.parametrize("tool", _LISTED, ids=lambda tool: tool["name"])
def test_schemas_are_objects_without_references(tool: dict[str, Any], kind: str) -> None:
    jsonschema.Draft202012Validator.check_schema(tool[kind])
    assert tool[kind]["type"] == "object"
    assert not re.search(r'"(\$ref|\$defs|null)"|"title": "', json.dumps(tool[kind]))


def test_the_whole_list_costs_a_model_less_than_its_budget() -> None:
    (cost,) = BundledTokens().count([json.dumps({"tools": _LISTED}, separators=(",", ":"))])
    assert cost <= BUDGET


def test_the_order_is_always_the_same() -> None:
    assert [tool["name"] for tool in _LISTED] == [spec.name for spec in TOOLS]


@pytest.mark.parametrize(
    ("changes", "hidden"),
    [
        ({"permissions": frozenset({Permission.READ})}, WRITERS),
        ({"policy": WritePolicy.READ}, WRITERS),
        ({"policy": WritePolicy.INBOX}, WRITERS - {"store_memory"}),
        ({"policy": WritePolicy.PROPOSE}, set()),
        ({"permissions": frozenset({Permission.READ, Permission.WRITE})}, {"delete_memories"}),
        ({"permissions": frozenset({Permission.WRITE})}, set(NAMES) - WRITERS | {"delete_memories"}),
        ({"bucket_ids": frozenset({1})}, OF_ARCHIVE | {"create_bucket"}),
    ],
)
def test_a_token_is_offered_what_it_may_do(tmp_path: Path, changes: dict[str, Any], hidden: set[str]) -> None:
    async def use(ada: Caller) -> None:
        assert set(NAMES) - _names(ada.acting(**changes)) == hidden

    calling(tmp_path, use)


def test_what_is_not_offered_is_refused_as_well(tmp_path: Path) -> None:
    async def use(ada: Caller) -> None:
        reader = ada.acting(permissions=frozenset({Permission.READ}))
        assert "lacks the scope" in await reader.refused("store_memory", text="Ada drinks tea")
        assert (await ada.done("get_memories_and_buckets"))["memories"] == []

    calling(tmp_path, use)


def test_the_instructions_name_tools_that_exist() -> None:
    named = set(re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", INSTRUCTIONS))
    assert named
    assert named <= set(NAMES)
