"""The canonical rows of one scope, a protocol for each noun."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from onememory.domain.accounts import Token
from onememory.domain.audit import ActKind, ActsOfDay, AuditEntry
from onememory.domain.buckets import Bucket
from onememory.domain.jobs import Job
from onememory.domain.memories import Memory, MemoryState, Version
from onememory.domain.proposals import Sender
from onememory.domain.search import Filters

EVERYTHING = 2**31 - 1  # as a limit


@dataclass(frozen=True, slots=True)
class MemoryQuery:
    """Which memories of a scope to list; None means any."""

    states: frozenset[MemoryState] = frozenset({MemoryState.ACTIVE})
    filters: Filters = Filters()
    token_id: str | None = None
    recorded_after: datetime | None = None
    recorded_before: datetime | None = None
    changed_before: datetime | None = None  # in the trash: put there before


@dataclass(frozen=True, slots=True)
class Place:
    """Where a memory stands in a list that is newest first."""

    recorded_at: datetime
    memory_id: str


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Which entries of the audit log to list; None means any."""

    token_id: str | None = None
    kind: ActKind | None = None
    since: datetime | None = None
    until: datetime | None = None
    older_than: str | None = None  # the id of an entry
    has_own_reads: bool = True  # what the owner looked at on the pages


@dataclass(frozen=True, slots=True)
class UserQuery:
    """Which users to list, by their names without regard to case."""

    start: str = ""  # with which the name begins
    after: str = ""  # the name behind which to go on
    limit: int = 100


class MemoryRows(Protocol):
    """The memories of one scope and their versions."""

    def add(self, memories: Sequence[Memory], versions: Sequence[Version]) -> None:
        """Insert; raises Conflict when an id exists."""
        ...

    def change(self, memories: Sequence[Memory], versions: Sequence[Version]) -> None:
        """Replace the present states and append the versions."""
        ...

    def get(self, memory_ids: Sequence[str]) -> dict[str, Memory]:
        """Those of the ids that resolve within the scope, whatever their state."""
        ...

    def newest(self, query: MemoryQuery, limit: int, skip: int = 0, older_than: Place | None = None) -> list[Memory]:
        """Newest first; behind that place, where one is given."""
        ...

    def page_after(self, memory_id: str | None, limit: int) -> list[Memory]:
        """All memories of every state in the order of their ids, from the one after `memory_id`."""
        ...

    def count(self, query: MemoryQuery) -> int:
        """How many there are."""
        ...

    def versions(self, memory_ids: Sequence[str]) -> dict[str, list[Version]]:
        """Every version of each, oldest first."""
        ...

    def as_of(self, moment: datetime, limit: int, skip: int = 0) -> list[Version]:
        """The version that each then active memory was in at that moment, newest first."""
        ...

    def redact(self, memory_id: str, number: int, at: datetime) -> None:
        """Remove the text of one version for good."""
        ...

    def erase(self, memory_ids: Sequence[str]) -> None:
        """Remove rows and versions for good."""
        ...

    def sources(self, limit: int) -> list[str]:
        """The names of the clients that wrote any, in order."""
        ...

    def senders(self, query: MemoryQuery) -> list[Sender]:
        """Who wrote how many of them."""
        ...

    def of_conversation(self, conversation_id: str, limit: int) -> list[Memory]:
        """Those that were made from this conversation and are not in the trash, newest first."""
        ...

    def trashed_before(self, moment: datetime, limit: int) -> list[str]:
        """Ids of memories that have been in the trash since before that moment."""
        ...


class BucketRows(Protocol):
    """The buckets of one scope; those outside it do not exist."""

    def add(self, bucket: Bucket) -> None:
        """Insert; raises Conflict when the name or the id is taken."""
        ...

    def change(self, bucket: Bucket) -> None:
        """Replace name and description; raises Conflict when the name is taken."""
        ...

    def remove(self, bucket_id: int) -> None:
        """Delete the row of a bucket that holds nothing."""
        ...

    def all(self) -> list[Bucket]:
        """General first, then by name."""
        ...

    def get(self, bucket_id: int) -> Bucket | None:
        """The bucket with this id."""
        ...

    def named(self, name: str) -> Bucket | None:
        """The bucket with this name, without regard to case."""
        ...

    def general(self) -> Bucket | None:
        """The default bucket, where it is within the scope."""
        ...


class TokenRows(Protocol):
    """The tokens of one user."""

    def add(self, token: Token, secret_hash: bytes | None) -> None:
        """Insert; without a secret where access tokens follow. Raises Conflict when this secret exists."""
        ...

    def all(self) -> list[Token]:
        """Newest first, revoked ones too."""
        ...

    def get(self, token_id: str) -> Token | None:
        """The token with this id."""
        ...

    def change(self, token: Token) -> None:
        """Replace name, permissions, policy, buckets and end."""
        ...

    def revoke(self, token_id: str, at: datetime) -> None:
        """Mark as revoked."""
        ...

    def touch(self, last_used: Mapping[str, datetime]) -> None:
        """Record last uses."""
        ...


class AuditRows(Protocol):
    """The audit log of one user."""

    def add(self, entries: Sequence[AuditEntry]) -> None:
        """Append."""
        ...

    def newest(self, query: AuditQuery, limit: int, skip: int = 0) -> list[AuditEntry]:
        """Newest first."""
        ...

    def days_of_token(self, token_id: str, since: datetime, offset: timedelta) -> list[ActsOfDay]:
        """What one token did by days, oldest first; days begin at midnight of a zone this far ahead of UTC."""
        ...

    def of_actions(self, actions: Sequence[str], since: datetime, limit: int) -> list[AuditEntry]:
        """The newest entries of these actions, newest first."""
        ...

    def forget_before(self, moment: datetime) -> int:
        """Drop what is older; how many were dropped."""
        ...


class JobRows(Protocol):
    """The jobs of one user."""

    def enqueue(self, job: Job) -> None:
        """Insert, unless a job of this kind waits already."""
        ...

    def update(self, job: Job) -> None:
        """Replace state, progress and error."""
        ...

    def newest(self, limit: int) -> list[Job]:
        """Newest first."""
        ...
