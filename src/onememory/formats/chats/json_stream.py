"""JSON from strangers, one item at a time: items are cut out by their brackets and then decoded each by itself.

Memory and work are bounded by the splitter's limits, whatever the file; an item that is broken, too deep or too large
is skipped alone. A parser that builds paths (ijson) is no help: long keys in nested objects exhaust it too.
"""

import codecs
import json
import math
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from onememory.domain.errors import InvalidInput
from onememory.formats.chats.found import Tally
from onememory.formats.chats.json_blocks import MarkScanner
from onememory.formats.chats.json_splitter import (
    DEPTH_LIMIT,
    ITEM_LIMIT,
    NO_JSON,
    TOO_DEEP,
    TOO_LARGE,
    TOO_MANY,
    VALUE_LIMIT,
    ItemSplitter,
    Piece,
)
from onememory.formats.chats.members import Member, read_fully

UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
IN_UTF16 = "This is in UTF-16; save it as UTF-8 and import it again."

_BLOCK_BYTES = 256 * 1024
_DIGITS = 40  # an integer with more is no id, no date and no count


def json_items(member: Member, tally: Tally, *path: str) -> Iterator[object]:
    """The items of the array at the path of keys; without keys, of the array that is the whole file.

    Items that cannot be read are skipped and reported to the tally, numbered from 1.
    Raises InvalidInput, after the complete items, where the text breaks off or is no JSON.
    """
    splitter = ItemSplitter(path)
    number = 0
    with member.open() as stream:
        for block in _blocks(stream):
            for piece in splitter.pieces(block):
                number += 1
                try:
                    item = _item(piece)
                except InvalidInput as error:
                    tally.skip(f"{member.name}, item {number:,}", str(error))
                else:
                    yield item
    splitter.close()


def json_document(member: Member) -> object:
    """The value of a whole file, for files that hold one conversation.

    Raises InvalidInput for what is no JSON or beyond the limits of one item.
    """
    with member.open() as stream:
        return decoded(without_mark(read_fully(stream, ITEM_LIMIT + 1)))


def json_records(member: Member, tally: Tally) -> Iterator[dict[str, object]]:
    """The objects of an array that is the whole file, or the one object that it is; others count as unrecognised.

    Raises InvalidInput as json_items does.
    """
    items = [json_document(member)] if _is_object(member) else json_items(member, tally)
    for item in items:
        if isinstance(item, dict):
            yield item
        else:
            tally.unrecognised += 1


def json_lines(member: Member, tally: Tally) -> Iterator[object]:
    """The values of JSON Lines; lines that cannot be read are skipped and reported to the tally."""
    with member.open() as stream:
        for number, line in enumerate(_lines(stream), start=1):
            text = without_mark(line) if number == 1 else line
            if not text.strip():
                continue
            try:
                value = decoded(text)
            except InvalidInput as error:
                tally.skip(f"{member.name}, line {number:,}", str(error))
            else:
                yield value


def decoded(text: bytes) -> object:
    """The value of a JSON text within the limits of one item; of duplicate keys the last counts.

    Raises InvalidInput for what is no JSON or beyond the limits.
    """
    if len(text) > ITEM_LIMIT:
        raise InvalidInput(TOO_LARGE)
    marks = text.count(b"[") + text.count(b"{")
    if marks > DEPTH_LIMIT or marks + text.count(b",") > VALUE_LIMIT:
        _check_marks(text)
    return _decoded(text)


def without_mark(text: bytes) -> bytes:
    """The text without the byte order mark of UTF-8.

    Raises InvalidInput for UTF-16.
    """
    if text.startswith(UTF16_MARKS):
        raise InvalidInput(IN_UTF16)
    return text.removeprefix(codecs.BOM_UTF8)


def _is_object(member: Member) -> bool:
    return without_mark(member.head).lstrip().startswith(b"{")


def _item(piece: Piece) -> object:
    if piece.fault:
        raise InvalidInput(piece.fault)
    return _decoded(piece.text)


def _decoded(text: bytes | bytearray) -> object:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _decoded_tolerantly(text)


def _decoded_tolerantly(text: bytes | bytearray) -> object:
    """With lone surrogates, control characters in strings, huge and strange numbers."""
    try:
        return json.loads(text.decode(), strict=False, parse_int=_bounded)
    except UnicodeDecodeError as error:
        raise InvalidInput("It is not valid UTF-8.") from error
    except ValueError as error:
        raise InvalidInput(NO_JSON) from error


def _check_marks(text: bytes) -> None:
    marks = MarkScanner().marks(text)
    if len(marks.at) > VALUE_LIMIT:
        raise InvalidInput(TOO_MANY)
    if len(marks.depths) and int(marks.depths.max()) > DEPTH_LIMIT:
        raise InvalidInput(TOO_DEEP)


def _bounded(digits: str) -> float:
    return int(digits) if len(digits) <= _DIGITS else math.inf


def _blocks(stream: BinaryIO) -> Iterator[bytes]:
    block = without_mark(read_fully(stream, _BLOCK_BYTES))
    while block:
        yield block
        block = read_fully(stream, _BLOCK_BYTES)


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """The lines; of one that is too long as much as shows that it is."""
    while line := stream.readline(ITEM_LIMIT + 1):
        yield line
        while len(line) > ITEM_LIMIT and not line.endswith(b"\n"):
            line = stream.readline(ITEM_LIMIT + 1)
