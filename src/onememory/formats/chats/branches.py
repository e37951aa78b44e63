"""The order of a conversation that is kept as a tree: the current branch first, the branches left behind after it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from onememory.domain.conversations import Message

_NO_TIME = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Node:
    """One place of the tree; `message` is None where nothing was said: at the root and in parts that are left out.

    `children` is only needed where a child does not name its parent.
    """

    id: str
    parent: str | None
    message: Message | None = None
    children: tuple[str, ...] = ()


@dataclass(slots=True)
class _Place:
    """What a node inherits from the way that leads to it."""

    node: Node
    above: str | None  # the id of the message before it
    time: datetime


def in_order(nodes: Iterable[Node], current: str | None) -> tuple[Message, ...]:
    """All messages: those from the root to the current node, then the others, each naming the one before it.

    Without a current node the newest leaf is it. Cycles are cut, orphans are branches of their own.
    """
    index = {node.id: node for node in nodes}
    parents = _parents(index)
    places = {place.node.id: place for place in _places(index, parents)}
    leaf = current if current in index else _newest_leaf(places, parents)
    way = _way_to(leaf, parents)
    if not any(index[place].message for place in way):
        way = _way_to(_newest_leaf(places, parents), parents)
    on_way = set(way)
    branch = [message for place in way if (message := index[place].message)]
    others = [_left_behind(place) for place in places.values() if place.node.message and place.node.id not in on_way]
    return (*branch, *(message for message in others if message))


def _parents(index: dict[str, Node]) -> dict[str, str]:
    """The parent of each node that has one among the nodes."""
    parents = {node.id: node.parent for node in index.values() if node.parent in index and node.parent is not None}
    for node in index.values():
        for child in node.children:
            if child in index and child != node.id and index[child].parent is None:
                parents.setdefault(child, node.id)
    return parents


def _places(index: dict[str, Node], parents: dict[str, str]) -> Iterator[_Place]:
    """Every node once, parents before children, each branch to its end before the next."""
    children: dict[str, list[str]] = {}
    for child, parent in parents.items():
        children.setdefault(parent, []).append(child)
    seen: set[str] = set()
    roots = [node_id for node_id in index if node_id not in parents]
    for start in (*roots, *index):  # a cycle has no root: any of its nodes begins it
        waiting = [(start, index[start].parent, _NO_TIME)]
        while waiting:
            node_id, above, time = waiting.pop()
            if node_id in seen:
                continue
            seen.add(node_id)
            node = index[node_id]
            if node.message:
                time = node.message.created_at or time
            yield _Place(node, above, time)
            below = node_id if node.message or above is None else above
            waiting.extend((child, below, time) for child in reversed(children.get(node_id, ())))


def _newest_leaf(places: dict[str, _Place], parents: dict[str, str]) -> str | None:
    inner = set(parents.values())
    leaves = [place for place in places.values() if place.node.id not in inner] or list(places.values())
    newest: _Place | None = None
    for place in leaves:
        if newest is None or place.time >= newest.time:
            newest = place
    return newest.node.id if newest else None


def _way_to(leaf: str | None, parents: dict[str, str]) -> list[str]:
    way: dict[str, None] = {}  # in order, and no node twice
    while leaf is not None and leaf not in way:
        way[leaf] = None
        leaf = parents.get(leaf)
    return list(reversed(way))


def _left_behind(place: _Place) -> Message | None:
    return replace(place.node.message, is_current=False, parent_id=place.above) if place.node.message else None
