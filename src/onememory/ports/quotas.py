"""How much a person may keep, and keeps, as rows."""

from typing import Protocol

from onememory.domain.quotas import Quota, Usage


class QuotaRows(Protocol):
    """The quota of one person."""

    def get(self) -> tuple[Quota, Usage] | None:
        """The limits, and at most what they count; None where there are none."""
        ...

    def put(self, quota: Quota, used: Usage) -> None:
        """Insert or replace."""
        ...

    def remove(self) -> None:
        """Delete."""
        ...

    def count(self) -> Usage:
        """What is kept, counted now over every row."""
        ...
