"""Writes those files of integrations/ that are copies or are made of what the program says of itself."""

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onememory import __version__
from onememory.api.gpt_actions import gpt_document
from onememory.api.openapi import document, without_null
from onememory.api.routes import OPERATIONS

FOLDER = Path(__file__).resolve().parent.parent / "integrations"

_PLACEHOLDER_URL = "https://memory.example.org"
_SKILL = FOLDER / "skill" / "onememory"
_INSTRUCTIONS = FOLDER / "instructions.md"
_FUNCTION = FOLDER / "typingmind" / "function.js"


@dataclass(frozen=True, slots=True)
class Function:
    """A tool as a function of the TypingMind plugin: an operation of the REST interface under the tool's name."""

    name: str
    operation: str
    description: str
    fields: tuple[str, ...] = ()  # as the tool names them
    renamed: tuple[tuple[str, str], ...] = ()  # the tool's name and the operation's
    must: tuple[str, ...] = ()  # what a model must give beyond what the operation insists on


FUNCTIONS = (
    Function(
        "search_memories", "SearchMemories",
        "Find memories of the user by words and meaning. Ask with concrete nouns, and again from another angle.",
        ("query", "bucketId", "limit"), (("limit", "count"),),
    ),
    Function(
        "store_memory", "AddNewMemory",
        "Store one fact that will matter later, complete in itself, dated YYYY-MM-DD in front. Never a secret.",
        ("text", "bucketId"), must=("text",),
    ),
    Function(
        "get_memories_and_buckets", "GetMemoriesAndBuckets", "List memories, with every bucket beside them.",
        ("bucketId", "count", "latest", "all", "skip", "query", "includeIds"),
    ),
    Function(
        "update_or_move_memories", "UpdateMemory",
        "Correct a memory that was never right, or move memories to another bucket. Waiting for review is success.",
        ("memoryId", "text", "bucketId", "bucketName", "memoryIds"),
    ),
    Function("list_buckets", "ListBuckets", "List the buckets with their ids; never guess an id."),
    Function("create_bucket", "CreateBucket", "Make a bucket, when the user asks for it.", ("name",)),
    Function(
        "recall_chat_history", "ChatHistoryInject",
        "Recall cited passages of the user's past chats with any AI. Say plainly when nothing was found.",
        ("query", "queries", "before", "after", "mode", "maxTokens"),
    ),
    Function("chat_history_overview", "GetChatHistoryOverview", "Say which tools' chats there are, and from when."),
    Function(
        "get_conversation_summary", "GetConversationSummary", "Give the gist of one past chat.", ("conversationId",)
    ),
    Function("get_full_conversation", "GetConversation", "Read one past chat in full.", ("conversationId",)),
    Function(
        "export_conversation", "ExportConversation", "Make a link to a past chat, valid for 15 minutes.",
        ("conversationId",),
    ),
    Function("delete_memories", "BulkDeleteMemories", "Put memories into the trash.", ("memoryIds",)),
    Function("restore_memories", "RestoreMemories", "Take memories out of the trash.", ("memoryIds",)),
)  # fmt: skip

_USER_SETTINGS = [
    {
        "name": "onememoryUrl",
        "label": "Server URL",
        "required": True,
        "placeholder": "https://memory.example.org",
        "description": "The address of your onememory server.",
    },
    {
        "name": "onememoryToken",
        "type": "password",
        "label": "Token",
        "required": True,
        "description": "Made by: onememory connect typingmind",
    },
]
_OVERVIEW = (
    "## onememory\n\nOne memory for every AI you use, on your own server: recall what you told any of them, and keep "
    "what will matter.\n\nGive the address of your server and a token under *Settings*. The server must allow this "
    "page: `ONEMEMORY_BROWSER_ORIGINS=https://www.typingmind.com`.\n"
)


def files() -> dict[Path, str]:
    """The text of each file by its path."""
    return dict(_written())


def main() -> int:
    """Write every file."""
    for path, text in files().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return 0


