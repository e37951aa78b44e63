"""Memories as JSON Lines: one object or string a line, the file of the MCP server "memory" among them."""

from onememory.domain.errors import InvalidInput
from onememory.formats.content import Content, lines_of
from onememory.formats.imported import ParsedMemories
from onememory.formats.json_text import decode_json
from onememory.formats.memories.json_files import add_item

FORMAT = "memories-jsonl"


def looks_like(content: Content) -> bool:
    """Whether the first line is a whole JSON object and the next one opens another, or the name says so."""
    first, _, rest = content.text.lstrip().partition("\n")
    if not first.startswith("{") or not (rest.lstrip().startswith("{") or content.suffix in {".jsonl", ".ndjson"}):
        return False
    try:
        return isinstance(decode_json(first), dict)
    except InvalidInput:
        return False


def read(content: Content) -> ParsedMemories:
    """The memories of all lines; a line that is not JSON becomes a problem."""
    found = ParsedMemories(FORMAT)
    for position, line in enumerate(lines_of(content.text), start=1):
        if not line.strip():
            continue
        try:
            item = decode_json(line)
        except InvalidInput as error:
            found.report(position, str(error))
        else:
            add_item(found, position, item)
    return found
