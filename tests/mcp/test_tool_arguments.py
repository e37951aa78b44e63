"""Arguments in the forms that agents send."""

import json
from pathlib import Path
from typing import Any

import pytest
from tool_callers import Caller, bicycle, calling

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.requirement("mcp:forms")
@pytest.mark.parametrize(
    "given",
    [
        {"limit": "1"},
        {"limit": 1.0},
        {"limit": 1, "bucketId": None},
        {"limit": 1, "bucket_id": ""},
        {"limit": 1, "source": "claude", "client": "x", "v": 2, "includeIds": True},
    ],
)
def test_numbers_may_be_text_and_nothing_may_be_sent_for_nothing(tmp_path: Path, given: dict[str, Any]) -> None:
    async def use(ada: Caller) -> None:
        await ada.store("Ada drinks tea")
        await ada.store("Ada pours tea")
        assert len((await ada.done("search_memories", query="tea", **given))["memories"]) == 1

    calling(tmp_path, use)


@pytest.mark.requirement("mcp:forms")
@pytest.mark.parametrize("form", [int, str, float])
def test_the_id_of_a_bucket_may_be_a_number_or_its_digits(tmp_path: Path, form: type) -> None:
    async def use(ada: Caller) -> None:
        bucket_id = form((await ada.done("create_bucket", name="Tea"))["id"])
        await ada.store("Ada drinks tea", bucketId=bucket_id)
        assert len((await ada.done("get_memories_and_buckets", bucketId=bucket_id))["memories"]) == 1

    calling(tmp_path, use)


@pytest.mark.requirement("mcp:forms")
@pytest.mark.parametrize("form", [lambda ids: ids, json.dumps, lambda ids: ids[0]], ids=["list", "json", "single"])
@pytest.mark.parametrize("name", ["memoryIds", "memory_ids", "MEMORYIDS"])
def test_a_list_may_be_text_or_a_single_thing(tmp_path: Path, form: Any, name: str) -> None:
    async def use(ada: Caller) -> None:
        memory_id = await ada.store("Ada drinks tea")
        assert (await ada.done("delete_memories", **{name: form([memory_id])}))["changed"] == [memory_id]

    calling(tmp_path, use)


@pytest.mark.requirement("mcp:forms")
@pytest.mark.parametrize(
    "queries",
    [
        ["bicycle"],
        [{"query": "bicycle", "max_tokens": "90"}],
        '[{"query": "bicycle", "maxTokens": 90}]',
        {"query": "bicycle"},
        "bicycle",
    ],
)
def test_queries_may_be_texts_or_objects(tmp_path: Path, queries: Any) -> None:
    async def use(ada: Caller) -> None:
        await ada.keep(bicycle())
        (answer,) = (await ada.done("recall_chat_history", queries=queries))["results"]
        assert (answer["query"], answer["found"]) == ("bicycle", True)

    calling(tmp_path, use)


@pytest.mark.requirement("mcp:errors")
@pytest.mark.parametrize(
    ("tool", "arguments", "problem"),
    [
        ("search_memories", {}, "Missing required field `query`"),
        ("search_memories", {"qeury": "tea"}, "Unknown argument 'qeury'; this tool takes `query`, `bucketId`, `limit`"),
        ("list_buckets", {"bucket": 1}, "no arguments"),
        ("search_memories", {"query": "tea", "limit": 0}, "`limit`"),
        ("search_memories", {"query": "tea", "bucketId": "General"}, "`bucketId`"),
        ("search_memories", {"query": {"a": 1}}, "`query`"),
        ("search_memories", {"query": "\ud800"}, "surrogate"),
        ("delete_memories", {"memoryIds": "[1,"}, "not valid JSON"),
        ("delete_memories", {"memoryIds": []}, "`memoryIds` is empty"),
        ("delete_memories", {"memoryIds": [{}]}, "`memoryIds[0]`"),
        ("store_memory", {"text": " \u200b"}, "empty"),
        ("store_memory", {"text": "x", "bucketId": 5}, "no bucket 5"),
        ("get_full_conversation", {"conversationId": "x"}, "no conversation"),
        ("fetch", {"id": "x"}, "no memory and no conversation"),
    ],
)
def test_a_wrong_argument_is_told_so_that_it_can_be_put_right(
    tmp_path: Path, tool: str, arguments: dict[str, Any], problem: str
) -> None:
    async def use(ada: Caller) -> None:
        assert problem in await ada.refused(tool, **arguments)

    calling(tmp_path, use)


@pytest.mark.requirement("mcp:aliases")
@pytest.mark.parametrize(
    ("alias", "arguments", "field"),
    [
        ("get_memories", {"latest": "true", "count": "3"}, "memories"),
        ("get_memories", {"query": "tea"}, "memories"),
        ("smart_search_memories", {"query": "tea"}, "confidence"),
        ("smart_search_memories", {"categoryId": 7}, "note"),
    ],
)
def test_names_of_older_clients_are_understood(
    tmp_path: Path, alias: str, arguments: dict[str, Any], field: str
) -> None:
    async def use(ada: Caller) -> None:
        await ada.store("Ada drinks tea")
        assert field in await ada.done(alias, **arguments)

    calling(tmp_path, use)
