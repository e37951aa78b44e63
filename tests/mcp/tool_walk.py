"""One walk through every tool, resource and prompt, the same for every transport."""

import json
from dataclasses import dataclass
from typing import Any, Protocol

import jsonschema
import mcp_types


@dataclass(frozen=True, slots=True)
class WantedChat:
    """The one chat that the account must hold before the walk."""

    platform_id: str
    said: tuple[str, str]


CHAT = WantedChat("bicycle", ("I bought a bicycle and called it Rosinante.", "A fine name for a bicycle!"))
STORED = "2026-03-01 The user drinks jasmine tea in the morning."


class Session(Protocol):
    """What the SDK's client offers, and what the walk needs of it."""

    async def list_tools(self) -> mcp_types.ListToolsResult: ...

    async def call_tool(self, name: str, arguments: dict[str, Any] | None = None) -> Any: ...

    async def read_resource(self, uri: Any) -> mcp_types.ReadResourceResult: ...

    async def get_prompt(self, name: str, arguments: dict[str, str] | None = None) -> Any: ...


async def walk(session: Session) -> None:
    """Call everything once over an account that holds no memory and the one chat."""
    walker = _Walker(session, {tool.name: tool for tool in (await session.list_tools()).tools})
    await walker.memories()
    await walker.buckets()
    await walker.chats()
    await walker.files_and_research()
    await walker.context()
    assert walker.called == set(walker.tools)


class _Walker:
    def __init__(self, session: Session, tools: dict[str, mcp_types.Tool]) -> None:
        self.session = session
        self.tools = tools
        self.called: set[str] = set()

    async def call(self, name: str, /, **arguments: Any) -> Any:
        """The structured answer, which fits its schema and stands in the text as well."""
        self.called.add(name)
        result = await self.session.call_tool(name, arguments)
        (block,) = result.content
        assert not result.is_error, block.text
        jsonschema.validate(result.structured_content, self.tools[name].output_schema or {})
        assert json.loads(block.text) == result.structured_content
        return result.structured_content

    async def memories(self) -> None:
        stored = await self.call("store_memory", text=STORED)
        again = await self.call("store_memory", text="In the morning the user drinks jasmine tea.")
        assert [each["id"] for each in again["nearDuplicates"]] == [stored["id"]]
        found = await self.call("search_memories", query="jasmine tea")
        assert {each["id"] for each in found["memories"]} == {stored["id"], again["id"]}
        deleted = await self.call("delete_memories", memoryIds=[again["id"]])
        assert deleted["changed"] == [again["id"]]
        assert len((await self.call("get_memories_and_buckets"))["memories"]) == 1
        await self.call("restore_memories", memoryIds=[again["id"]])
        assert len((await self.call("get_memories_and_buckets", all=True))["memories"]) == 2
        await self.call("update_or_move_memories", memoryId=again["id"], text="The user never drinks coffee.")
        assert (await self.call("search_memories", query="coffee"))["memories"][0]["id"] == again["id"]

    async def buckets(self) -> None:
        made = await self.call("create_bucket", name="Kitchen")
        memory_id = (await self.call("search_memories", query="jasmine tea"))["memories"][0]["id"]
        await self.call("update_or_move_memories", memoryIds=[memory_id], bucketId=made["id"])
        buckets = (await self.call("list_buckets"))["buckets"]
        assert [(each["name"], each["memoryCount"]) for each in buckets] == [("General", 1), ("Kitchen", 1)]
        assert (await self.call("list_bucket_categories", bucketId=made["id"]))["categories"] == []
        assert (await self.call("list_category_memories", categoryId="1"))["memories"] == []

    async def chats(self) -> None:
        (answer,) = (await self.call("recall_chat_history", query="What is my bicycle called?"))["results"]
        assert answer["found"]
        assert "Rosinante" in answer["answer"]
        conversation_id = answer["sources"][0]["conversationId"]
        assert (await self.call("chat_history_overview"))["conversations"] == 1
        summary = await self.call("get_conversation_summary", conversationId=conversation_id)
        assert "Rosinante" in summary["summary"]
        whole = await self.call("get_full_conversation", conversationId=conversation_id)
        assert [message["text"] for message in whole["messages"]] == list(CHAT.said)
        assert conversation_id in (await self.call("export_conversation", conversationId=conversation_id))["url"]

    async def files_and_research(self) -> None:
        assert (await self.call("search_uploaded_files", query="tea"))["results"] == []
        results = (await self.call("search", query="bicycle Rosinante"))["results"]
        (chat,) = [result for result in results if "bicycle" in result["title"]]
        assert "Rosinante" in (await self.call("fetch", id=chat["id"]))["text"]
        (memory, *_) = (await self.call("search", query="jasmine tea"))["results"]
        assert (await self.call("fetch", id=memory["id"]))["text"] == STORED

    async def context(self) -> None:
        (content,) = (await self.session.read_resource("memory://profile")).contents
        assert isinstance(content, mcp_types.TextResourceContents)
        assert "jasmine tea" in content.text
        (message,) = (await self.session.get_prompt("context", {"topic": "bicycles"})).messages
        assert "jasmine tea" in message.content.text
