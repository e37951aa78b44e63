"""What the index keeps of conversations: columns of their turns, and packed lists of the turns that hold a term."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from onememory.domain.conversations import Message
from onememory.retrieval.cues import text_cues
from onememory.retrieval.words import index_terms

MOST_COUNTED = 255  # occurrences of a term in a turn


@dataclass(frozen=True, slots=True)
class TurnColumns:
    """The turns of one conversation, in order; every array has one entry for each."""

    numbers: NDArray[np.int32]  # of the messages within the conversation
    speakers: tuple[str, ...]  # a name, or the role where there is none
    cues: NDArray[np.uint8]
    words: NDArray[np.uint16]
    lengths: NDArray[np.uint16]  # terms
    days: NDArray[np.int32]  # ordinals; -1 where unknown


@dataclass(frozen=True, slots=True)
class IndexedConversation:
    """One conversation ready for the index."""

    conversation_id: str
    platform: str
    columns: TurnColumns
    terms: tuple[Counter[str], ...]  # for each turn

    @property
    def size(self) -> int:
        """How many turns there are."""
        return len(self.terms)


@dataclass(frozen=True, slots=True)
class PackedPostings:
    """The turns that hold one term, counted from the start of their segment, as little-endian bytes."""

    turns: bytes  # uint32, ascending
    counts: bytes  # uint8


def to_be_found(messages: Iterable[tuple[int, Message]]) -> list[tuple[int, Message]]:
    """Those of a conversation's messages that the index keeps: the words of the current branch."""
    return [(number, message) for number, message in messages if message.is_current and message.text.strip()]


def indexed(
    conversation_id: str, platform: str, messages: Sequence[tuple[int, Message]], begun: datetime | None = None
) -> IndexedConversation:
    """What the index keeps of the messages that are to be found, each with its number.

    A message without a time of its own is of the day on which the conversation began.
    """
    moments = [message.created_at or begun for _, message in messages]
    terms = [Counter(index_terms(message.text)) for _, message in messages]
    cues = [text_cues(message.text) for _, message in messages]
    columns = TurnColumns(
        numbers=np.array([number for number, _ in messages], dtype=np.int32),
        speakers=tuple(message.speaker or message.role.value for _, message in messages),
        cues=np.array([cue.pack() for cue in cues], dtype=np.uint8),
        words=np.array([min(cue.words, 65_535) for cue in cues], dtype=np.uint16),
        lengths=np.array([min(counted.total(), 65_535) for counted in terms], dtype=np.uint16),
        days=np.array([moment.toordinal() if moment else -1 for moment in moments], dtype=np.int32),
    )
    return IndexedConversation(conversation_id, platform, columns, tuple(terms))


def packed(conversations: Iterable[IndexedConversation]) -> dict[str, PackedPostings]:
    """The postings of a segment that holds these conversations one after another."""
    turns: dict[str, list[int]] = {}
    counts: dict[str, bytearray] = {}
    place = 0
    for conversation in conversations:
        for counted in conversation.terms:
            for term, count in counted.items():
                if term in turns:
                    turns[term].append(place)
                    counts[term].append(min(count, MOST_COUNTED))
                else:
                    turns[term] = [place]
                    counts[term] = bytearray((min(count, MOST_COUNTED),))
            place += 1
    return {
        term: PackedPostings(np.array(at, dtype="<u4").tobytes(), bytes(counts[term])) for term, at in turns.items()
    }
