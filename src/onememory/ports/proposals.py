"""Changes that wait for the user's review."""

from collections.abc import Sequence
from typing import Protocol

from onememory.domain.proposals import Proposal, Sender
from onememory.ports.rows import MemoryQuery, Place


class ProposalRows(Protocol):
    """The proposals of one scope: about its memories, and into none but its buckets."""

    def add(self, proposal: Proposal) -> None:
        """Insert."""
        ...

    def get(self, proposal_ids: Sequence[str]) -> dict[str, Proposal]:
        """Those of the ids that resolve within the scope."""
        ...

    def newest(self, query: MemoryQuery, limit: int, skip: int = 0, older_than: Place | None = None) -> list[Proposal]:
        """Those that were made as the query says, newest first; behind that place, where one is given."""
        ...

    def count(self, query: MemoryQuery) -> int:
        """How many were made as the query says."""
        ...

    def senders(self) -> list[Sender]:
        """Who made how many."""
        ...

    def count_of_user(self) -> int:
        """How many the user has, within the scope or not."""
        ...

    def count_of_author(self, author_id: str) -> int:
        """How many of these a guest has made."""
        ...

    def about(self, memory_ids: Sequence[str]) -> list[Proposal]:
        """Those about these memories, oldest first."""
        ...

    def written_as(self, query: MemoryQuery) -> list[Proposal]:
        """Those that were made as the query says, by its client, its token and its times; oldest first."""
        ...

    def remove(self, proposal_ids: Sequence[str]) -> None:
        """Drop these."""
        ...

    def remove_about(self, memory_ids: Sequence[str]) -> None:
        """Drop all about these memories."""
        ...
