from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onememory.domain.conversations import Message, Role
from onememory.formats.chats.branches import Node, in_order

START = datetime(2026, 1, 1, tzinfo=UTC)


def node(name: str, parent: str | None, second: int | None = None, children: str = "") -> Node:
    """A node with a message, or without one when its name is in capitals."""
    time = None if second is None else START + timedelta(seconds=second)
    message = None if name.isupper() else Message(name, Role.USER, name, time)
    return Node(name, parent, message, tuple(children))


def order(current: str | None, *nodes: Node) -> str:
    """The messages in order; one of another branch as `(b<a)`."""
    found = in_order(nodes, current)
    return "".join(message.id if message.is_current else f"({message.id}<{message.parent_id})" for message in found)


TREES: dict[str, tuple[str | None, list[Node], str]] = {
    "a line": ("c", [node("R", None), node("a", "R"), node("b", "a"), node("c", "b")], "abc"),
    "children first": ("c", [node("c", "b"), node("b", "a"), node("a", None)], "abc"),
    "a fork": ("c", [node("a", None), node("b", "a"), node("c", "a")], "ac(b<a)"),
    "a branch to its end": ("c", [node("a", None), node("b", "a"), node("c", "a"), node("d", "b")], "ac(b<a)(d<b)"),
    "a fork at the root": ("b", [node("R", None), node("a", "R"), node("b", "R")], "b(a<R)"),
    "below what is left out": ("c", [node("a", None), node("T", "a"), node("b", "T"), node("c", "a")], "ac(b<a)"),
    "current within": ("a", [node("a", None), node("b", "a")], "a(b<a)"),
    "newest leaf": (None, [node("a", None, 1), node("b", "a", 9), node("c", "a", 5)], "ab(c<a)"),
    "newest leaf left out": (
        None,
        [node("a", None, 1), node("b", "a", 9), node("T", "b"), node("c", "a", 5)],
        "ab(c<a)",
    ),
    "last of equal leaves": (None, [node("a", None), node("b", "a"), node("c", "a")], "ac(b<a)"),
    "unknown current": ("x", [node("a", None), node("b", "a")], "ab"),
    "current without words": ("T", [node("T", None), node("a", None)], "a"),
    "orphan": ("b", [node("a", None), node("b", "a"), node("c", "gone")], "ab(c<gone)"),
    "cycle": ("c", [node("a", "c"), node("b", "a"), node("c", "b")], "abc"),
    "its own parent": ("a", [node("a", "a")], "a"),
    "cycle aside": ("a", [node("a", None), node("b", "c"), node("c", "b")], "a(b<c)(c<b)"),
    "no current in a cycle": (None, [node("a", "b", 1), node("b", "a", 2)], "ab"),
    "only children are named": ("b", [node("a", None, children="b"), node("b", None)], "ab"),
    "nothing": (None, [], ""),
    "nothing said": (None, [node("R", None)], ""),
}


@pytest.mark.parametrize("name", TREES)
def test_the_current_branch_comes_first_and_the_others_after_it(name: str) -> None:
    current, nodes, expected = TREES[name]
    assert order(current, *nodes) == expected


@given(
    parents=st.lists(st.none() | st.integers(0, 12), max_size=12),
    children=st.lists(st.lists(st.integers(0, 12), max_size=3), min_size=12, max_size=12),
    current=st.none() | st.integers(0, 12),
)
def test_every_message_comes_once_whatever_the_graph(
    parents: list[int | None], children: list[list[int]], current: int | None
) -> None:
    nodes = [
        Node(
            str(n),
            None if parent is None else str(parent),
            Message(str(n), Role.USER, "t"),
            tuple(map(str, children[n])),
        )
        for n, parent in enumerate(parents)
    ]
    found = in_order(nodes, None if current is None else str(current))
    assert sorted(int(message.id) for message in found) == list(range(len(parents)))
    assert not found or found[0].is_current


def test_a_long_conversation_needs_no_stack() -> None:
    nodes = [node("a0", None), *(node(f"a{n}", f"a{n - 1}") for n in range(1, 50_000))]
    assert len(in_order(nodes, "a49999")) == 50_000