def _written() -> Iterator[tuple[Path, str]]:
    for path in sorted(_SKILL.rglob("*.md")):
        yield FOLDER / "claude-code" / "skills" / "onememory" / path.relative_to(_SKILL), path.read_text("utf-8")
    instructions = _INSTRUCTIONS.read_text("utf-8")
    yield FOLDER / "codex" / "AGENTS.md", f"# Memory\n\n{instructions}"
    yield FOLDER / "gemini-cli" / "GEMINI.md", f"# Memory\n\n{instructions}"
    rule = "---\ndescription: When and how to use the user's memory (onememory)\nalwaysApply: true\n---\n\n"
    yield FOLDER / "cursor" / "rules" / "onememory.mdc", rule + instructions
    yield FOLDER / "gpt-actions" / "openapi.json", _json(gpt_document(_PLACEHOLDER_URL, __version__))
    yield FOLDER / "typingmind" / "plugin.json", _json(_plugin())


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _plugin() -> dict[str, Any]:
    """The plugin as TypingMind imports it (docs.typingmind.com, plugin JSON schema)."""
    described = document(OPERATIONS, "", __version__)
    operations = {
        entry["operationId"]: (method.upper(), path, entry)
        for path, methods in described["paths"].items()
        for method, entry in methods.items()
    }
    components = described["components"]["schemas"]
    return {
        "id": "onememory",
        "uuid": "5b2e6a0c-6f0e-4a7a-9f53-0d6f3b1c8e21",
        "title": "onememory",
        "emoji": "🧠",
        "overviewMarkdown": _OVERVIEW,
        "authenticationType": "AUTH_TYPE_NONE",
        "userSettings": _USER_SETTINGS,
        "dynamicContextEndpoints": [],
        "pluginFunctions": [_function(f, *operations[f.operation], components) for f in FUNCTIONS],
    }


def _function(
    function: Function, method: str, path: str, entry: Mapping[str, Any], components: Mapping[str, Any]
) -> dict[str, Any]:
    renamed = dict(function.renamed)
    fields = {name: renamed.get(name, name) for name in function.fields}
    shapes, required = _shapes(entry, components)
    request = json.dumps({"method": method, "path": path, "fields": fields})
    code = _FUNCTION.read_text("utf-8").replace("FUNCTION_NAME", function.name).replace("REQUEST", request)
    return {
        "id": function.name,
        "name": function.name,
        "implementationType": "javascript",
        "outputType": "respond_to_ai",
        "openaiSpec": {
            "name": function.name,
            "description": function.description,
            "parameters": {
                "type": "object",
                "properties": {name: _resolved(shapes[field], components) for name, field in fields.items()},
                "required": [name for name, field in fields.items() if field in required or name in function.must],
            },
        },
        "code": code,
    }


def _shapes(entry: Mapping[str, Any], components: Mapping[str, Any]) -> tuple[dict[str, Any], set[str]]:
    """The schemas of what an operation takes, by name, and the names that must be sent."""
    shapes = {p["name"]: _described(p) for p in entry["parameters"]}
    required = {p["name"] for p in entry["parameters"] if p.get("required")}
    body = entry.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    body = _resolved(body, components)
    return shapes | body.get("properties", {}), required | set(body.get("required", []))


def _described(parameter: Mapping[str, Any]) -> dict[str, Any]:
    text = parameter.get("description")
    return dict(parameter["schema"]) | ({"description": text} if text else {})


def _resolved(shape: Any, components: Mapping[str, Any]) -> Any:
    """A schema that stands by itself, without references and nulls."""
    if isinstance(shape, list):
        return [_resolved(part, components) for part in shape]
    if not isinstance(shape, dict):
        return shape
    if name := str(shape.get("$ref", "")).rpartition("/")[2]:
        return _resolved(components[name], components)
    return {key: _resolved(value, components) for key, value in without_null(shape).items() if key != "title"}


if __name__ == "__main__":
    sys.exit(main())
