"""Which tools were connected from this machine and how, so that it can be undone; no secret is kept."""

from dataclasses import dataclass
from pathlib import Path

import msgspec

from onememory.cli.tools import settings_files
from onememory.domain.errors import InvalidInput

STATE = "connected.json"
_VERSION = 1


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A settings file that was changed."""

    file: str
    backup: str | None  # as it was before; None where there was none
    written: str  # the digest of what was written
    entry: str  # the digest of the server's entry
    has_made_section: bool


@dataclass(frozen=True, slots=True)
class ConnectedTool:
    """What connecting a tool has made."""

    via: str | None  # None: the user does the rest by hand
    url: str | None  # of the server that made the token
    data: str | None  # or the data directory
    user: str | None  # whose token it is, in a data directory; None: the first user's
    token_id: str
    changed: ChangedFile | None
    policy: str | None = None  # of the token

    @property
    def place(self) -> tuple[str | None, ...]:
        """How and to what it is connected."""
        return (self.via, self.url, self.data, self.user)


class _State(msgspec.Struct):
    version: int
    tools: dict[str, ConnectedTool]


class ConnectedTools:
    """The list, kept in a file."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._tools = _read(file)

    def get(self, tool: str) -> ConnectedTool | None:
        """How a tool was connected; None where it was not."""
        return self._tools.get(tool)

    def remember(self, tool: str, connected: ConnectedTool) -> None:
        """Keep how a tool is connected."""
        self._write(self._tools | {tool: connected})

    def forget(self, tool: str) -> None:
        """Drop a tool."""
        self._write({name: connected for name, connected in self._tools.items() if name != tool})

    def _write(self, tools: dict[str, ConnectedTool]) -> None:
        settings_files.write(self._file, msgspec.json.encode(_State(_VERSION, tools)).decode())
        self._tools = tools


def _read(file: Path) -> dict[str, ConnectedTool]:
    text = settings_files.read(file)
    if text is None:
        return {}
    try:
        return msgspec.json.decode(text, type=_State).tools
    except msgspec.DecodeError as error:
        raise InvalidInput(f"{file} cannot be read: {error}. It says which tools are connected; mend it.") from error
