"""Passages between `<private>` and `</private>`, which are never stored."""

import re

_TAG = re.compile(r"<\s*(/?)\s*private(?:\s[^<>]*)?>", re.IGNORECASE)


def without_private(text: str) -> str:
    """The text without private passages; one that is not closed goes on to the end of the text."""
    parts, depth, end = [], 0, 0
    for tag in _TAG.finditer(text):
        if depth == 0:
            if tag[1]:
                continue  # it closes nothing
            parts.append(text[end : tag.start()])
        depth += -1 if tag[1] else 1
        end = tag.end()
    if not parts:
        return text
    if depth == 0:
        parts.append(text[end:])
    return _joined(parts)


def _joined(parts: list[str]) -> str:
    """The parts with one space where two would meet, and none at the ends."""
    text = parts[0]
    for part in parts[1:]:
        text = text.rstrip(" ") + part if part[:1].isspace() or not part else text + part
    return text.strip(" ")
