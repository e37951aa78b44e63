"""Which format a file is in, by what it contains: one table of sniffers and readers, asked from top to bottom."""

from collections.abc import Callable
from dataclasses import dataclass

from onememory.domain.errors import InvalidInput
from onememory.formats.content import Content
from onememory.formats.imported import ParsedMemories
from onememory.formats.memories import csv_files, json_files, jsonl_files, pasted_list, plain_lines
from onememory.formats.own_export import export_file

_MARKUP = (
    ("<!doctype html", "a web page"),
    ("<html", "a web page"),
    ("<?xml", "XML"),
    ("{\\rtf", "Rich Text"),
)


@dataclass(frozen=True, slots=True)
class Format:
    """One row: a sniffer sees the bytes or, once it asks for the text, only what is text."""

    id: str
    looks_like: Callable[[Content], bool]
    read: Callable[[Content], ParsedMemories]


FORMATS = (
    Format(export_file.FORMAT, export_file.looks_like, export_file.read),
    Format(jsonl_files.FORMAT, jsonl_files.looks_like, jsonl_files.read),
    Format(json_files.FORMAT, json_files.looks_like, json_files.read),
    Format(csv_files.FORMAT, csv_files.looks_like, csv_files.read),
    Format(pasted_list.FORMAT, pasted_list.looks_like, pasted_list.read),
    Format(plain_lines.FORMAT, plain_lines.looks_like, plain_lines.read),
)


def detect(data: bytes, file_name: str | None = None) -> str:
    """The id of the format.

    Raises InvalidInput for what cannot be memories.
    """
    return _format_of(Content(data, file_name)).id


def read(data: bytes, file_name: str | None = None, format_id: str | None = None) -> ParsedMemories:
    """The memories in a file of any known format; `format_id` overrules what it looks like.

    Raises InvalidInput for what cannot be memories and for an unknown `format_id`.
    """
    content = Content(data, file_name)
    return (_format_named(format_id) if format_id else _format_of(content)).read(content)


def _format_of(content: Content) -> Format:
    _refuse_markup(content)
    return next(row for row in FORMATS if row.looks_like(content))


def _format_named(format_id: str) -> Format:
    for row in FORMATS:
        if row.id == format_id:
            return row
    raise InvalidInput(f"There is no such format; the formats are {', '.join(row.id for row in FORMATS)}.")


def _refuse_markup(content: Content) -> None:
    opening = content.text[:1_000].lstrip().lower()
    for mark, name in _MARKUP:
        if opening.startswith(mark):
            raise InvalidInput(f"This is {name}; save it as plain text, CSV or JSON.")
