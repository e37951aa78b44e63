"""What happened day by day."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol


class DayRows(Protocol):
    """Counts of one scope's rows; `bounds` are the beginnings of days in order, and the end of the last one.

    Each answer has an entry for each day, which is one less than there are bounds.
    """

    def added(self, bounds: Sequence[datetime]) -> list[int]:
        """Active memories by the day they were recorded."""
        ...

    def chats(self, bounds: Sequence[datetime]) -> list[int]:
        """Conversations that are recalled, by the day they began."""
        ...

    def acts(self, actions: Sequence[str], bounds: Sequence[datetime]) -> list[int]:
        """Entries of the audit log with these actions that were done through a token."""
        ...
