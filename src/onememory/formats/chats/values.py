"""Values out of decoded JSON that may be of any type: each of these gives the type asked for, or an empty one."""

from collections.abc import Iterator
from datetime import datetime

from onememory.formats.moments import moment_of


def text_at(record: object, *keys: str) -> str:
    """The first of these keys that holds a text with something in it, as it is; an empty text without one."""
    if isinstance(record, dict):
        for key in keys:
            value = record.get(key)
            if isinstance(value, str) and value.strip():
                return value
    return ""


def id_at(record: object, *keys: str) -> str:
    """The first of these keys that holds a text or a whole number, as text; an empty text without one."""
    if isinstance(record, dict):
        for key in keys:
            value = record.get(key)
            if (isinstance(value, str) and value) or (isinstance(value, int) and not isinstance(value, bool)):
                return str(value)
    return ""


def object_at(record: object, *path: str) -> dict[str, object]:
    """The object at a path of keys; an empty one without it."""
    for key in path:
        record = record.get(key) if isinstance(record, dict) else None
    return record if isinstance(record, dict) else {}


def list_at(record: object, *path: str) -> list[object]:
    """The list at a path of keys; an empty one without it."""
    if len(path) > 1:
        record = object_at(record, *path[:-1])
    value = record.get(path[-1]) if isinstance(record, dict) else None
    return value if isinstance(value, list) else []


def objects_at(record: object, *path: str) -> Iterator[dict[str, object]]:
    """The objects in the list at a path of keys; what else is in the list is passed over."""
    return (item for item in list_at(record, *path) if isinstance(item, dict))


def moment_at(record: object, *keys: str) -> datetime | None:
    """The first of these keys that holds a moment, in UTC."""
    if isinstance(record, dict):
        for key in keys:
            moment = moment_of(record.get(key))
            if moment is not None:
                return moment
    return None
