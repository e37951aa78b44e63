"""The only list of tools; every transport offers and calls them through here."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import mcp_types
import msgspec

from mcp import MCPError
from onememory.domain.actors import Action, Actor, may
from onememory.domain.errors import OneMemoryError, UnknownIds
from onememory.mcp.tools import buckets, files, history, memories, research
from onememory.mcp.tools.arguments import given_of
from onememory.mcp.tools.calls import ADDS, OVERWRITES, RESTORES, Arguments, Effect, ToolCall, ToolSpec
from onememory.mcp.tools.schemas import input_schema, output_schema

TOOLS: tuple[ToolSpec, ...] = (
    ToolSpec(
        "store_memory", "Store a memory",
        "Keep one lasting, self-contained fact with absolute dates. No secrets.",
        memories.store_memory, takes=memories.StoreMemory, answers=memories.Stored, effect=ADDS, needs=Action.ADD,
    ),
    ToolSpec(
        "search_memories", "Search memories",
        "Find memories by words and meaning; concrete nouns work best. Dates in the query are understood.",
        memories.search_memories, takes=memories.SearchMemories, answers=memories.FoundMemories,
    ),
    ToolSpec(
        "get_memories_and_buckets", "List memories and buckets",
        "Newest memories, or those for a query, and all buckets.",
        memories.get_memories_and_buckets, takes=memories.ListMemories, answers=memories.Listed,
    ),
    ToolSpec(
        "update_or_move_memories", "Update or move memories",
        "Correct or move the memory memoryId, or move many by memoryIds.",
        memories.update_or_move_memories, takes=memories.UpdateMemories, answers=memories.Changed,
        effect=OVERWRITES, needs=Action.CHANGE,
    ),
    ToolSpec(
        "delete_memories", "Delete memories", "Put memories into the trash.",
        memories.delete_memories, takes=memories.ManyIds, answers=memories.Changed,
        effect=OVERWRITES, needs=Action.DELETE,
    ),
    ToolSpec(
        "restore_memories", "Restore memories", "Take memories out of the trash.",
        memories.restore_memories, takes=memories.ManyIds, answers=memories.Changed,
        effect=RESTORES, needs=Action.CHANGE,
    ),
    ToolSpec(
        "list_buckets", "List buckets", "All buckets with ids.",
        buckets.list_buckets, answers=buckets.BucketList,
    ),
    ToolSpec(
        "create_bucket", "Create a bucket", "Make a bucket.",
        buckets.create_bucket, takes=buckets.CreateBucket, answers=buckets.BucketCreated,
        effect=ADDS, needs=Action.CREATE_BUCKETS,
    ),
    ToolSpec(
        "list_bucket_categories", "List a bucket's categories", "Categories of a bucket, with summaries.",
        buckets.list_bucket_categories, takes=buckets.ListCategories, answers=buckets.Categories,
    ),
    ToolSpec(
        "list_category_memories", "List a category's memories", "Memories of a category.",
        memories.list_category_memories, takes=memories.CategoryMemories, answers=memories.OfCategory,
    ),
    ToolSpec(
        "recall_chat_history", "Recall past chats",
        "What was said in past chats, cited. Send query, or several queries from different angles.",
        history.recall_chat_history, takes=history.Recall, answers=history.Recalled, in_archive=True,
    ),
    ToolSpec(
        "chat_history_overview", "Overview of past chats", "Platforms, volume and time range.",
        history.chat_history_overview, answers=history.Overview, in_archive=True,
    ),
    ToolSpec(
        "get_conversation_summary", "Summarise a chat", "The key sentences of a chat.",
        history.get_conversation_summary, takes=history.OneConversation, answers=history.Summary, in_archive=True,
    ),
    ToolSpec(
        "get_full_conversation", "Read a chat", "All messages; long chats in parts.",
        history.get_full_conversation, takes=history.ReadConversation, answers=history.FullConversation,
        in_archive=True,
    ),
    ToolSpec(
        "export_conversation", "Export a chat", "Link to a chat as JSON; 15 minutes, no login.",
        history.export_conversation, takes=history.OneConversation, answers=history.Exported, in_archive=True,
    ),
    ToolSpec(
        "search_uploaded_files", "Search uploaded files", "Passages of files, with name and page.",
        files.search_uploaded_files, takes=files.SearchFiles, answers=files.Passages,
    ),
    ToolSpec(
        "search", "Search everything", "Memories and chats for a query.",
        research.search, takes=research.Search, answers=research.Results,
    ),
    ToolSpec(
        "fetch", "Fetch one result", "A memory or chat in full, by id.",
        research.fetch, takes=research.Fetch, answers=research.Document,
    ),
)  # fmt: skip

_BY_NAME = {spec.name: spec for spec in TOOLS}

# Names that older clients call; what one of them took tells which tool is meant.
ALIASES: Mapping[str, Callable[[Arguments], str]] = {
    "get_memories": lambda _: "get_memories_and_buckets",
    "get_memory_categories": lambda _: "list_bucket_categories",
    "smart_search_memories": lambda arguments: "search_memories" if "query" in arguments else "list_category_memories",
}


def tools_for(actor: Actor | None) -> list[mcp_types.Tool]:
    """The tools that this actor may call, in the order of the list; all of them where nobody is known yet."""
    return [_described(spec) for spec in TOOLS if actor is None or _is_offered(spec, actor)]


async def call_tool(call: ToolCall, name: str, arguments: Arguments) -> mcp_types.CallToolResult:
    """Call one tool; what a model can act on is an error within the result. Raises MCPError for an unknown tool."""
    spec = _BY_NAME.get(ALIASES[name](arguments) if name in ALIASES else name)
    if spec is None:
        raise MCPError(mcp_types.INVALID_PARAMS, f"There is no tool {name[:100]!r}; list the tools to see their names.")
    try:
        return _succeeded(await spec.handler(call, given_of(arguments, spec.takes)))
    except OneMemoryError as error:
        return _failed(error)


def _is_offered(spec: ToolSpec, actor: Actor) -> bool:
    return may(actor, spec.needs) and not (spec.in_archive and actor.bucket_ids is not None)


@cache
def _described(spec: ToolSpec) -> mcp_types.Tool:
    return mcp_types.Tool(
        name=spec.name,
        title=spec.title,
        description=spec.description,
        input_schema=input_schema(spec.takes),
        output_schema=output_schema(spec.answers),
        annotations=_hints(spec.effect),
    )


def _hints(effect: Effect) -> mcp_types.ToolAnnotations:
    return mcp_types.ToolAnnotations(
        read_only_hint=effect.is_reader,
        destructive_hint=effect.is_destructive,
        idempotent_hint=effect.is_idempotent,
        open_world_hint=False,
    )


def _succeeded(answer: msgspec.Struct) -> mcp_types.CallToolResult:
    structured: Any = msgspec.to_builtins(answer)
    return mcp_types.CallToolResult(
        content=[_text(msgspec.json.encode(answer).decode())], structured_content=structured
    )


def _failed(error: OneMemoryError) -> mcp_types.CallToolResult:
    rejected = f" Rejected: {', '.join(error.rejected_ids)}." if isinstance(error, UnknownIds) else ""
    return mcp_types.CallToolResult(content=[_text(f"{error}{rejected}")], is_error=True)


def _text(text: str) -> mcp_types.TextContent:
    return mcp_types.TextContent(text=text)
