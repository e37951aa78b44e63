"""Handlers that answer from the catalogue, over the use cases of this process."""

from typing import Protocol

import mcp_types as types
from mcp.shared.exceptions import MCPError

from onememory.domain.actors import Actor
from onememory.domain.errors import OneMemoryError
from onememory.mcp.prompts import PROMPTS, get_prompt
from onememory.mcp.resources import RESOURCES, read_resource
from onememory.mcp.server import Context, Paging
from onememory.mcp.tools.calls import ToolCall
from onememory.mcp.tools.catalogue import call_tool, tools_for


class Callers(Protocol):
    """Who sends a request; each transport knows in its own way."""

    async def actor(self, context: Context) -> Actor | None:
        """Who asks; None where that cannot be known."""
        ...

    async def call(self, context: Context) -> ToolCall:
        """Who asks, with all that a tool needs; raises OneMemoryError."""
        ...


class LocalHandlers:
    """Answers from the catalogue over the use cases of this process; implements Handlers."""

    def __init__(self, callers: Callers) -> None:
        self._callers = callers

    async def list_tools(self, context: Context, params: Paging) -> types.ListToolsResult:
        """The tools that the caller may use."""
        return types.ListToolsResult(tools=tools_for(await self._callers.actor(context)))

    async def call_tool(self, context: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        """What a tool answers; that nothing can be done here is told to the model as well."""
        try:
            call = await self._callers.call(context)
        except OneMemoryError as error:
            return told(str(error))
        return await call_tool(call, params.name, params.arguments or {})

    async def list_resources(self, context: Context, params: Paging) -> types.ListResourcesResult:
        """The resources."""
        return types.ListResourcesResult(resources=RESOURCES)

    async def read_resource(
        self, context: Context, params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        """One resource's content; raises MCPError."""
        return await read_resource(await self._call(context), str(params.uri))

    async def list_prompts(self, context: Context, params: Paging) -> types.ListPromptsResult:
        """The prompts."""
        return types.ListPromptsResult(prompts=PROMPTS)

    async def get_prompt(self, context: Context, params: types.GetPromptRequestParams) -> types.GetPromptResult:
        """One prompt's messages; raises MCPError."""
        return await get_prompt(await self._call(context), params.name, params.arguments or {})

    async def _call(self, context: Context) -> ToolCall:
        try:
            return await self._callers.call(context)
        except OneMemoryError as error:
            raise MCPError(types.INTERNAL_ERROR, str(error)) from error


def told(problem: str) -> types.CallToolResult:
    """A tool's answer that says what went wrong, for the model to act on."""
    return types.CallToolResult(content=[types.TextContent(type="text", text=problem)], is_error=True)
