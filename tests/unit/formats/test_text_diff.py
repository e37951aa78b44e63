from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onememory.formats.text_diff import DiffPart, diff

wordy = st.lists(st.sampled_from(["a", "b ", "c. ", "\n", "  ", "日", "本", "e\u0301", "\U0001f600"]), max_size=30)
strings = st.text(max_size=40) | wordy.map("".join)


def old_of(parts: list[DiffPart]) -> str:
    return "".join(part.text for part in parts if part.kind != "added")


def new_of(parts: list[DiffPart]) -> str:
    return "".join(part.text for part in parts if part.kind != "removed")


@given(old=strings, new=strings)
def test_the_parts_rebuild_both_texts(old: str, new: str) -> None:
    parts = diff(old, new)
    assert (old_of(parts), new_of(parts)) == (old, new)
    assert all(part.text for part in parts)
    assert all(first.kind != second.kind for first, second in pairwise(parts))


def test_single_words_are_told_apart() -> None:
    assert [(part.kind, part.text) for part in diff("I live in Porto, alone.", "I live in Lisbon, alone.")] == [
        ("same", "I live in "),
        ("removed", "Porto"),
        ("added", "Lisbon"),
        ("same", ", alone."),
    ]


def test_chinese_is_compared_by_characters() -> None:
    assert DiffPart("removed", "茶") in diff("我喜欢喝茶", "我喜欢喝水")


@pytest.mark.parametrize(("old", "new", "kinds"), [("", "", []), ("a", "a", ["same"]), ("", "a", ["added"])])
def test_the_smallest_differences(old: str, new: str, kinds: list[str]) -> None:
    assert [part.kind for part in diff(old, new)] == kinds


def test_a_long_text_is_still_compared_by_words() -> None:
    old = " ".join(f"word{number}" for number in range(2_000))
    assert DiffPart("added", "changed ") in diff(old, old.replace("word700 ", "changed ").replace("word1500 ", "x "))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("".join(map(chr, range(0x4E00, 0x4E00 + 20_000))), "".join(map(chr, range(0x4E00, 0x4E00 + 20_000)))[::-1]),
        ("a\n" * 10_000, "b\n" + "a\n" * 9_000 + "c"),
        ("a " * 10_000, "a b " * 5_000),
    ],
)
def test_texts_too_different_for_words_are_compared_more_coarsely(old: str, new: str) -> None:
    parts = diff(old, new)
    assert (old_of(parts), new_of(parts)) == (old, new)
