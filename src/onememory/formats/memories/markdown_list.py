"""Memories written as the Markdown list that other assistants import: a section a bucket, an item a memory.

The caller writes bucket by bucket: `heading`, then `item` for each of its memories. `- [2026-01-31] - fact` is the
layout that Claude and Gemini ask for. Reading it with pasted_list gives the same texts back, with the day in front.
"""

from datetime import UTC

from onememory.domain.memories import Memory
from onememory.formats.content import lines_of
from onememory.formats.markdown_text import escaped, escaped_heading, escaped_line
from onememory.formats.moments import leading_day

_INDENT = "  "


def heading(bucket_name: str, *, is_first: bool) -> bytes:
    """The opening of a bucket's section."""
    return f"{'' if is_first else chr(10)}## {escaped_heading(bucket_name)}\n\n".encode()


def item(memory: Memory) -> bytes:
    """The memory as one list item under the day that its text opens with, else the day when it was recorded."""
    text = normal_lines(memory.text)
    day, rest = leading_day(text)
    if day is None or leading_day(rest)[0] is not None:
        day, rest = day or memory.created_at.astimezone(UTC).date(), text
    first, *others = rest.split("\n")
    lines = [f"- [{day.isoformat()}] - {escaped(first)}"]
    lines += [_INDENT + escaped_line(line) if line else "" for line in others]
    return ("\n".join(lines) + "\n").encode()


def normal_lines(text: str) -> str:
    """The text as Markdown can carry it: without space around it, lines ended by a newline, blank lines empty."""
    return "\n".join(line if line.strip() else "" for line in lines_of(text.strip()))
