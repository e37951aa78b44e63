"""Handlers that let another onememory server answer, over streamable HTTP."""

import json
from contextvars import ContextVar
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx2
import mcp_types as types
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError
from mcp_types.version import LATEST_MODERN_VERSION

from onememory.domain.errors import Unavailable
from onememory.mcp.local import told
from onememory.mcp.prompts import PROMPTS
from onememory.mcp.resources import RESOURCES
from onememory.mcp.server import Context, Paging
from onememory.mcp.tools.catalogue import tools_for

Answer = TypeVar("Answer", bound=types.Result)

_PATIENCE = httpx2.Timeout(10, read=300)
_PATH = "/mcp"
_REFUSALS: ContextVar[list[str]] = ContextVar("refusals")  # of the request under way; the SDK's client hides them


class RemoteHandlers:
    """Asks the server at a URL with one token; implements Handlers.

    Each request is a client of its own over shared connections: the protocol has no sessions, so that a server which
    was away needs no reconnecting. While it is away, our own lists stand for its, or a model could not call anything
    and would not be told why.
    """

    def __init__(self, url: str, token: str) -> None:
        self._url = url.rstrip("/")
        headers = {"authorization": f"Bearer {token}"}
        self._http = httpx2.AsyncClient(headers=headers, timeout=_PATIENCE, event_hooks={"response": [_note_refusal]})

    async def __aenter__(self) -> Self:
        """Connections are made when they are needed."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close them."""
        await self._http.aclose()

    async def list_tools(self, context: Context, params: Paging) -> types.ListToolsResult:
        """The tools that the token may use there."""
        try:
            return await self._ask(context, types.ListToolsRequest(params=params), types.ListToolsResult)
        except Unavailable:
            return types.ListToolsResult(tools=tools_for(None))

    async def call_tool(self, context: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        """What the tool answers there, or why it cannot be asked."""
        request = types.CallToolRequest(params=_without_envelope(params))
        try:
            return await self._ask(context, request, types.CallToolResult)
        except Unavailable as error:
            return told(str(error))

    async def list_resources(self, context: Context, params: Paging) -> types.ListResourcesResult:
        """The resources there."""
        try:
            return await self._ask(context, types.ListResourcesRequest(params=params), types.ListResourcesResult)
        except Unavailable:
            return types.ListResourcesResult(resources=RESOURCES)

    async def read_resource(
        self, context: Context, params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        """One resource's content; raises MCPError."""
        request = types.ReadResourceRequest(params=_without_envelope(params))
        return await self._ask_or_fail(context, request, types.ReadResourceResult)

    async def list_prompts(self, context: Context, params: Paging) -> types.ListPromptsResult:
        """The prompts there."""
        try:
            return await self._ask(context, types.ListPromptsRequest(params=params), types.ListPromptsResult)
        except Unavailable:
            return types.ListPromptsResult(prompts=PROMPTS)

    async def get_prompt(self, context: Context, params: types.GetPromptRequestParams) -> types.GetPromptResult:
        """One prompt's messages; raises MCPError."""
        request = types.GetPromptRequest(params=_without_envelope(params))
        return await self._ask_or_fail(context, request, types.GetPromptResult)

    async def _ask_or_fail(self, context: Context, request: Any, kind: type[Answer]) -> Answer:
        try:
            return await self._ask(context, request, kind)
        except Unavailable as error:
            raise MCPError(types.INTERNAL_ERROR, str(error)) from error

    async def _ask(self, context: Context, request: Any, kind: type[Answer]) -> Answer:
        """The answer; raises MCPError for the server's own, and Unavailable where there is none or we are refused."""
        refusals: list[str] = []
        _REFUSALS.set(refusals)
        outcome: Answer | MCPError | None = None
        try:
            async with self._client(context) as client:
                try:
                    outcome = await client.session.send_request(request, kind)
                except MCPError as error:
                    outcome = error
        except* httpx2.HTTPError as errors:
            reason = str(errors.exceptions[0]) or type(errors.exceptions[0]).__name__
            refusals.append(f"{self._url} does not answer ({reason}): is the server running there?")
        if refusals or outcome is None:
            raise Unavailable(" ".join(refusals) or f"{self._url} gave no answer.")
        if isinstance(outcome, MCPError):
            raise outcome
        return outcome

    def _client(self, context: Context) -> Client:
        known = context.session.client_params
        return Client(
            streamable_http_client(self._url + _PATH, http_client=self._http),
            mode=LATEST_MODERN_VERSION,
            client_info=known.client_info if known else None,
            cache=None,
        )


Params = TypeVar("Params", bound=types.RequestParams)


def _without_envelope(params: Params) -> Params:
    """The same without the metadata of the request that came to us; the next one has its own."""
    return params.model_copy(update={"meta": None})


async def _note_refusal(response: httpx2.Response) -> None:
    if response.is_success:
        return
    body = await response.aread()
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if isinstance(answer, dict) and "jsonrpc" in answer:
        return  # an answer of the protocol, which the client understands
    said = answer.get("error") if isinstance(answer, dict) else None
    explained = said if isinstance(said, str) else "check that the URL is that of a onememory server."
    _REFUSALS.get().append(f"{response.url} answered {response.status_code}: {explained}")
