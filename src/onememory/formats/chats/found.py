"""What reading an export gives, and the account that a reader keeps of what it left out."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from onememory.domain.conversations import Conversation, MemorySuggestion, Skipped

Found = Conversation | MemorySuggestion | Skipped


class LeftOut(StrEnum):
    """Kinds of parts that belong to a conversation and are never part of what was said."""

    HIDDEN = "hidden"
    SYSTEM = "system"
    TOOL = "tool"
    THINKING = "thinking"


@dataclass(slots=True)
class _Group:
    first: str
    count: int = 0


@dataclass(slots=True)
class Tally:
    """The running account of one import; readers only add to it.

    `unrecognised` counts records that a reader found and could not make sense of.
    """

    left_out: Counter[LeftOut] = field(default_factory=Counter)
    unrecognised: int = 0
    _groups: dict[str, _Group] = field(default_factory=dict)

    def leave_out(self, kind: LeftOut, count: int = 1) -> None:
        """Count parts that are no part of what was said."""
        if count:
            self.left_out[kind] += count

    def skip(self, where: str, reason: str, count: int = 1) -> None:
        """Report what was not taken; equal reasons are reported once, with the first place and their number."""
        self._groups.setdefault(reason, _Group(where)).count += count

    def take_skipped(self) -> list[Skipped]:
        """What was reported since the last call."""
        taken = [Skipped(group.first, reason, group.count) for reason, group in self._groups.items()]
        self._groups.clear()
        return taken
