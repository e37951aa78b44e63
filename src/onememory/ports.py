"""What the use cases need from outside, as small protocols written for the use case and not for the vendor."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from onememory.domain.accounts import Token, User
from onememory.domain.actors import Scope
from onememory.domain.audit import AuditEntry
from onememory.domain.buckets import Bucket
from onememory.domain.jobs import Job
from onememory.domain.memories import Memory, MemoryState, Version
from onememory.domain.models import ModelIdentity
from onememory.domain.search import Filters
from onememory.retrieval.fusion import Pool

T = TypeVar("T")
Vectors = NDArray[np.float32]

EVERYTHING = 2**31 - 1  # as a limit


class Clock(Protocol):
    """The time."""

    def now(self) -> datetime:
        """The present in UTC, cut to milliseconds, which is what storage keeps."""
        ...

    def today(self) -> date:
        """The present day where the user is."""
        ...


class Embedder(Protocol):
    """Texts to unit vectors; two adapters with one identity give the same vectors."""

    @property
    def identity(self) -> ModelIdentity:
        """Name, revision and dimension; dimension 0 means that there is no meaning, only words."""
        ...

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """One row of unit length per text, in order, shape (texts, dimension); raises Unavailable."""
        ...

    async def ping(self) -> None:
        """Raises Unavailable when texts cannot be embedded now."""
        ...

    async def close(self) -> None:
        """Give back what it holds."""
        ...


class Embedders(Protocol):
    """The embedder in force, and earlier ones while their vectors still answer."""

    @property
    def current(self) -> Embedder:
        """The one that the settings name."""
        ...

    def stamped(self, key: str) -> Embedder | None:
        """The one that made vectors with this stamp, where it can still be built."""
        ...


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """What the index keeps of one memory."""

    memory: Memory
    terms: Sequence[str]  # in text order
    cues: int
    length: int  # words
    vectors: Mapping[str, Vectors]  # stamp of the model -> shape (dimension,); empty while still to be embedded


@dataclass(frozen=True, slots=True)
class Probe:
    """What is looked for: any of the words, or near to the vector of the model that answers."""

    terms: Sequence[str]
    vectors: Mapping[str, Vectors]  # stamp of the model -> vector of the query
    filters: Filters
    limit: int  # of each list


@dataclass(frozen=True, slots=True)
class Nominated:
    """The union of both lists; row i of the pool describes `memory_ids[i]`."""

    memory_ids: Sequence[str]
    pool: Pool
    frequencies: Mapping[str, int]  # of the probe's terms: in how many memories each stands
    total: int  # memories in the index
    model: str | None  # the stamp whose vectors answer for this user; None before the first vector


class SearchIndex(Protocol):
    """The derived index of one scope; can be thrown away and rebuilt from the rows."""

    def put(self, entries: Iterable[IndexEntry]) -> None:
        """Add or replace; found by the very next read."""
        ...

    def describe(self, memories: Iterable[Memory]) -> None:
        """Renew what is kept of memories whose text has not changed."""
        ...

    def remove(self, memory_ids: Iterable[str]) -> None:
        """Take out; unknown ids are ignored."""
        ...

    def nominate(self, probe: Probe) -> Nominated:
        """The best of the words and the nearest by meaning."""
        ...

    def without_vector(self, model: str, limit: int) -> list[str]:
        """Ids of memories that have no vector of this model yet, oldest first."""
        ...

    def count_without_vector(self, model: str) -> int:
        """How many there are."""
        ...

    def give_vectors(self, model: str, vectors: Mapping[str, Vectors]) -> None:
        """Add vectors to memories in the index; ids that have left it meanwhile are ignored."""
        ...

    def settle(self, model: str) -> bool:
        """Let this model answer and drop other models' vectors, if nothing lacks a vector; whether it now answers."""
        ...

    def answering_model(self) -> str | None:
        """The stamp whose vectors answer now."""
        ...

    def clear(self) -> None:
        """Forget everything of this user."""
        ...


