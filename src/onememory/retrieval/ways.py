"""The ways through a conversation that forks where a message was edited or answered anew."""

from collections.abc import Mapping, Sequence

from onememory.domain.conversations import Outline

_START = -1  # stands before the first message


class OneWay:
    """The messages of one conversation that does not fork."""

    are_many = False

    def __init__(self, count: int) -> None:
        self._way = range(count)

    def through(self, _: int | None = None) -> Sequence[int]:
        """All messages, from the first to the last."""
        return self._way

    def versions(self, _: int) -> tuple[int, ...]:
        """None, as no message has another in its place."""
        return ()


class Ways:
    """The messages of one conversation, by their numbers, as a tree."""

    def __init__(self, outlines: Sequence[Outline]) -> None:
        self._parents = _parents(outlines)
        self._current = {outline.number for outline in outlines if outline.is_current}
        self._children: dict[int, list[int]] = {}
        for child, parent in self._parents.items():
            self._children.setdefault(parent, []).append(child)

    @property
    def are_many(self) -> bool:
        """Whether there is more than the current branch."""
        return len(self._current) < len(self._parents)

    def through(self, number: int | None = None) -> list[int]:
        """The messages from the first to the last of the way that leads through this one, else of the current one.

        Behind that message the way follows the current branch, else the newest. Numbers grow along a way.
        """
        way = self._up(number)
        while below := self._children.get(way[-1] if way else _START):
            way.append(next((child for child in below if child in self._current), below[-1]))
        return way

    def versions(self, number: int) -> tuple[int, ...]:
        """The messages that could stand in the place of this one, itself among them; none where there is no other."""
        beside = self._children[self._parents[number]]
        return tuple(sorted(beside)) if len(beside) > 1 else ()

    def _up(self, number: int | None) -> list[int]:
        way = []
        while number is not None and number in self._parents:
            way.append(number)
            number = self._parents[number]
        return way[::-1]


def _parents(outlines: Sequence[Outline]) -> Mapping[int, int]:
    """The number of the message before each; it is always a smaller one, so that no way leads round in circles."""
    numbers: dict[str, int] = {}
    parents: dict[int, int] = {}
    on_branch, left_behind = _START, _START
    for outline in outlines:
        if outline.is_current:
            parents[outline.number] = on_branch
            on_branch = outline.number
        else:
            parents[outline.number] = numbers.get(outline.parent_id, _START) if outline.parent_id else left_behind
            left_behind = outline.number
        numbers.setdefault(outline.id, outline.number)
    return parents
