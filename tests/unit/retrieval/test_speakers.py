"""Whom a question means, and how that person would have put it."""

import pytest

from onememory.retrieval.speakers import asked
from onememory.retrieval.words import query_terms

NAMES = frozenset({"Caroline", "Melanie", "Jo", "Zoë B."})


@pytest.mark.parametrize(
    ("query", "speaker"),
    [
        ("What did I say about tea?", "user"),
        ("Where is my bicycle?", "user"),
        ("What is our plan?", "user"),
        ("what did i say about tea", "user"),
        ("My bicycle's name?", "user"),
        ("We went where?", "user"),
        ("What did you recommend?", "assistant"),
        ("What did you recommend to me?", "assistant"),
        ("Which book have you suggested to us?", "assistant"),
        ("the list you gave me", "assistant"),
        ("What was your advice on my taxes?", "assistant"),
        ("What were you saying about tea?", "assistant"),
        ("YOUR ANSWER on tea", "assistant"),
        ("How is tea made?", None),
        ("Who lives in the US, i.e. in Ohio?", None),
        ("tea", None),
        ("", None),
        ("我的自行车在哪里", "user"),
        ("Müller's house in it", None),
    ],
)
def test_in_chats_with_an_assistant_the_question_says_who_is_meant(query: str, speaker: str | None) -> None:
    found = asked(query, frozenset())

    assert found.speaker == speaker
    assert (found.terms, found.vector_text) == (tuple(query_terms(query)), query)


@pytest.mark.parametrize(
    ("query", "speaker", "vector_text"),
    [
        ("What did Caroline paint?", "Caroline", "What did I paint?"),
        ("what did caroline paint?", "Caroline", "what did I paint?"),
        ("What is Caroline's job?", "Caroline", "What is my job?"),
        ("Where does Melanie live?", "Melanie", "Where do I live?"),
        ("Has Jo a dog?", "Jo", "have I a dog?"),
        ("Is Jo's dog old?", "Jo", "Is my dog old?"),
        ("Where does Zoë B. live?", None, "Where does Zoë B. live?"),
        ("What did Caroline say to Melanie?", None, "What did Caroline say to Melanie?"),
        ("Who is Carolines aunt?", None, "Who is Carolines aunt?"),
        ("What did I say?", "user", "What did I say?"),
    ],
)
def test_a_question_about_one_speaker_is_put_in_the_first_person(
    query: str, speaker: str | None, vector_text: str
) -> None:
    found = asked(query, NAMES)

    assert (found.speaker, found.vector_text) == (speaker, vector_text)


def test_the_name_of_the_one_who_is_meant_is_no_word_to_look_for() -> None:
    assert asked("What did Caroline paint in May?", NAMES).terms == tuple(query_terms("What did paint in May?"))
    assert asked("Caroline and Melanie paint", NAMES).terms == tuple(query_terms("Caroline and Melanie paint"))


def test_a_question_of_nothing_but_the_name_looks_for_the_name() -> None:
    assert asked("Caroline?", NAMES).terms == tuple(query_terms("Caroline"))


@pytest.mark.parametrize("name", ["a.b", "(Jo", "J[o", "*", "Jo\\"])
def test_a_name_of_odd_characters_breaks_nothing(name: str) -> None:
    assert asked(f"What did {name} say?", {name}).vector_text
