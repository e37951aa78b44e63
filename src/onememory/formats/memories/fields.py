"""What other systems call a memory's text, date, bucket, source and tags."""

import re
from collections.abc import Iterable, Mapping

from onememory.formats.imported import FoundItem

TEXT = ("text", "memory", "content", "fact", "value", "note", "body", "statement", "observation", "summary")
CREATED = ("createdat", "created", "createdtime", "datecreated", "date", "timestamp", "time", "savedat", "addedat")
BUCKET = ("bucketname", "bucket", "folder", "foldername", "category", "collection")
SOURCE = ("source", "client", "app", "origin", "platform")
LABELS = ("tags", "labels", "categories", "keywords", "section")
KNOWN = frozenset(TEXT + CREATED + BUCKET + SOURCE + LABELS)

_NAME_LENGTH = 40  # a longer key names nothing that we know
_FILLERS = re.compile(r"[^a-z0-9]+")


def normal_name(name: str) -> str:
    """The form in which field names are compared: `Created At`, `created_at` and `createdAt` are one."""
    return _FILLERS.sub("", name[:_NAME_LENGTH].lower())


def by_normal_name(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    """The values by normal name; of two with one name the first that says something counts."""
    record: dict[str, object] = {}
    for name, value in pairs:
        if value is not None and value != "":
            record.setdefault(normal_name(name), value)
    return record


def item_of(record: Mapping[str, object], background: Mapping[str, object] | None = None) -> FoundItem:
    """The item in a record by normal names; what the record lacks is taken from its background (its metadata)."""
    records = (record, background or {})
    return FoundItem(*(_first(records, names) for names in (TEXT, BUCKET, CREATED, SOURCE, LABELS)))


def _first(records: Iterable[Mapping[str, object]], names: Iterable[str]) -> object:
    names = tuple(names)
    return next((record[name] for record in records for name in names if name in record), None)
