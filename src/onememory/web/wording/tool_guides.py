"""How each AI tool is connected, as a page shows it."""

from dataclasses import dataclass
from pathlib import PurePosixPath

from onememory.domain.ai_tools import SERVER, TOOLS, Access, ServersFile, Via, entry
from onememory.formats.tool_settings import json_edits, toml_edits

PLACEHOLDER = "TOKEN"  # stands for a token that is not made yet
_HOME = "~"


@dataclass(frozen=True, slots=True)
class Guide:
    """One tool, and what its user does."""

    name: str
    title: str
    needs_token: bool
    file: str | None  # in which the tool keeps its servers
    settings: str | None  # what to write there
    steps: str | None  # what to do by hand
    command: str | None  # what does it all, where this program is on the same machine

    @property
    def way(self) -> str:
        """In a few words."""
        if not self.needs_token:
            return "you sign in and allow it"
        return "with a token in its settings"


def guides(base_url: str, token: str = PLACEHOLDER) -> list[Guide]:
    """Every tool, in the order of the catalogue."""
    return [guide_of(name, base_url, token) for name in TOOLS]


def guide_of(name: str, base_url: str, token: str = PLACEHOLDER) -> Guide:
    """How this tool is connected; raises KeyError for one that is not in the catalogue."""
    tool = TOOLS[name]
    access = Access(f"{base_url}/mcp", ("onememory", "mcp", "--url", base_url), token)
    return Guide(
        name=name,
        title=tool.title,
        needs_token=tool.needs_token,
        file=_place(tool.file) if tool.file else None,
        settings=_settings(tool.file, access) if tool.file else None,
        steps=None if tool.file else tool.steps.format(url=base_url, mcp_url=access.mcp_url, token=token),
        command=f"onememory connect {name}" if tool.file else None,
    )


def _place(file: ServersFile) -> str:
    if file.is_application_data:
        return f"{PurePosixPath(file.folder) / file.name}, where the system keeps the data of applications"
    folder = PurePosixPath(_HOME) / file.folder
    return str(folder.parent / file.name[3:] if file.name.startswith("../") else folder / file.name)


def _settings(file: ServersFile, access: Access) -> str:
    written = entry(file, file.ways[0] if file.http else Via.STDIO, access)
    if file.name.endswith(".toml"):
        return toml_edits.with_server("", file.section, SERVER, written)
    return json_edits.with_server("", file.section, SERVER, written)
