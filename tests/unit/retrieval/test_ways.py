"""The ways through a conversation that forks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onememory.domain.conversations import Outline
from onememory.retrieval.ways import OneWay, Ways

# a - b - c is the current branch; b was answered anew by B, which was answered twice; the chat was begun anew by A.
FORKED = (
    Outline(0, "a", is_current=True, parent_id=None),
    Outline(1, "b", is_current=True, parent_id=None),
    Outline(2, "c", is_current=True, parent_id=None),
    Outline(3, "B", is_current=False, parent_id="a"),
    Outline(4, "C1", is_current=False, parent_id="B"),
    Outline(5, "C2", is_current=False, parent_id="B"),
    Outline(6, "A", is_current=False, parent_id="a root that says nothing"),
)


@pytest.mark.parametrize(
    ("through", "way"),
    [
        (None, [0, 1, 2]),
        (2, [0, 1, 2]),
        (0, [0, 1, 2]),
        (3, [0, 3, 5]),
        (4, [0, 3, 4]),
        (6, [6]),
        (99, [0, 1, 2]),
    ],
)
def test_a_way_leads_through_the_message_and_on_to_the_newest(through: int | None, way: list[int]) -> None:
    assert Ways(FORKED).through(through) == way


def test_versions_are_those_that_follow_the_same_message() -> None:
    ways = Ways(FORKED)
    assert [ways.versions(n) for n in range(7)] == [(0, 6), (1, 3), (), (1, 3), (4, 5), (4, 5), (0, 6)]


def test_a_message_left_behind_that_names_none_before_it_follows_the_one_left_behind_before_it() -> None:
    left = [Outline(n, str(n), is_current=n < 2, parent_id=None) for n in range(4)]
    assert Ways(left).through(3) == [2, 3]


def test_only_one_that_forks_has_many_ways() -> None:
    assert Ways(FORKED).are_many
    assert not Ways(FORKED[:3]).are_many
    assert Ways([]).through() == []


@given(st.integers(0, 9), st.none() | st.integers(0, 9))
def test_one_that_does_not_fork_is_the_same_as_a_tree_without_branches(count: int, through: int | None) -> None:
    one, tree = OneWay(count), Ways([Outline(n, str(n), is_current=True, parent_id=None) for n in range(count)])
    assert (list(one.through(through)), one.are_many) == (tree.through(through), tree.are_many)
    assert all(one.versions(n) == tree.versions(n) for n in range(count))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans(), st.sampled_from(["a", "b", "c", "x", None]))))
def test_every_message_of_any_conversation_lies_on_a_way_that_grows(
    messages: list[tuple[str, bool, str | None]],
) -> None:
    outlines = [Outline(n, i, is_current=c, parent_id=p) for n, (i, c, p) in enumerate(messages)]
    ways = Ways(outlines)
    for outline in outlines:
        way = ways.through(outline.number)
        assert outline.number in way
        assert way == sorted(set(way))
        assert not ways.versions(outline.number) or outline.number in ways.versions(outline.number)
