"""Cuts the items of one array out of a JSON text that comes in blocks, within limits of depth and size."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from onememory.domain.errors import InvalidInput
from onememory.formats.chats.json_blocks import COMMA, OPENERS, Marks, MarkScanner

DEPTH_LIMIT = 200
ITEM_LIMIT = 64 * 1024 * 1024  # bytes of one item
VALUE_LIMIT = 2_000_000  # brackets and commas of one item, and so its values

TOO_DEEP = f"It is nested more than {DEPTH_LIMIT} levels deep."
TOO_LARGE = f"It is larger than {ITEM_LIMIT // 1024 // 1024} MB, which no conversation is."
TOO_MANY = f"It has more than {VALUE_LIMIT:,} values, which no conversation has."
BROKEN_OFF = "The file breaks off in the middle; what is complete before that place was read."
NO_JSON = "This is not valid JSON."

_CLOSER_OF = {ord("["): ord("]"), ord("{"): ord("}")}


@dataclass(frozen=True, slots=True)
class Piece:
    """The text of one item; with a fault, which says why it must not be decoded, the text is empty."""

    text: bytearray
    fault: str | None = None


class ItemSplitter:
    """Finds the items of the array at a path of keys; without keys, of the array that is the whole text."""

    def __init__(self, path: tuple[str, ...]) -> None:
        self._path = (None, *path)
        self._scanner = MarkScanner()
        self._keys: list[str | None] = []  # by which each open bracket hangs in the one around it
        self._openers: list[int] = []
        self._is_wanted = False  # whether we stand between the items that are looked for
        self._is_closed = False
        self._text = bytearray()  # since the last bracket or comma that matters
        self._values = 0
        self._fault: str | None = None

    def pieces(self, block: bytes) -> Iterator[Piece]:
        """The items that end in the next block.

        Raises InvalidInput where the brackets do not fit.
        """
        marks = self._scanner.marks(block)
        turns = self._turns(marks)
        start, counted = 0, 0
        for index, at, mark, depth in turns:
            self._add(block[start:at], index - counted)
            start, counted = at, index
            if depth > DEPTH_LIMIT:
                self._give_up(TOO_DEEP)
                continue
            yield from self._turn(mark)
            start += 1
        self._add(block[start:], len(marks.at) - counted)
        if self._is_closed and not self._is_blank():
            raise InvalidInput(NO_JSON)

    def close(self) -> None:
        """The text is at its end.

        Raises InvalidInput where that is too early.
        """
        if not self._is_closed:
            raise InvalidInput(BROKEN_OFF if self._keys else NO_JSON)

    def _turns(self, marks: Marks) -> list[tuple[int, int, int, int]]:
        """The marks at which an item or something around it begins or ends, and those that go too deep."""
        level = len(self._path)
        is_closing = (marks.bytes == ord("]")) | (marks.bytes == ord("}"))
        is_turn = (marks.depths < level) | ((marks.depths == level) & ~is_closing)
        index = np.flatnonzero(is_turn | ((marks.depths == DEPTH_LIMIT + 1) & ~is_closing))
        columns = (index, marks.at[index], marks.bytes[index], marks.depths[index])
        return list(zip(*(column.tolist() for column in columns), strict=True))

    def _turn(self, mark: int) -> Iterator[Piece]:
        if mark in OPENERS:
            self._open(mark)
        elif self._is_wanted and (mark == COMMA or self._fault or not self._is_blank()):
            yield Piece(self._text, self._fault)
        if mark not in OPENERS and mark != COMMA:
            self._close(mark)
        self._text = bytearray()
        self._values, self._fault = 0, None

    def _open(self, mark: int) -> None:
        before = bytes(self._text).strip()
        if self._is_closed or (not self._keys and before):
            raise InvalidInput(NO_JSON)
        self._keys.append(_key(before))
        self._openers.append(mark)
        self._look_around()

    def _close(self, mark: int) -> None:
        if not self._openers or _CLOSER_OF[self._openers.pop()] != mark:
            raise InvalidInput(NO_JSON)
        self._keys.pop()
        self._is_closed = not self._keys
        self._look_around()

    def _look_around(self) -> None:
        is_array = bool(self._openers) and self._openers[-1] == ord("[")
        self._is_wanted = is_array and tuple(self._keys) == self._path

    def _add(self, text: bytes, values: int) -> None:
        if self._fault:
            return
        self._text += text
        self._values += values
        if len(self._text) > ITEM_LIMIT:
            self._give_up(TOO_LARGE)
        elif self._values > VALUE_LIMIT:
            self._give_up(TOO_MANY)

    def _is_blank(self) -> bool:
        return not self._text or self._text.isspace()

    def _give_up(self, fault: str) -> None:
        self._fault = fault
        self._text = bytearray()


def _key(text: bytes) -> str | None:
    if not text.endswith(b":"):
        return None
    try:
        key = json.loads(text[:-1])
    except ValueError:
        return None
    return key if isinstance(key, str) else None
