"""Memories as JSON from other systems: arrays, objects around arrays, grouped lists, bare strings.

Known to be read: MemoryPlugin's Memory objects, mem0 dumps, knowledge graphs, and whatever uses the names in fields.py.
"""

import re
from collections.abc import Iterator, Mapping

from onememory.formats.content import Content
from onememory.formats.imported import FoundItem, ParsedMemories
from onememory.formats.json_text import decode_json
from onememory.formats.memories.fields import by_normal_name, item_of
from onememory.formats.memories.knowledge_graph import add_graph_part, is_graph_part

FORMAT = "memories-json"

_CONTAINERS = ("memories", "data", "results", "items", "entries", "facts", "notes", "entities", "relations")
_TEXT = ("text", "content", "memory")  # an object with one of these is a memory, whatever lists it has beside
_METADATA = ("metadata", "meta", "payload", "attributes")
_OPENING = re.compile(r'\s*(?:\[\s*(?:[{"\[\]]|null)|\{\s*["}])')  # no list of dates: "[2026-01-31] - fact"


def looks_like(content: Content) -> bool:
    """Whether the text opens as a JSON object or an array of objects or strings."""
    return _OPENING.match(content.text) is not None


def read(content: Content) -> ParsedMemories:
    """The memories of a JSON document.

    Raises InvalidInput for malformed JSON.
    """
    found = ParsedMemories(FORMAT)
    for position, (item, label) in enumerate(_items(decode_json(content.text)), start=1):
        add_item(found, position, item, label)
    return found


def add_item(found: ParsedMemories, position: int, item: object, label: str | None = None) -> None:
    """Keep one decoded item: a string, a Memory object of whatever dialect, or a part of a knowledge graph."""
    if isinstance(item, str):
        found.add(position, FoundItem(item, labels=[label]))
    elif not isinstance(item, dict):
        found.report(position, "It is neither a text nor an object.")
    elif is_graph_part(item):
        add_graph_part(found, position, item)
    elif item.get("content_type") == "image":
        found.report(position, "It is an image; images cannot be imported from JSON.")
    else:
        found.add(position, _with_label(item_of(by_normal_name(item.items()), _metadata(item)), label))


def _items(value: object, label: str | None = None) -> Iterator[tuple[object, str | None]]:
    if isinstance(value, list):
        yield from ((item, label) for item in value)
    elif isinstance(value, dict) and (parts := list(_parts(value))):
        for name, part in parts:
            yield from _items(part, name or label)
    else:
        yield value, label


def _parts(value: Mapping[str, object]) -> Iterator[tuple[str | None, object]]:
    """The lists in an object: those under known names, or, in an object of lists alone, all with their names."""
    if any(isinstance(value.get(name), str) for name in _TEXT):
        return
    held = [value[name] for name in _CONTAINERS if isinstance(value.get(name), list | dict)]
    if held:
        yield from ((None, part) for part in held)
    elif "observations" not in value and value and all(isinstance(part, list) for part in value.values()):
        yield from value.items()


def _metadata(item: Mapping[str, object]) -> dict[str, object]:
    records = (item.get(name) for name in _METADATA)
    return by_normal_name(pair for record in records if isinstance(record, dict) for pair in record.items())


def _with_label(item: FoundItem, label: str | None) -> FoundItem:
    if label is None or item.labels is not None:
        return item
    return FoundItem(item.text, item.bucket, item.created, item.source, [label])
