"""One user's turns as columns in memory, each turn at the place of its number."""

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from onememory.retrieval.levels import Layout
from onememory.storage.index.signatures import signs_of, unpack_vectors

Turns = NDArray[np.int64]


class Block(NamedTuple):
    """The turns of one conversation as they are stored."""

    first_turn: int
    conversation_id: str
    platform: str
    live: bool
    size: int
    numbers: bytes
    speakers: str
    cues: bytes
    words: bytes
    lengths: bytes
    days: bytes
    vectors: bytes | None
    seq: int


@dataclass(frozen=True, slots=True)
class Columns:
    """The arrays; every one has one entry for each turn."""

    conversations: NDArray[np.int32]  # places in `ids`
    numbers: NDArray[np.int32]
    speakers: NDArray[np.int32]  # by number
    platforms: NDArray[np.int32]  # by number
    cues: NDArray[np.uint8]
    words: NDArray[np.uint16]
    lengths: NDArray[np.uint16]
    days: NDArray[np.int32]
    live: NDArray[np.bool_]
    scales: NDArray[np.float32]  # 0 where there is no vector
    codes: NDArray[np.int8]
    signs: NDArray[np.uint8]


_WIDTHS = {"codes": lambda d: (d,), "signs": lambda d: ((d + 7) // 8,)}
_TYPES: dict[str, Any] = {
    "conversations": np.int32,
    "numbers": np.int32,
    "speakers": np.int32,
    "platforms": np.int32,
    "cues": np.uint8,
    "words": np.uint16,
    "lengths": np.uint16,
    "days": np.int32,
    "live": np.bool_,
    "scales": np.float32,
    "codes": np.int8,
    "signs": np.uint8,
}


@dataclass
class ArchiveShelf:
    """Columns that grow; readers take `columns()` and `layout()`, which later growth leaves as they are."""

    dimension: int
    seq: int = 0
    size: int = 0
    ids: list[str] = field(default_factory=list)
    speakers: dict[str, int] = field(default_factory=dict)  # numbers of names and roles
    platforms: dict[str, int] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)
    _arrays: dict[str, NDArray[Any]] = field(default_factory=dict)
    _places: dict[int, int] = field(default_factory=dict)  # first turn -> place in ids
    _layout: Layout | None = None
    _speaking: frozenset[str] | None = None

    def __post_init__(self) -> None:
        self._grow(0)

    @property
    def nbytes(self) -> int:
        """Bytes of its columns, the room to grow included."""
        return sum(array.nbytes for array in self._arrays.values())

    def columns(self) -> Columns:
        """The columns as they are now."""
        return Columns(**{name: array[: self.size] for name, array in self._arrays.items()})

    def layout(self) -> Layout:
        """How the turns lie, for scoring words."""
        with self.lock:
            if self._layout is None:
                columns = self.columns()
                self._layout = Layout.of(columns.conversations, columns.lengths)
            return self._layout

    def speaking(self) -> frozenset[str]:
        """The names and roles of all whose turns are there."""
        with self.lock:
            if self._speaking is None:
                columns = self.columns()
                turns = np.bincount(columns.speakers[columns.live], minlength=len(self.speakers) + 1)
                self._speaking = frozenset(name for name, number in self.speakers.items() if turns[number])
            return self._speaking

    def apply(self, blocks: Sequence[Block]) -> None:
        """Bring the turns of each block to the block's state."""
        with self.lock:
            end = max((block.first_turn + block.size for block in blocks), default=0)
            if end > len(self._arrays["live"]):
                self._grow(max(end, 2 * len(self._arrays["live"])))
            self.size = max(self.size, end)
            for block in blocks:
                self._put(block)
            self._layout = self._speaking = None

    def _put(self, block: Block) -> None:
        part = slice(block.first_turn, block.first_turn + block.size)
        arrays = self._arrays
        arrays["live"][part] = block.live
        arrays["lengths"][part] = np.frombuffer(block.lengths, "<u2") if block.live else 0
        arrays["conversations"][part] = self._place(block)
        if not block.live:
            arrays["scales"][part] = 0
            return
        arrays["numbers"][part] = np.frombuffer(block.numbers, "<i4")
        arrays["speakers"][part] = [_number(self.speakers, name) for name in json.loads(block.speakers)]
        arrays["platforms"][part] = _number(self.platforms, block.platform)
        arrays["cues"][part] = np.frombuffer(block.cues, np.uint8)
        arrays["words"][part] = np.frombuffer(block.words, "<u2")
        arrays["days"][part] = np.frombuffer(block.days, "<i4")
        self._put_vectors(part, block)

    def _put_vectors(self, part: slice, block: Block) -> None:
        if block.vectors is None or not self.dimension:
            return
        width = len(block.vectors) // block.size
        stored = [block.vectors[i * width : (i + 1) * width] for i in range(block.size)]
        scales, codes = unpack_vectors(stored, self.dimension)
        self._arrays["scales"][part] = scales
        self._arrays["codes"][part] = codes
        self._arrays["signs"][part] = signs_of(codes)

    def _place(self, block: Block) -> int:
        place = self._places.setdefault(block.first_turn, len(self.ids))
        if place == len(self.ids):
            self.ids.append(block.conversation_id)
        return place

    def _grow(self, capacity: int) -> None:
        for name, kind in _TYPES.items():
            shape = (capacity, *(_WIDTHS[name](self.dimension) if name in _WIDTHS else ()))
            grown = np.zeros(shape, kind)
            if name in self._arrays:
                grown[: self.size] = self._arrays[name][: self.size]
            self._arrays[name] = grown


def _number(known: dict[str, int], name: str) -> int:
    return known.setdefault(name, len(known) + 1)


def cosines(columns: Columns, at: Turns, vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """The cosines of these turns with a unit vector; nan where a turn has no vector."""
    values = columns.codes[at].astype(np.float32) @ vector * columns.scales[at]
    return np.where(columns.scales[at] > 0, values, np.nan).astype(np.float32)
