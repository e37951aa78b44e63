"""Tools on uploaded files."""

from msgspec import Struct

from onememory.mcp.tools.calls import ToolCall

NO_FILES = "No files are uploaded, so there is nothing to search; search_memories looks through memories."


class SearchFiles(Struct):
    """Arguments of search_uploaded_files."""

    query: str


class Passage(Struct):
    """A passage of a file."""

    file: str
    page: int
    text: str


class Passages(Struct):
    """The passages found, best first."""

    results: list[Passage]
    note: str


async def search_uploaded_files(call: ToolCall, given: SearchFiles) -> Passages:
    """Find passages of files."""
    return Passages([], NO_FILES)
