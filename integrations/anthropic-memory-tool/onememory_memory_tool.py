"""Anthropic's memory tool (`memory_20250818`) backed by onememory: its files are memories that you can see and correct.

Copy this file into your program. Beside the standard library it needs the package `anthropic` and nothing else.
"""

import asyncio
import http.client
import json
import urllib.parse
import urllib.request
from typing import Any, Optional

from anthropic import BaseModel
from anthropic.lib.tools import BetaAbstractMemoryTool, BetaAsyncAbstractMemoryTool, ToolError

PATH = "/api/memory-tool"
PATIENCE = 30  # seconds
HERE = {"localhost", "127.0.0.1", "::1"}  # reached without a proxy


class OnememoryMemoryTool(BetaAbstractMemoryTool):
    """Runs the tool's commands on a onememory server; give it to `client.beta.messages.run_tools`.

    Raises ValueError where the URL or the token can be none.
    """

    def __init__(self, url: str, token: str, *, bucket: str = "Agent files") -> None:
        super().__init__()
        self._files = _Files(url, token, bucket)

    def _run(self, command: BaseModel) -> str:
        return self._files.run(command)

    view = create = str_replace = insert = delete = rename = _run


class AsyncOnememoryMemoryTool(BetaAsyncAbstractMemoryTool):
    """The same for the asynchronous client, in a program that runs under asyncio."""

    def __init__(self, url: str, token: str, *, bucket: str = "Agent files") -> None:
        super().__init__()
        self._files = _Files(url, token, bucket)

    async def _run(self, command: BaseModel) -> str:
        return await asyncio.to_thread(self._files.run, command)

    view = create = str_replace = insert = delete = rename = _run


class _AsItIs(urllib.request.HTTPErrorProcessor):
    """Takes every answer as it is: a refusal, and a redirect too, which would carry the token to another host."""

    def http_response(self, _: urllib.request.Request, response: Any) -> Any:
        return response

    https_response = http_response


class _Files:
    """The files of one bucket on a server."""

    def __init__(self, url: str, token: str, bucket: str) -> None:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("The URL of the server is none: it starts with http:// or https://.")
        self._url = f"{url.rstrip('/')}{PATH}"
        self._headers = {"Authorization": f"Bearer {_sendable(token)}", "Content-Type": "application/json"}
        self._bucket = bucket
        proxies: Optional[dict[str, str]] = {} if parts.hostname in HERE else None
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler(proxies), _AsItIs)

    def run(self, command: BaseModel) -> str:
        """What to hand to the model; raises ToolError with what it should know of a failure."""
        status, answer = self._sent(command.to_dict(exclude_none=True) | {"bucket": self._bucket})
        try:
            body = json.loads(answer)
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise ToolError(f"The memory answered {status} and no JSON object; check its URL.")
        if "result" not in body:
            raise ToolError(str(body.get("error", f"The memory answered {status}.")))
        return str(body["result"])

    def _sent(self, body: dict[str, object]) -> tuple[int, bytes]:
        request = urllib.request.Request(self._url, json.dumps(body).encode(), self._headers)
        try:
            with self._opener.open(request, timeout=PATIENCE) as response:
                return response.status, response.read()
        except (OSError, ValueError, http.client.HTTPException):
            # Neither the error's text nor the error itself is told: both may quote what was sent.
            raise ToolError("The memory is out of reach for now.") from None


def _sendable(token: str) -> str:
    """The token without the spaces and line feeds around it; raises ValueError, which does not show it."""
    token = token.strip()
    if not (token and token.isascii() and token.isprintable()):
        raise ValueError("The token is none: it is empty, or holds a character that no token has.")
    return token
