"""Anthropic's memory tool (`memory_20250818`) backed by onememory: its files are memories that you can see and correct.

Copy this file into your program. It needs the package `anthropic`, which brings `httpx` and `pydantic` along.
"""

import httpx
from anthropic.lib.tools import BetaAbstractMemoryTool, BetaAsyncAbstractMemoryTool, ToolError
from pydantic import BaseModel

PATH = "/api/memory-tool"
PATIENCE = 30  # seconds


class OnememoryMemoryTool(BetaAbstractMemoryTool):
    """Runs the tool's commands on a onememory server; give it to `client.beta.messages.run_tools`."""

    def __init__(self, url: str, token: str, *, bucket: str = "Agent files") -> None:
        super().__init__()
        self._bucket = bucket
        self._http = httpx.Client(base_url=url, headers=_headers(token), timeout=PATIENCE)

    def _send(self, command: BaseModel) -> str:
        try:
            return _result(self._http.post(PATH, json=_body(command, self._bucket)))
        except httpx.HTTPError as error:
            raise ToolError(f"The memory is out of reach for now: {error}") from error

    view = create = str_replace = insert = delete = rename = _send

    def close(self) -> None:
        """Close the connection."""
        self._http.close()


class AsyncOnememoryMemoryTool(BetaAsyncAbstractMemoryTool):
    """The same for the asynchronous client."""

    def __init__(self, url: str, token: str, *, bucket: str = "Agent files") -> None:
        super().__init__()
        self._bucket = bucket
        self._http = httpx.AsyncClient(base_url=url, headers=_headers(token), timeout=PATIENCE)

    async def _send(self, command: BaseModel) -> str:
        try:
            return _result(await self._http.post(PATH, json=_body(command, self._bucket)))
        except httpx.HTTPError as error:
            raise ToolError(f"The memory is out of reach for now: {error}") from error

    view = create = str_replace = insert = delete = rename = _send

    async def close(self) -> None:
        """Close the connection."""
        await self._http.aclose()


def _headers(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def _body(command: BaseModel, bucket: str) -> dict[str, object]:
    return command.model_dump(exclude_none=True) | {"bucket": bucket}


def _result(response: httpx.Response) -> str:
    """What to hand to the model; raises ToolError with the server's sentence."""
    try:
        body = response.json()
    except ValueError as error:
        raise ToolError(f"The memory answered {response.status_code} and no JSON; check its URL.") from error
    if response.is_success:
        return str(body["result"])
    raise ToolError(str(body.get("error", response.status_code)))
