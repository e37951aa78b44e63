"""What was said in a message's content, which tools write as a text, as an object or as a list of parts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from onememory.formats.chats.found import LeftOut, Tally
from onememory.formats.chats.markup import THOUGHTS
from onememory.formats.chats.values import object_at, text_at

_TEXT_KEYS = ("text", "content", "value", "parts")
_THOUGHTS = ("think", "reason", "thought")
_TOOLS = ("tool", "function", "code_interpreter", "web_search", "mcp", "computer")
_FILES = ("image", "file", "audio", "video", "document", "media", "attachment", "input_image", "input_file")
_NAMES = ("name", "filename", "file_name", "fileName")


@dataclass(frozen=True, slots=True)
class Said:
    """The words of a message, and the names of what was attached to it."""

    text: str
    attachments: tuple[str, ...] = ()


def said_in(content: object, tally: Tally) -> Said:
    """The words and attachments of a content; thinking and tool parts are left out and counted."""
    texts, names = list[str](), list[str]()
    for part in _parts(content):
        if isinstance(part, str):
            texts.append(part)
        elif isinstance(part, Mapping):
            kind = text_at(part, "type").lower()
            if kind.startswith(_THOUGHTS):
                tally.left_out[LeftOut.THINKING] += 1
            elif kind.startswith(_TOOLS):
                tally.left_out[LeftOut.TOOL] += 1
            elif kind.startswith(_FILES):
                names.append(attachment_name(part) or kind.partition("_")[0])
            else:
                tally.unrecognised += 1
        elif part is not None:
            tally.unrecognised += 1
    return Said(_without_thoughts("\n\n".join(text for text in texts if text.strip()), tally), tuple(names))


def attachment_name(record: Mapping[str, object]) -> str:
    """The name of a file in its record, also one level down; empty without one."""
    nested = (value for value in record.values() if isinstance(value, Mapping))
    return next((name for place in (record, *nested) if (name := text_at(place, *_NAMES))), "")


def file_names(records: list[object]) -> tuple[str, ...]:
    """The names in a list of files; each is a name or a record with one."""
    names = (item if isinstance(item, str) else attachment_name(object_at(item)) for item in records)
    return tuple(name for name in names if name.strip())


def _parts(content: object) -> Iterator[object]:
    """Plain texts, and the parts that are none."""
    if isinstance(content, list):
        for part in content:
            yield from _parts(part)
    elif isinstance(content, Mapping) and _is_text(content):
        inner = next((content[key] for key in _TEXT_KEYS if isinstance(content.get(key), str | list | Mapping)), None)
        yield from _parts(inner)
    else:
        yield content


def _is_text(part: Mapping[str, object]) -> bool:
    kind = text_at(part, "type").lower()
    return kind in {"", "text", "paragraph", "markdown", "message"} or kind.endswith("_text")


def _without_thoughts(text: str, tally: Tally) -> str:
    if not text.lstrip().startswith("<think"):  # further on, somebody writes about thoughts
        return text
    text, count = THOUGHTS.cut_from(text)
    tally.left_out.update([LeftOut.THINKING] * count)
    return text
