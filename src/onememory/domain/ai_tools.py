"""The AI tools that can be connected: where each keeps its servers and in which words, or what its user has to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from onememory.domain import ai_tool_steps as steps

SERVER = "onememory"  # the name under which a tool knows us

_AUTHORIZATION, _BEARER = "Authorization", "Bearer "
_TOKEN, _PUBLIC_URL = "ONEMEMORY_TOKEN", "ONEMEMORY_PUBLIC_URL"
_APPLICATION_DATA = {"darwin": "Library/Application Support", "win32": "AppData/Roaming"}
_USUAL_APPLICATION_DATA = ".config"


class Via(StrEnum):
    """How a tool reaches the memories."""

    HTTP = "http"
    STDIO = "stdio"


class Caller(StrEnum):
    """From where a tool calls a server."""

    HERE = "here"
    ELSEWHERE = "elsewhere"  # from a container or another machine, as its owner has set it up
    INTERNET = "internet"  # from its maker's servers


@dataclass(frozen=True, slots=True)
class HttpWords:
    """The words in which a tool names a server that it calls over HTTP."""

    url: str = "url"
    headers: str = "headers"
    type: str | None = None


@dataclass(frozen=True, slots=True)
class ServersFile:
    """A file in which a tool keeps its MCP servers."""

    folder: str  # below the home folder; where there is none, the tool is not on this machine
    name: str  # below that folder; `../` where the file lies beside it
    section: str = "mcpServers"
    is_application_data: bool = False  # the folder lies where the system keeps applications' data
    http: HttpWords | None = HttpWords()
    names_stdio: bool = False  # a server that it starts is marked with `type`

    def place(self, home: Path, system: str) -> Path:
        """The tool's folder; `system` is sys.platform."""
        if not self.is_application_data:
            return home / self.folder
        return home / _APPLICATION_DATA.get(system, _USUAL_APPLICATION_DATA) / self.folder

    def path(self, home: Path, system: str) -> Path:
        """The file itself."""
        place = self.place(home, system)
        return place.parent / self.name[3:] if self.name.startswith("../") else place / self.name

    @property
    def ways(self) -> tuple[Via, ...]:
        """How the tool can be connected, the usual way first."""
        return (Via.HTTP, Via.STDIO) if self.http else (Via.STDIO,)


@dataclass(frozen=True, slots=True)
class Tool:
    """An AI tool: one whose file can be written, or one whose user follows steps."""

    title: str
    file: ServersFile | None = None
    steps: str = ""  # with {url}, {mcp_url} and {token}
    caller: Caller = Caller.HERE

    @property
    def needs_token(self) -> bool:
        """Whether it signs in with a token; else it asks its user for leave in the browser (OAuth)."""
        return self.file is not None or "{token}" in self.steps


@dataclass(frozen=True, slots=True)
class Access:
    """Where the memories are and with what they are reached."""

    mcp_url: str
    command: tuple[str, ...]
    token: str
    public_url: str | None = None  # for the links of a server that the tool starts, where that is not the usual one


def entry(file: ServersFile, via: Via, access: Access) -> dict[str, Any]:
    """What is written into a tool's file under our name."""
    if via is Via.HTTP and file.http:
        words = file.http
        kind = {"type": words.type} if words.type else {}
        return kind | {words.url: access.mcp_url, words.headers: {_AUTHORIZATION: f"{_BEARER}{access.token}"}}
    kind = {"type": "stdio"} if file.names_stdio else {}
    program, *arguments = access.command
    environment = {_TOKEN: access.token} | ({_PUBLIC_URL: access.public_url} if access.public_url else {})
    return kind | {"command": program, "args": arguments, "env": environment}


def token_in(entry: Mapping[str, Any]) -> str:
    """The token that stands in an entry; empty where there is none."""
    parts = [part for part in entry.values() if isinstance(part, dict)]
    found = [part[name] for part in parts for name in (_AUTHORIZATION, _TOKEN) if name in part]
    return str(found[0]).removeprefix(_BEARER) if found else ""


def added_by_others(file: ServersFile, entry: Mapping[str, Any]) -> dict[str, Any]:
    """What the tool or its user has added to an entry, such as which calls need no question."""
    words = {"type", "command", "args", "env"} | ({file.http.url, file.http.headers} if file.http else set())
    return {key: value for key, value in entry.items() if key not in words}


TOOLS: Mapping[str, Tool] = {
    "claude-code": Tool(
        "Claude Code", ServersFile(".claude", "../.claude.json", http=HttpWords(type="http"), names_stdio=True)
    ),
    "claude-desktop": Tool(
        "Claude Desktop",
        ServersFile("Claude", "claude_desktop_config.json", is_application_data=True, http=None),
    ),
    "codex": Tool("Codex", ServersFile(".codex", "config.toml", "mcp_servers", http=HttpWords(headers="http_headers"))),
    "cursor": Tool("Cursor", ServersFile(".cursor", "mcp.json")),
    "vscode": Tool(
        "VS Code",
        ServersFile(
            "Code/User", "mcp.json", "servers", is_application_data=True, http=HttpWords(type="http"), names_stdio=True
        ),
    ),
    "gemini-cli": Tool("Gemini CLI", ServersFile(".gemini", "settings.json", http=HttpWords(url="httpUrl"))),
    "windsurf": Tool("Windsurf", ServersFile(".codeium/windsurf", "mcp_config.json", http=HttpWords(url="serverUrl"))),
    "chatgpt": Tool("ChatGPT", steps=steps.CHATGPT, caller=Caller.INTERNET),
    "claude": Tool("Claude (web and phone)", steps=steps.CLAUDE, caller=Caller.INTERNET),
    "librechat": Tool("LibreChat", steps=steps.LIBRECHAT, caller=Caller.ELSEWHERE),
    "open-webui": Tool("Open WebUI", steps=steps.OPEN_WEBUI, caller=Caller.ELSEWHERE),
    "typingmind": Tool("TypingMind", steps=steps.TYPINGMIND),
    "n8n": Tool("n8n", steps=steps.N8N, caller=Caller.ELSEWHERE),
}
