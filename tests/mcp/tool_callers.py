"""The catalogue called in this process, in the shape of an SDK client's session."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import mcp_types
from tool_walk import CHAT

from chats import chat
from onememory.domain.accounts import Permission
from onememory.domain.actors import Actor, Scope
from onememory.domain.conversations import Conversation
from onememory.domain.provenance import Channel
from onememory.mcp.prompts import get_prompt
from onememory.mcp.resources import read_resource
from onememory.mcp.tools.calls import ToolCall
from onememory.mcp.tools.catalogue import call_tool, tools_for
from onememory.services import Services
from servers import PUBLIC_URL, Installation, installed


@dataclass(frozen=True)
class Caller:
    """One actor with the catalogue; has the methods of the SDK client's session."""

    call: ToolCall

    @property
    def actor(self) -> Actor:
        return self.call.actor

    @property
    def services(self) -> Services:
        return self.call.services

    async def list_tools(self) -> mcp_types.ListToolsResult:
        return mcp_types.ListToolsResult(tools=tools_for(self.actor))

    async def call_tool(self, name: str, arguments: Mapping[str, Any] | None = None) -> mcp_types.CallToolResult:
        return await call_tool(self.call, name, arguments or {})

    async def read_resource(self, uri: str) -> mcp_types.ReadResourceResult:
        return await read_resource(self.call, uri)

    async def get_prompt(self, name: str, arguments: Mapping[str, str] | None = None) -> mcp_types.GetPromptResult:
        return await get_prompt(self.call, name, arguments or {})

    async def profile(self) -> str:
        """What is known of the user."""
        (content,) = (await self.read_resource("memory://profile")).contents
        assert isinstance(content, mcp_types.TextResourceContents)
        return content.text

    async def done(self, name: str, /, **arguments: Any) -> Any:
        """What a tool answers, once it is known to have worked."""
        result = await self.call_tool(name, arguments)
        assert not result.is_error, result.content
        return result.structured_content

    async def refused(self, name: str, /, **arguments: Any) -> str:
        """What a tool says that does not do what it was asked."""
        result = await self.call_tool(name, arguments)
        assert result.is_error
        assert result.structured_content is None
        (block,) = result.content
        assert isinstance(block, mcp_types.TextContent)
        return block.text

    async def store(self, text: str, /, **more: Any) -> str:
        memory_id: str = (await self.done("store_memory", text=text, **more))["id"]
        return memory_id

    async def keep(self, *chats: Conversation) -> list[str]:
        """Put chats into the archive; their ids."""
        kept = await self.services.archive.keep(Scope(self.actor.user_id), chats)
        return [each.conversation.id for each in kept]

    def acting(self, **changes: Any) -> "Caller":
        """The same user through another token."""
        return Caller(replace(self.call, actor=replace(self.actor, **changes)))

    def by_hand(self) -> "Caller":
        """The user, and no assistant."""
        return self.acting(channel=Channel.WEB)


@dataclass(frozen=True)
class Household:
    """People of one installation."""

    installation: Installation

    async def person(self, name: str) -> Caller:
        services = self.installation.services
        user = await services.accounts.add_user(name)
        actor = Actor(user.id, Channel.MCP, frozenset(Permission) - {Permission.ADMIN}, token_id=f"{name}s-token")
        return Caller(ToolCall(actor, services, PUBLIC_URL, f"{name}s-client"))


def calling(tmp_path: Path, use: Callable[[Caller], Awaitable[None]], **settings: Any) -> None:
    """Ada with an empty account."""

    async def alone(people: Household) -> None:
        await use(await people.person("Ada"))

    together(tmp_path, alone, **settings)


def together(tmp_path: Path, use: Callable[[Household], Awaitable[None]], **settings: Any) -> None:
    """Several people on one installation."""

    async def run() -> None:
        async with installed(tmp_path / "data", settings) as installation:
            await use(Household(installation))

    asyncio.run(run())


def bicycle() -> Conversation:
    """The chat that the walk looks for."""
    return chat(CHAT.platform_id, *CHAT.said)
