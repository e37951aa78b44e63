"""Passages cut to a budget: whole sentences, those that say most."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onememory.embedding.tokens import BundledTokens
from onememory.retrieval.passages import cut_to, is_repeated, sentences, words_of
from onememory.retrieval.words import index_terms

TOKENS = BundledTokens()
WEIGHTS = dict.fromkeys(index_terms("giraffe salt bicycle"), 1.0)
spoken = st.lists(
    st.sampled_from(
        [
            "The giraffe eats. ",
            "Salt! ",
            "Who said so? ",
            "A bicycle, a giraffe and salt meet\n",
            "茶很好。",
            "Mr. X (so) ",
        ]
    ),
    max_size=30,
).map("".join)


def by_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two! Three? Four… Five", ["One.", "Two!", "Three?", "Four…", "Five"]),
        ('He said "Go." Then he left.', ['He said "Go."', "Then he left."]),
        ("a\nb\n\n- c", ["a", "b", "- c"]),
        ("茶很好。水也好！对吗？对", ["茶很好。", "水也好！", "对吗？", "对"]),
        ("Version 3.5 is out", ["Version 3.5 is out"]),
        ("  \n ", []),
        ("", []),
    ],
)
def test_a_text_is_split_into_its_sentences(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts


@given(st.text(max_size=200))
def test_no_letter_is_lost_between_sentences(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


@given(spoken, st.integers(-5, 60))
def test_a_cut_is_within_the_budget_and_of_whole_sentences(text: str, budget: int) -> None:
    cut = cut_to(text, budget, WEIGHTS, TOKENS.count)

    assert cut.tokens == TOKENS.count([cut.text])[0] <= max(budget, 0)
    assert cut == cut_to(text, budget, WEIGHTS, TOKENS.count)
    shown = cut.text.removeprefix("… ").removesuffix(" …")
    assert cut.is_whole == (shown == text.strip()) or not shown
    assert shown in {text.strip(), *_runs(sentences(text)), ""}


def _runs(parts: list[str]) -> set[str]:
    return {" ".join(parts[a:b]) for a in range(len(parts)) for b in range(a + 1, len(parts) + 1)}


@given(spoken.filter(str.strip))
def test_what_fits_is_left_whole(text: str) -> None:
    assert cut_to(text, 10_000, WEIGHTS, TOKENS.count).text == text.strip()


@pytest.mark.parametrize(
    ("budget", "shown"),
    [
        (5, "… The giraffe sleeps. …"),
        (8, "Hello there friend. The giraffe sleeps. …"),
        (11, "Hello there friend. The giraffe sleeps. It is tall. …"),
        (3, ""),
        (100, "Hello there friend. The giraffe sleeps. It is tall. So it goes on and on and on."),
    ],
)
def test_the_best_run_holds_the_words_of_the_question(budget: int, shown: str) -> None:
    text = "Hello there friend. The giraffe sleeps. It is tall. So it goes on and on and on."

    assert cut_to(text, budget, WEIGHTS, by_words).text == shown


def test_without_any_word_of_the_question_the_beginning_is_shown() -> None:
    assert cut_to("One two. Three four. Five six.", 5, {}, by_words).text == "One two. …"


def test_a_sentence_longer_than_the_budget_is_not_shown_in_part() -> None:
    cut = cut_to("giraffe " * 50, 20, WEIGHTS, by_words)

    assert (cut.text, cut.tokens, cut.is_whole) == ("", 0, False)


@pytest.mark.parametrize(
    ("text", "is_known"),
    [
        ("green tea is good", True),
        ("Tea, green; is GOOD!", True),
        ("green tea is good for giraffes", False),
        ("coffee", False),
        ("", True),
    ],
)
def test_a_text_whose_words_were_shown_is_repeated(text: str, is_known: bool) -> None:
    assert is_repeated(text, [words_of("Green tea is good and cheap.")]) is is_known


def test_before_anything_was_shown_nothing_is_repeated() -> None:
    assert not is_repeated("green tea", [])
