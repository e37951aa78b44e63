"""The columns of turns in memory against a plain dictionary."""

import json
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onememory.storage.index.archive_shelf import ArchiveShelf, Block, cosines
from onememory.storage.index.signatures import pack_vectors

DIMENSION = 12
RANDOM = np.random.default_rng(11).standard_normal((50, DIMENSION)).astype(np.float32)
UNITS = RANDOM / np.linalg.norm(RANDOM, axis=1, keepdims=True)


@dataclass(frozen=True)
class Turn:
    """What is known of one turn."""

    conversation: str
    number: int
    speaker: str
    platform: str
    words: int
    vector: int | None


def block(first: int, turns: list[Turn], *, live: bool = True) -> Block:
    """The turns as they are stored; a dead block has lost them."""
    size = len(turns)
    given_vectors = live and all(turn.vector is not None for turn in turns)
    vectors = b"".join(pack_vectors(UNITS[[turn.vector or 0 for turn in turns]])) if given_vectors else None
    kept = turns if live else []
    return Block(
        first, turns[0].conversation, turns[0].platform, live, size,
        np.array([t.number for t in kept], "<i4").tobytes(), json.dumps([t.speaker for t in kept]),
        np.array([t.words % 256 for t in kept], np.uint8).tobytes(),
        np.array([t.words for t in kept], "<u2").tobytes(), np.array([t.words for t in kept], "<u2").tobytes(),
        np.array([t.number + 700_000 for t in kept], "<i4").tobytes(), vectors, 0,
    )  # fmt: skip


@st.composite
def histories(draw: st.DrawFn) -> list[Block]:
    """Blocks one after another, some of them embedded or removed later."""
    history: list[Block] = []
    first = 0
    for number in range(draw(st.integers(0, 8))):
        name, size = f"c{number}", draw(st.integers(1, 5))
        speaker, platform = draw(st.sampled_from("xyz")), draw(st.sampled_from(["claude", "custom"]))
        vector = draw(st.one_of(st.none(), st.integers(0, 49)))
        turns = [Turn(name, n, speaker, platform, draw(st.integers(0, 60_000)), vector) for n in range(size)]
        history.append(block(first, turns))
        if draw(st.booleans()):
            history.append(block(first, turns, live=draw(st.booleans())))
        first += size
    return history


def expected(history: list[Block]) -> dict[int, Block]:
    """The last block at each place."""
    return {b.first_turn: b for b in history}


@given(histories(), st.integers(1, 4))
def test_the_columns_are_those_of_the_last_blocks(history: list[Block], at_once: int) -> None:
    shelf = ArchiveShelf(DIMENSION)
    for start in range(0, len(history), at_once):
        shelf.apply(history[start : start + at_once])

    columns, blocks = shelf.columns(), expected(history)
    assert len(columns.live) == sum(b.size for b in blocks.values())
    for first, last in blocks.items():
        part = slice(first, first + last.size)
        assert columns.live[part].tolist() == [last.live] * last.size
        assert {shelf.ids[c] for c in columns.conversations[part]} == {last.conversation_id}
        if not last.live:
            assert not columns.lengths[part].any()
            assert not columns.scales[part].any()
            continue
        assert columns.numbers[part].tolist() == list(range(last.size))
        assert columns.lengths[part].tobytes() == last.lengths
        assert columns.days[part].tobytes() == last.days
        assert {shelf.platforms[last.platform]} == set(columns.platforms[part].tolist())
        names = {number: name for name, number in shelf.speakers.items()}
        assert [names[s] for s in columns.speakers[part]] == json.loads(last.speakers)
        assert (columns.scales[part] > 0).all() == (last.vectors is not None)


@given(histories())
def test_the_layout_is_that_of_all_turns(history: list[Block]) -> None:
    shelf = ArchiveShelf(0)
    shelf.apply(history)

    layout, columns = shelf.layout(), shelf.columns()

    assert layout.lengths.tolist() == columns.lengths.tolist()
    assert layout.session_lengths.sum() == pytest.approx(columns.lengths.sum(dtype=np.int64), rel=1e-5)


def test_columns_taken_before_are_not_lengthened_by_growth() -> None:
    shelf = ArchiveShelf(DIMENSION)
    shelf.apply([block(0, [Turn("a", 0, "x", "custom", 5, 1)])])
    before = shelf.columns()

    shelf.apply([block(1, [Turn("b", n, "x", "custom", 6, 2) for n in range(500)])])

    assert (len(before.live), len(shelf.columns().live)) == (1, 501)
    assert before.words.tolist() == [5]


def test_cosines_are_near_to_the_true_ones_and_unknown_without_a_vector() -> None:
    shelf = ArchiveShelf(DIMENSION)
    shelf.apply([block(0, [Turn("a", n, "x", "custom", 5, n) for n in range(9)])])
    shelf.apply([block(9, [Turn("b", 0, "x", "custom", 5, None)])])

    found = cosines(shelf.columns(), np.arange(10), UNITS[3])

    np.testing.assert_allclose(found[:9], UNITS[:9] @ UNITS[3], atol=0.02)
    assert np.isnan(found[9])
