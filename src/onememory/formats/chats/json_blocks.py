"""The brackets and commas of a JSON text, block by block, without building anything of it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

QUOTE, COMMA = ord('"'), ord(",")
OPENERS = frozenset(b"[{")

_IS_MARK = np.zeros(256, dtype=np.bool_)
_IS_MARK[list(b'"[]{},')] = True
_STEPS = np.zeros(256, dtype=np.int32)
_STEPS[list(b"[{")] = 1
_STEPS[list(b"]}")] = -1


@dataclass(frozen=True, slots=True)
class Marks:
    """Brackets and commas outside of strings: where in the block, which byte, and the depth after it."""

    at: NDArray[np.int64]
    bytes: NDArray[np.uint8]
    depths: NDArray[np.int32]


class MarkScanner:
    """Finds the marks of block after block of one text; knows whether a block ends within a string."""

    def __init__(self) -> None:
        self.depth = 0
        self.in_string = False
        self._is_escaping = False  # the last block ended with a backslash that escapes the next byte

    def marks(self, block: bytes) -> Marks:
        """The marks of the next block."""
        values = np.frombuffer(self._without_escapes(block), dtype=np.uint8)
        at = np.flatnonzero(_IS_MARK[values])
        marks = values[at]
        is_quote = marks == QUOTE
        inside = (np.cumsum(is_quote) + self.in_string) & 1
        is_outside = (inside == 0) & ~is_quote
        self.in_string = bool((int(is_quote.sum()) + self.in_string) & 1)
        at, marks = at[is_outside], marks[is_outside]
        depths = np.cumsum(_STEPS[marks], dtype=np.int32) + np.int32(self.depth)
        if len(depths):
            self.depth = int(depths[-1])
        return Marks(at, marks, depths)

    def _without_escapes(self, block: bytes) -> bytes:
        """The block, as long as before, with blanks for escaped backslashes and quotes."""
        if self._is_escaping:
            block = b" " + block[1:]
        if b"\\" in block:
            block = block.replace(b"\\\\", b"  ").replace(b'\\"', b"  ")
        self._is_escaping = block.endswith(b"\\")
        return block
