"""Seed phrases of wallets (BIP-0039): 12 to 24 words of one word list, of which the last holds a check sum."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from hashlib import sha256
from itertools import groupby, takewhile

from mnemonic import Mnemonic

from onememory.security.disclosures import Disclosure

KIND = "seed phrase"
LENGTHS = (12, 15, 18, 21, 24)  # words
WORD_BITS = 11
LONGEST_ROW = 100  # words; a longer row of them is a word list

_TOKEN = re.compile(r"[^\s,]+")
_AROUND = "0123456789.,;:)(!?\u2026\u2013-\"'`*[]{}"  # numbering and punctuation between the words


def seed_phrases(text: str) -> Iterator[Disclosure]:
    """Each row of words that holds a seed phrase, numbered or not, in any language that has a word list."""
    for row in _rows(text):
        if _holds_one([_bare(token) for token, _ in row]):
            yield Disclosure(KIND, row[0][1], row[-1][1] + len(row[-1][0]))


def may_be_in(words: Sequence[str]) -> bool:
    """Whether a text of these words has a row that is long enough; of each twelve on end, it looks at one first."""
    reach = min(LENGTHS)
    return any(
        _is_fit(words[i]) and _fit(words[i : i + reach]) + _fit(words[max(0, i - reach) : i][::-1]) >= reach
        for i in range(reach - 1, len(words), reach)
    )


def _fit(words: Iterable[str]) -> int:
    return sum(1 for _ in takewhile(_is_fit, words))


def _is_fit(token: str) -> bool:
    """Whether it is a word of a list, or numbering, which may stand between such words."""
    word = _bare(token)
    return not word or word in _words()


def _rows(text: str) -> Iterator[list[tuple[str, int]]]:
    """The longest rows of words that all stand in word lists, each with where it begins."""
    known = _words()
    words = [(m[0].strip(_AROUND), m) for m in _TOKEN.finditer(text)]
    placed = ((word, m.start() + m[0].index(word)) for word, m in words if word)
    for is_known, row in groupby(placed, key=lambda each: _bare(each[0]) in known):
        if is_known and min(LENGTHS) <= len(found := list(row)) <= LONGEST_ROW:
            yield found


def _holds_one(words: Sequence[str]) -> bool:
    return any(
        _is_phrase(words[start : start + length]) for length in LENGTHS for start in range(len(words) - length + 1)
    )


def _is_phrase(words: Sequence[str]) -> bool:
    return any(
        _is_checked([numbers[word] for word in words]) for numbers in _lists() if all(word in numbers for word in words)
    )


def _is_checked(numbers: Sequence[int]) -> bool:
    """Whether the last bits are the first of the hash of all before them; one bit for each three words."""
    bits = 0
    for number in numbers:
        bits = bits << WORD_BITS | number
    size = len(numbers) // 3
    entropy = (bits >> size).to_bytes(size * 4, "big")
    return sha256(entropy).digest()[0] >> 8 - size == bits & (1 << size) - 1


def _bare(token: str) -> str:
    word = token.strip(_AROUND).lower()
    return word if word.isascii() else Mnemonic.normalize_string(word)


@cache
def _lists() -> tuple[dict[str, int], ...]:
    """The number of each word, by language."""
    lists = (Mnemonic(language).wordlist for language in sorted(Mnemonic.list_languages()))
    return tuple({Mnemonic.normalize_string(word): i for i, word in enumerate(words)} for words in lists)


@cache
def _words() -> frozenset[str]:
    return frozenset().union(*_lists())
