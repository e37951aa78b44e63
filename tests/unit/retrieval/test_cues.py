"""Cues of texts and of questions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onememory.retrieval.cues import QueryCues, TextCues, query_cues, text_cues


@pytest.mark.parametrize(
    "text", ["met last Friday", "since 2019", "two weeks ago", "at 10:30", "at 9 pm", "on 5 May", "5月に会った", "昨天"]
)
def test_a_time_expression_is_seen(text: str) -> None:
    assert text_cues(text).has_time


@pytest.mark.parametrize("text", ["he may come", "has a dog", "room 20190"])
def test_what_is_no_time_is_not_taken_for_one(text: str) -> None:
    assert text_cues(text).has_time is False


@pytest.mark.parametrize(
    ("text", "has"), [("has 3 cats", True), ("has three cats", True), ("二匹の犬", True), ("a cat", False)]
)
def test_a_number_is_seen_in_digits_and_words(text: str, *, has: bool) -> None:
    assert text_cues(text).has_number is has


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Anna moved away", 0),
        ("I met Anna. She likes tea", 1),
        ("flew with Ana, Rui and Élise to Évora", 3),
        ("I think I am fine", 0),
        ("“Home is in Coimbra”", 1),
    ],
)
def test_capitalised_words_count_unless_they_open_a_sentence(text: str, names: int) -> None:
    assert text_cues(text).names == names


@pytest.mark.parametrize(
    ("text", "is_short"), [("How are you?", True), ("元気\uff1f", True), ("Fine.", False), ("word " * 26 + "?", False)]
)
def test_only_a_short_text_ending_in_a_question_mark_is_a_short_question(text: str, *, is_short: bool) -> None:
    assert text_cues(text).is_short_question is is_short


def test_characters_without_spaces_count_as_half_a_word() -> None:
    assert text_cues("東京大学で勉強した").words == 1 + 9 // 2


@given(text=st.text(max_size=80))
def test_packing_loses_nothing(text: str) -> None:
    cues = text_cues(text)

    assert TextCues.unpack(cues.pack(), cues.words) == cues
    assert 0 <= cues.pack() < 64


@pytest.mark.parametrize(
    ("query", "cues"),
    [
        ("When did we meet?", QueryCues(when=True)),
        ("Which year was it", QueryCues(when=True)),
        ("How many cats has Ana?", QueryCues(how_many=True)),
        ("how old is the car", QueryCues(how_many=True)),
        ("Where does Ana live?", QueryCues(who_where=True)),
        ("which restaurant did I like", QueryCues(who_where=True)),
        ("いつ会った", QueryCues(when=True)),
        ("我住在哪里", QueryCues(who_where=True)),
        ("coffee order", QueryCues()),
    ],
)
def test_a_question_tells_the_kind_of_its_answer(query: str, cues: QueryCues) -> None:
    assert query_cues(query) == cues
