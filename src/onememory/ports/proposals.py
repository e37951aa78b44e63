"""Changes that wait for the user's review."""

from collections.abc import Sequence
from typing import Protocol

from onememory.domain.proposals import Proposal
from onememory.ports.rows import MemoryQuery


class ProposalRows(Protocol):
    """The proposals of one scope: about its memories, and into none but its buckets."""

    def add(self, proposal: Proposal) -> None:
        """Insert."""
        ...

    def get(self, proposal_ids: Sequence[str]) -> dict[str, Proposal]:
        """Those of the ids that resolve within the scope."""
        ...

    def newest(self, limit: int, skip: int = 0) -> list[Proposal]:
        """Newest first."""
        ...

    def count(self) -> int:
        """How many there are."""
        ...

    def count_of_user(self) -> int:
        """How many the user has, within the scope or not."""
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
