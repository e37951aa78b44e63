"""What ChatGPT was told to keep in mind, as it shows up in the hidden context messages of conversations."""

import re
from collections.abc import Iterator

from onememory.formats.chats.values import text_at

_NUMBERED = re.compile(r"(?:\A|\n)[ \t]*[0-9]{1,4}\.[ \t]+")
_DAY = re.compile(r"\[([0-9]{4}-[0-9]{2}-[0-9]{2}|unknown)\][.:]?[ \t]*")


def suggestions_in(content: dict[str, object]) -> Iterator[tuple[str, str | None, str]]:
    """Kind, title and text of each: custom instructions, and saved memories one by one, with their day in front."""
    kind = content.get("content_type")
    if kind == "user_editable_context":
        for key, title in (("user_profile", "About me"), ("user_instructions", "How to answer")):
            if text := text_at(content, key):
                yield "custom_instructions", title, text.strip()
    elif kind == "model_editable_context":
        for text in _saved_memories(text_at(content, "model_set_context")):
            yield "saved_memory", None, text


def _saved_memories(text: str) -> Iterator[str]:
    for entry in _NUMBERED.split(text):
        day = _DAY.match(entry.strip())
        words = entry.strip()[day.end() :] if day else entry.strip()
        if words:
            yield f"{day[1]} {words}" if day and day[1] != "unknown" else words