@dataclass(frozen=True, slots=True)
class MemoryQuery:
    """Which memories of a scope to list; None means any."""

    states: frozenset[MemoryState] = frozenset({MemoryState.ACTIVE})
    filters: Filters = Filters()
    token_id: str | None = None
    recorded_after: datetime | None = None
    recorded_before: datetime | None = None


class MemoryRows(Protocol):
    """The memories of one scope and their versions."""

    def add(self, memories: Sequence[Memory], versions: Sequence[Version]) -> None:
        """Insert; raises Conflict when an id exists."""
        ...

    def change(self, memory: Memory, version: Version | None) -> None:
        """Replace the present state and append the version."""
        ...

    def get(self, memory_ids: Sequence[str]) -> dict[str, Memory]:
        """Those of the ids that resolve within the scope, whatever their state."""
        ...

    def newest(self, query: MemoryQuery, limit: int, skip: int = 0) -> list[Memory]:
        """Newest first."""
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

    def add(self, token: Token, secret_hash: bytes) -> None:
        """Insert; raises Conflict when this secret exists."""
        ...

    def all(self) -> list[Token]:
        """Newest first, revoked ones too."""
        ...

    def get(self, token_id: str) -> Token | None:
        """The token with this id."""
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

    def newest(self, limit: int, skip: int = 0) -> list[AuditEntry]:
        """Newest first."""
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


class Transaction(Protocol):
    """The tables of one scope inside one transaction; nothing outside the scope can be reached through it."""

    scope: Scope
    memories: MemoryRows
    buckets: BucketRows
    tokens: TokenRows
    audit: AuditRows
    jobs: JobRows
    index: SearchIndex


class Directory(Protocol):
    """What must be found before there is a scope: people, whose token this is, and work to do for anyone."""

    def add_user(self, user: User, password_hash: str | None, general: Bucket) -> None:
        """Insert a user with the bucket that everybody has; raises Conflict when the name is taken."""
        ...

    def users(self) -> list[User]:
        """Oldest first."""
        ...

    def user(self, user_id: str) -> User | None:
        """The user with this id."""
        ...

    def user_named(self, name: str) -> User | None:
        """The user with this name, without regard to case."""
        ...

    def set_password(self, user_id: str, password_hash: str) -> None:
        """Replace the password's hash."""
        ...

    def token_by_hash(self, secret_hash: bytes) -> tuple[Token, User] | None:
        """The token with this secret and its user."""
        ...

    def claim_job(self, now: datetime) -> Job | None:
        """Take the job that is due first, or one whose claim has expired."""
        ...

    def next_job_at(self) -> datetime | None:
        """When the next job is due: one that waits, or one whose claim will have expired."""
        ...


class Store(Protocol):
    """Transactions. `work` is synchronous, touches nothing but its argument, and may be run again from the start."""

    async def read(self, scope: Scope, work: Callable[[Transaction], T], *, brief: bool = False) -> T:
        """Run over one snapshot. `brief` promises a few look-ups by key, which an adapter may run at once."""
        ...

    async def write(self, scope: Scope, work: Callable[[Transaction], T]) -> T:
        """Run and commit; returns only when the commit is durable. Raises StorageFailed when it is not."""
        ...

    async def read_directory(self, work: Callable[[Directory], T], *, brief: bool = False) -> T:
        """Run over one snapshot."""
        ...

    async def write_directory(self, work: Callable[[Directory], T]) -> T:
        """Run and commit."""
        ...

    async def ping(self) -> None:
        """Raises Unavailable when it cannot answer."""
        ...

    async def backup(self, target: Path) -> None:
        """A consistent copy while others read and write."""
        ...

    async def check(self) -> list[str]:
        """What is wrong with the data or the index, in words; empty when all is well."""
        ...

    def size(self) -> int:
        """Bytes on disk."""
        ...

    async def close(self) -> None:
        """Finish what is under way and let go."""
        ...
