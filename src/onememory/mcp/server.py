"""The MCP server: what it says of itself, whatever the transport and whoever answers."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

import mcp_types as types
from mcp.server.caching import CacheableMethod, CacheHint
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server

from onememory import __version__
from onememory.mcp.instructions import INSTRUCTIONS

Context = ServerRequestContext[Any, Any]
Paging = types.PaginatedRequestParams | None

NAME = "onememory"
_NAME_LIMIT = 100  # characters of a client's

_LISTS = CacheHint(ttl_ms=300_000, scope="private")  # what is offered depends on the token, and changes with a release
_NEVER = CacheHint(ttl_ms=0, scope="private")
_CACHING: Mapping[CacheableMethod, CacheHint] = {
    "server/discover": _LISTS,
    "tools/list": _LISTS,
    "resources/list": _LISTS,
    "resources/templates/list": _LISTS,
    "prompts/list": _LISTS,
    "resources/read": _NEVER,
}


class Handlers(Protocol):
    """What a server answers with."""

    async def list_tools(self, context: Context, params: Paging) -> types.ListToolsResult:
        """The tools that the caller may use."""
        ...

    async def call_tool(self, context: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        """What a tool answers."""
        ...

    async def list_resources(self, context: Context, params: Paging) -> types.ListResourcesResult:
        """The resources."""
        ...

    async def read_resource(
        self, context: Context, params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        """One resource's content."""
        ...

    async def list_prompts(self, context: Context, params: Paging) -> types.ListPromptsResult:
        """The prompts."""
        ...

    async def get_prompt(self, context: Context, params: types.GetPromptRequestParams) -> types.GetPromptResult:
        """One prompt's messages."""
        ...


Provide = Callable[[], Awaitable[Handlers]]


def make_server(provide: Provide) -> Server[Any]:
    """A server of the SDK's; who answers is asked for with the first request behind the handshake."""
    server: Server[Any] = Server(
        NAME,
        version=__version__,
        title="onememory",
        instructions=INSTRUCTIONS,
        cache_hints=_CACHING,
        get_tool_input_schema=_no_mirrored_parameters,
        on_list_tools=_late(provide, "list_tools"),
        on_call_tool=_late(provide, "call_tool"),
        on_list_resources=_late(provide, "list_resources"),
        on_list_resource_templates=_no_templates,
        on_read_resource=_late(provide, "read_resource"),
        on_list_prompts=_late(provide, "list_prompts"),
        on_get_prompt=_late(provide, "get_prompt"),
    )
    server.middleware.clear()  # it makes OpenTelemetry spans, which would go where the environment says
    return server


def _late(provide: Provide, name: str) -> Callable[[Context, Any], Awaitable[Any]]:
    async def handle(context: Context, params: Any) -> Any:
        return await getattr(await provide(), name)(context, params)

    return handle


def client_name(context: Context, otherwise: str = "") -> str | None:
    """The calling program, as it names itself in the protocol; where it does not, the other name that it goes by."""
    known = context.session.client_params
    name = known.client_info.name if known else otherwise
    return "".join(filter(str.isprintable, name))[:_NAME_LIMIT].strip() or None


async def _no_templates(context: Context, params: Paging) -> types.ListResourceTemplatesResult:
    return types.ListResourceTemplatesResult(resource_templates=[])


def _no_mirrored_parameters(name: str) -> None:
    """Our tools have no arguments that a client copies into headers, so there is no schema to compare those with."""
