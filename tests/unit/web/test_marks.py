"""What was looked for is told apart in a text, and an excerpt holds it."""

import pytest

from onememory.web.wording.marks import EXCERPT, PASSAGE, Piece, excerpt, passage, pieces, spans_of_words


@pytest.mark.parametrize(
    ("text", "words", "marked"),
    [
        ("Tea and teapots", ["tea"], ["Tea", "tea"]),
        ("a.b and axb", ["a.b"], ["a.b"]),
        ("Tea and teapots", ["tea", "teapot"], ["Tea", "teapot"]),
        ("Tea", [], []),
        ("Tea", [""], []),
        ("Tea", ["coffee"], []),
    ],
)
def test_words_are_marked_wherever_they_stand(text: str, words: list[str], marked: list[str]) -> None:
    found = pieces(text, spans_of_words(text, words))

    assert [piece.text for piece in found if piece.is_marked] == marked
    assert "".join(piece.text for piece in found) == text


def test_a_short_text_is_shown_whole_on_one_line_with_other_forms_of_the_words_marked() -> None:
    marked, plain = True, False
    assert excerpt("Long\nwalks, no  sidewalk", {"walk"}) == [
        Piece("Long ", plain),
        Piece("walks", marked),
        Piece(", no sidewalk", plain),
    ]


@pytest.mark.parametrize(
    ("before", "behind", "begins", "ends"),
    [(200, 200, "… word", "word …"), (0, 200, "giraffe word", "word …"), (200, 0, "… word", "word giraffe")],
)
def test_an_excerpt_of_a_long_text_holds_what_was_found(before: int, behind: int, begins: str, ends: str) -> None:
    shown = excerpt("word " * before + "giraffe" + " word" * behind, {"giraff"})
    text = "".join(piece.text for piece in shown)

    assert [piece.text for piece in shown if piece.is_marked] == ["giraffe"]
    assert text.startswith(begins)
    assert text.endswith(ends)
    assert len(text) <= EXCERPT + 4


def test_a_long_text_without_spaces_is_cut_too() -> None:
    text = "".join(piece.text for piece in excerpt("x" * 1_000, {"y"}))
    assert text == "x" * EXCERPT + " …"


def test_a_passage_of_a_long_text_begins_before_the_first_match_and_keeps_its_lines() -> None:
    shown = passage("word " * 200 + "giraffe\nand " + "giraffe " * 200, {"giraff"})
    text = "".join(piece.text for piece in shown)

    assert text.startswith("… ")
    assert "giraffe\nand giraffe" in text
    assert text.endswith(" …")
    assert len(text) == PASSAGE + 4
    assert {piece.text for piece in shown if piece.is_marked} == {"giraffe"}


def test_a_passage_of_a_short_text_is_all_of_it() -> None:
    assert passage("Long\nwalks", {"walk"}) == [Piece("Long\n", is_marked=False), Piece("walks", is_marked=True)]
