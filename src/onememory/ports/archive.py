"""The archive: conversations as rows, and their derived index."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from onememory.domain.conversations import Message, Outline, PlatformVolume, StoredConversation
from onememory.retrieval.archive import IndexedConversation
from onememory.retrieval.dates import Period
from onememory.retrieval.turns import TurnPool
from onememory.retrieval.vectors import Vectors


@dataclass(frozen=True, slots=True)
class ConversationQuery:
    """Which conversations to list; None means any. Days are inclusive and compare the creation."""

    platform: str | None = None
    title: str | None = None  # a part of it, without regard to case
    created_from: datetime | None = None
    created_to: datetime | None = None
    is_pinned: bool | None = None
    import_id: str | None = None
    project: str | None = None


class ConversationRows(Protocol):
    """The conversations of one scope and their messages."""

    def add(self, conversations: Sequence[tuple[StoredConversation, Sequence[Message]]]) -> None:
        """Insert; raises Conflict when one exists."""
        ...

    def change(self, conversation: StoredConversation) -> None:
        """Replace what is known beside the messages."""
        ...

    def clear(self, conversation_ids: Sequence[str]) -> None:
        """Remove the messages for good."""
        ...

    def remove(self, conversation_ids: Sequence[str]) -> None:
        """Remove conversations and messages for good."""
        ...

    def get(self, conversation_ids: Sequence[str]) -> dict[str, StoredConversation]:
        """Those of the ids that resolve."""
        ...

    def known(self, platform: str, platform_ids: Sequence[str]) -> dict[str, StoredConversation]:
        """Those of the platform's ids that are here."""
        ...

    def newest(self, query: ConversationQuery, limit: int, skip: int = 0) -> list[StoredConversation]:
        """Active ones, the newest creation first."""
        ...

    def page_after(self, conversation_id: str | None, limit: int) -> list[StoredConversation]:
        """Conversations of every state in the order of their ids, from the one after `conversation_id`."""
        ...

    def count(self, query: ConversationQuery) -> int:
        """How many active ones there are."""
        ...

    def brought_by(self, import_id: str, since: datetime, limit: int) -> list[StoredConversation]:
        """Active ones without a pin that were first recorded by this import, which began then."""
        ...

    def count_brought_by(self, import_id: str, since: datetime) -> int:
        """How many those are."""
        ...

    def messages(self, conversation_id: str) -> list[tuple[int, Message]]:
        """Every message with its number, in order."""
        ...

    def some_messages(self, wanted: Mapping[str, Sequence[int]]) -> dict[tuple[str, int], Message]:
        """Messages by conversation and number; those that are gone are left out."""
        ...

    def count_messages(self, conversation_id: str) -> int:
        """How many there are on all branches; they are numbered from 0."""
        ...

    def number_of(self, conversation_id: str, message_id: str) -> int | None:
        """The number of the first message with the platform's id."""
        ...

    def outlines(self, conversation_id: str) -> list[Outline]:
        """Where every message stands, in order."""
        ...

    def texts(self, conversation_id: str) -> list[tuple[int, str]]:
        """What every message says, with its number, in order."""
        ...

    def volumes(self) -> list[PlatformVolume]:
        """How much there is of each platform, most first."""
        ...

    def projects(self, limit: int) -> list[tuple[str, int]]:
        """The projects of active ones and how many each has, most first."""
        ...


@dataclass(frozen=True, slots=True)
class ArchiveFilters:
    """What a turn must be; None means anything. Days are inclusive."""

    platforms: frozenset[str] | None = None
    after: date | None = None
    before: date | None = None


@dataclass(frozen=True, slots=True)
class ArchiveProbe:
    """What is looked for among turns."""

    terms: Sequence[str]
    vectors: Mapping[str, Vectors]  # stamp of the model -> vector of the query
    speaker: str | None  # who is meant
    filters: ArchiveFilters
    limit: int  # of each list
    periods: Sequence[Period] = ()


@dataclass(frozen=True, slots=True)
class NominatedTurns:
    """The union of the lists; entry i of the pool describes the turn `places[i]`."""

    places: Sequence[tuple[str, int]]  # conversation and number of the message
    pool: TurnPool
    frequencies: Mapping[str, int]  # of the probe's terms: in how many turns each stands
    total: int
    model: str | None


@dataclass(frozen=True, slots=True)
class Unembedded:
    """A conversation whose turns lack vectors of a model."""

    conversation_id: str
    place: int  # in the index; the same conversation has another one when it has changed
    numbers: Sequence[int]


class ArchiveIndex(Protocol):
    """The derived index of one scope's conversations; can be rebuilt from the rows."""

    def put(self, conversations: Sequence[IndexedConversation]) -> None:
        """Add conversations; found by their words by the very next read."""
        ...

    def remove(self, conversations: Sequence[IndexedConversation]) -> None:
        """Take out conversations, and every trace of their words and vectors."""
        ...

    def names(self) -> frozenset[str]:
        """The names of speakers; none where all chats are with an assistant."""
        ...

    def nominate(self, probe: ArchiveProbe) -> NominatedTurns:
        """The best of the words and the nearest by meaning."""
        ...

    def without_vectors(self, model: str, limit: int) -> list[Unembedded]:
        """Conversations whose turns lack vectors of this model."""
        ...

    def count_without_vectors(self, model: str) -> int:
        """How many turns lack them."""
        ...

    def give_vectors(self, model: str, vectors: Sequence[tuple[Unembedded, Vectors]]) -> None:
        """Add vectors, for each conversation those of its turns in order, shape (turns, dimension).

        Where it has changed since, they are of another text and are left out.
        """
        ...

    def settle(self, model: str) -> bool:
        """Let this model answer and drop the other's vectors, if no turn lacks a vector; whether it now answers."""
        ...

    def tidy(self) -> bool:
        """Merge what has become many small pieces; whether there was something to do."""
        ...

    def clear(self) -> None:
        """Forget everything of this user."""
        ...
