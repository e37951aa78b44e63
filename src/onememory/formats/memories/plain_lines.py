"""Plain text: one memory a line."""

from onememory.formats.content import Content, lines_of
from onememory.formats.imported import FoundItem, ParsedMemories

FORMAT = "plain-lines"


def looks_like(content: Content) -> bool:
    """Whether it is text at all."""
    return bool(content.text)


def read(content: Content) -> ParsedMemories:
    """Every line that is not blank, without the space around it."""
    found = ParsedMemories(FORMAT)
    for position, line in enumerate(lines_of(content.text), start=1):
        if text := line.strip():
            found.add(position, FoundItem(text))
    return found
