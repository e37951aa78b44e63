"""A proposal is a change of a memory that waits for the user's review, because whoever asked for it may not make it."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from onememory.domain.memories import Memory, MemoryState
from onememory.domain.provenance import Provenance
from onememory.domain.sharing import in_trash_of

WAITING_AT_MOST = 1_000  # proposals of one user
WAITING_OF_A_GUEST = 100  # of these, so that the user's own tools have room


class ProposalKind(StrEnum):
    """What is to become of the memory."""

    EDIT = "edit"  # another text, and another bucket where one is given
    MOVE = "move"
    DELETE = "delete"  # into the trash
    RESTORE = "restore"  # out of the trash


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that waits; what it does not change is None."""

    id: str
    memory_id: str
    kind: ProposalKind
    base_version: int  # the version of the memory that the proposer saw
    created_at: datetime
    provenance: Provenance  # of the proposer
    text: str | None = None
    bucket_id: int | None = None

    @property
    def essence(self) -> tuple[object, ...]:
        """What is asked of which memory by whom; two that have it in common are one."""
        by = self.provenance
        return (self.memory_id, self.kind, self.text, self.bucket_id, by.token_id, by.channel, by.author_id)

    def applied_to(self, memory: Memory) -> Memory:
        """The memory as the proposer wants it."""
        return replace(
            memory,
            text=memory.text if self.text is None else self.text,
            bucket_id=memory.bucket_id if self.bucket_id is None else self.bucket_id,
            state=_LEADS_TO.get(self.kind, memory.state),
        )


_LEADS_TO = {ProposalKind.DELETE: MemoryState.TRASHED, ProposalKind.RESTORE: MemoryState.ACTIVE}


@dataclass(frozen=True, slots=True)
class WaitingProposal:
    """A proposal with the memory as it is now, so that a person sees before and after."""

    proposal: Proposal
    memory: Memory
    is_outdated: bool  # what it would change has changed since; it can only be rejected
    connection: str | None = None  # the name under which the user knows who proposes, whatever that calls itself


@dataclass(frozen=True, slots=True)
class Sender:
    """Through which connection, under which name of its own, how much waits for review."""

    token_id: str | None
    source: str | None
    count: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a request to change memories."""

    changed: list[Memory] = field(default_factory=list)  # at once, as they are now; those already so, too
    proposed: list[Proposal] = field(default_factory=list)  # wait for the user's review
    missing: list[str] = field(default_factory=list)  # ids that do not resolve
    copied: dict[str, str] = field(default_factory=dict)  # to or from a shared bucket: ids of before, ids of the copies
    in_trash_of: dict[str, str] = field(default_factory=dict)  # deleted from another one's bucket: ids, and whose it is

    @property
    def note(self) -> str | None:
        """What is to be told of copies and of the trash of others, as a sentence."""
        owners, deleted = self.in_trash_of.values(), len(self.in_trash_of)
        if self.copied:
            what = "It was" if len(self.copied) == 1 else f"{len(self.copied)} were"
            left = in_trash_of(owners)
            return f"{what} moved between people, so as a copy with another id; what was there before is {left}."
        if deleted > 1:
            return f"{deleted} are {in_trash_of(owners, is_one=False)}."
        return f"It is {in_trash_of(owners)}." if deleted else None

    def __add__(self, other: "Outcome") -> "Outcome":
        """Both requests as one."""
        return Outcome(
            [*self.changed, *other.changed],
            [*self.proposed, *other.proposed],
            [*self.missing, *other.missing],
            self.copied | other.copied,
            self.in_trash_of | other.in_trash_of,
        )
