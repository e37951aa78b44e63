"""Synthetic memories and queries: the same for the same seed, with word frequencies like those of real notes."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

import numpy as np
from numpy.typing import NDArray

VOCABULARY = 40_000
FREQUENT = 15_000  # words of two syllables; the rarer ones have three
SHIFT = 10  # Zipf-Mandelbrot: the commonest content word stands in about every eighth memory
BLOCK = 10_000
CONTENT_WORDS = 11  # of a memory, beside its frame and the grammar between

_ONSETS = "b br c cl d dr f fl g gr h j k l m n p pr r s sh st t tr v w".split()  # noqa: SIM905 -- quoting each would make it unreadable
_RIMES = "a an ar e el en er i in ing is o on or ou u un us ale ane ite ome".split()  # noqa: SIM905 -- as above
_GRAMMAR = "the a to of and in for with on that is was at from my by it as but not".split()  # noqa: SIM905 -- as above
_FRAMES = (
    "{name} told me that {words}",
    "I met {name} in {place}: {words}",
    "User prefers {words}",
    "{name} lives in {place} and {words}",
    "Decision for {topic}: {words}",
    "Bought {words} in {place}",
    "{topic}: {words}",
    "Remember that {words}",
)


def memories(count: int, seed: int = 1) -> Iterator[str]:
    """Notes of about 20 words; two of three begin with a date."""
    words, chances = _vocabulary()
    for block in range(0, count, BLOCK):
        random = np.random.default_rng((seed, block))
        size = min(BLOCK, count - block)
        drawn = random.choice(len(words), (size, CONTENT_WORDS + 3), p=chances)
        grammar = random.integers(0, len(_GRAMMAR), (size, CONTENT_WORDS))
        others = random.integers(0, 1 << 30, (size, 4))
        for row in range(size):
            yield _memory(words, drawn[row], grammar[row], others[row].tolist())


def queries(count: int, seed: int = 2) -> list[str]:
    """3 to 8 neighbouring words out of notes that are not stored."""
    random = np.random.default_rng((seed, 0))
    made = []
    for note in memories(count, seed):
        words = note.replace(":", "").split()[1:]
        length = int(random.integers(3, 9))
        start = int(random.integers(0, max(1, len(words) - length)))
        made.append(" ".join(words[start : start + length]))
    return made


def _memory(words: list[str], drawn: NDArray[np.int64], grammar: NDArray[np.int64], others: list[int]) -> str:
    content = [words[i] for i in drawn.tolist()]
    between = [_GRAMMAR[i] for i in grammar.tolist()]
    length = CONTENT_WORDS - 3 + others[0] % 4
    body = " ".join(f"{g} {w}" if i % 2 else w for i, (g, w) in enumerate(zip(between[:length], content, strict=False)))
    name, place, topic = (word.capitalize() for word in content[-3:])
    text = _FRAMES[others[1] % len(_FRAMES)].format(name=name, place=place, topic=topic, words=body)
    if others[2] % 3 == 0:
        return f"{text}."
    return f"{date(2021, 1, 1) + timedelta(days=others[3] % 2_000)} {text}."


@cache
def _vocabulary() -> tuple[list[str], NDArray[np.float64]]:
    """Invented words of two or three syllables, the commonest shortest, with their chances."""
    syllables = [onset + rime for onset in _ONSETS for rime in _RIMES]
    random = np.random.default_rng(0)
    words: dict[str, None] = {}
    while len(words) < VOCABULARY:
        length = 2 if len(words) < FREQUENT else 3
        words["".join(syllables[i] for i in random.integers(0, len(syllables), length).tolist())] = None
    chances = 1 / (np.arange(VOCABULARY) + SHIFT)
    return list(words), chances / chances.sum()
