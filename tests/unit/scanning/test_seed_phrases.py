"""Seed phrases of wallets, however they are written down."""

from collections.abc import Callable

import pytest
from mnemonic import Mnemonic

from made_up import phrase
from onememory.scanning.seed_phrases import seed_phrases
from onememory.security.disclosures import masked

MARK = "[seed phrase removed]"
PROSE = (
    "When I was about able to leave the village we would visit the art museum and then drive along the river until"
    " dinner was ready, because my uncle always cook too much food for one family and never once would he share it. "
)


@pytest.mark.parametrize("language", sorted(Mnemonic.list_languages()))
@pytest.mark.parametrize("words", [12, 24])
def test_a_phrase_is_found_in_every_language(language: str, words: int) -> None:
    text = f"Wallet: {phrase(language, words)}! And"
    assert masked(text, seed_phrases) == (f"Wallet: {MARK}! And", 1)


@pytest.mark.parametrize("words", [12, 15, 18, 21, 24])
def test_a_phrase_is_found_at_every_length_within_prose(words: int) -> None:
    text = f"{PROSE}{phrase(words=words)}. {PROSE}"
    left, count = masked(text, seed_phrases)
    assert count == 1
    assert PROSE.split(" ", 10)[-1][:40] in left
    assert not set(phrase(words=words).split()) <= set(left.split())


@pytest.mark.parametrize(
    "written",
    [
        lambda words: "\n".join(f"{n}. {word}" for n, word in enumerate(words, start=1)),
        lambda words: " ".join(f"{n}){word}" for n, word in enumerate(words, start=1)),
        lambda words: ", ".join(word.capitalize() for word in words),
        ",".join,
        lambda words: "  ".join(word.upper() for word in words),
        lambda words: "\n".join(f"- `{word}`" for word in words),
    ],
)
def test_a_phrase_is_found_however_it_is_listed(written: Callable[[list[str]], str]) -> None:
    left, count = masked(written(phrase().split()), seed_phrases)
    assert count == 1
    assert not any(word in left.lower() for word in phrase().split())


def test_a_wrong_check_sum_makes_no_phrase() -> None:
    words = phrase().split()
    assert list(seed_phrases(" ".join(words[1:] + words[:1]))) == []


def test_prose_and_word_lists_hold_no_phrase() -> None:
    english = " ".join(Mnemonic("english").wordlist)
    assert list(seed_phrases(PROSE * 20)) == list(seed_phrases(english)) == []
