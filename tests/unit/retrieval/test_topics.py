"""Names of groups of texts."""

import pytest

from onememory.retrieval.topics import names_of

POTTERY = ["The user made a pottery bowl on 3 March", "Likes pottery classes with Ann", "Ann sells pottery at a market"]
CYCLING = ["The user cycles to work", "Bought a new bicycle for cycling", "Wants to cycle with Ann through Spain"]


def test_a_group_is_named_by_what_sets_it_apart() -> None:
    pottery, cycling = names_of([POTTERY, CYCLING])

    assert pottery[0] == "pottery"
    assert cycling[0] in {"cycles", "cycle", "cycling"}, "forms of one word count together"


@pytest.mark.parametrize("word", ["user", "The", "with", "March", "Likes", "new"])
def test_words_of_everything_name_nothing(word: str) -> None:
    assert all(word.casefold() not in {each.casefold() for each in name} for name in names_of([POTTERY, CYCLING]))


def test_a_name_that_several_groups_share_stands_last() -> None:
    at_work, at_sea = names_of(
        [["Joan writes reports", "Joan reviews reports"], ["Joan sails boats", "Joan repairs boats"], ["tea", "milk"]]
    )[:2]

    assert (at_work[0], at_sea[0]) == ("reports", "boats")


def test_a_word_is_written_as_it_is_most_often() -> None:
    assert names_of([["SQLite is small", "SQLite is fast", "sqlite runs here"], ["tea", "milk"]])[0] == ("SQLite",)


def test_addresses_and_numbers_are_no_words() -> None:
    texts = ["see https://example.org/pottery 2024", "see https://example.org/pottery 2024"]

    assert names_of([texts, ["tea"]])[0] == ()


def test_scripts_without_spaces_have_names_too() -> None:
    assert "猫" in "".join(names_of([["我有一只黑猫叫小黑", "黑猫喜欢睡觉"], ["tea", "milk"]])[0])


def test_a_group_in_which_no_word_comes_twice_has_no_name() -> None:
    assert names_of([["alpha", "beta"], ["gamma"]]) == [(), ()]


def test_no_two_groups_begin_with_the_same_word() -> None:
    same = ["green tea kettle pot", "tea kettle pot green"]
    names = names_of([same, same, ["oak", "elm"], ["ash", "fir"], ["fig", "yew"]])[:2]

    assert len({name[0] for name in names}) == 2
    assert [len(name) for name in names] == [3, 3]
