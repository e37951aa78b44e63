"""What was asked of the memory through a tool, and what was handed out for it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from onememory.domain.memories import ContentType
from onememory.domain.provenance import Channel, Trust
from onememory.domain.search import Confidence

HITS_KEPT = 100  # of one answer


class QuestionKind(StrEnum):
    """Where an answer was looked for."""

    MEMORIES = "memories"
    CHATS = "chats"


@dataclass(frozen=True, slots=True)
class Terms:
    """What was asked beside the words, enough to ask again; None means anything, or that there was no such limit."""

    limit: int
    skip: int = 0
    floor: Confidence = "none"
    bucket_ids: frozenset[int] | None = None  # those of the filter that the token could reach
    after: date | None = None
    before: date | None = None
    sources: frozenset[str] | None = None
    trusts: frozenset[Trust] | None = None
    content_type: ContentType | None = None
    platforms: frozenset[str] | None = None
    is_thorough: bool = False
    budget: int | None = None  # tokens of passages, where an answer was composed of them


@dataclass(frozen=True, slots=True)
class GivenHit:
    """One thing that was handed out: a memory, or a message of a conversation."""

    id: str
    score: float
    message_id: str | None = None
    number: int | None = None  # of the message within the conversation, then

    @property
    def key(self) -> tuple[str, str | None]:
        """What it is, whatever its score."""
        return self.id, self.message_id


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """One question as it was answered then; `hits` are best first."""

    id: str
    at: datetime
    kind: QuestionKind
    text: str
    terms: Terms
    hits: tuple[GivenHit, ...]
    confidence: Confidence
    took_us: int  # microseconds
    channel: Channel
    token_id: str | None
    source: str | None


@dataclass(frozen=True, slots=True)
class QuestionQuery:
    """Which questions to list; None means any."""

    kind: QuestionKind | None = None
    token_id: str | None = None
    is_empty_handed: bool = False  # only those that got nothing
    before: str | None = None  # only those asked before the question with this id
