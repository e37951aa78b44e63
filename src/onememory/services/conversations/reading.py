"""Read one conversation as a person does: part by part, along any of its ways, and look for words in it."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from onememory.domain.actors import Action, Actor
from onememory.domain.conversations import Message, StoredConversation
from onememory.domain.memories import Memory
from onememory.ports import Store, Transaction
from onememory.retrieval.ways import OneWay, Ways
from onememory.services.audit import Audit
from onememory.services.conversations.archive import require_archive
from onememory.services.conversations.history import conversation_of

AT_ONCE = 60  # messages of a part
LOOKED_FOR = 200  # characters
MOST_MEMORIES = 100  # of those that were made from one conversation

_WORD = re.compile(r'"([^"]+)"|(\S+)')


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part to read; messages are named by their numbers."""

    at: int | None = None  # the part with this message
    way: int | None = None  # along the way through this message; else through `at`
    message_id: str | None = None  # the platform's own, in place of `at`
    words: str = ""  # to look for; "several words" in quotation marks stand together
    count: int = AT_ONCE


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a way."""

    number: int
    message: Message
    versions: tuple[int, ...]  # numbers of those that could stand in its place, itself among them


@dataclass(frozen=True, slots=True)
class Part:
    """Some messages of a way through a conversation, in order."""

    conversation: StoredConversation
    turns: list[Turn]
    skipped: int  # messages of the way before this part
    total: int  # messages of the way
    before: int | None  # a message of the part before this one
    behind: int | None  # the first message of the part behind this one
    last: int | None  # the last message of the way
    has_ways: bool
    at: int | None  # the message that was asked for, where there is one
    found: list[int]  # every message of the conversation that holds the words, in order


class ConversationReading:
    """The use cases of a person who reads a conversation."""

    def __init__(self, store: Store, audit: Audit) -> None:
        self._store = store
        self._audit = audit

    async def part(self, actor: Actor, conversation_id: str, wanted: Wanted) -> Part:
        """One part; raises NotFound."""
        require_archive(actor, Action.READ)
        part = await self._store.read(actor.scope, lambda tx: _part(tx, conversation_id, wanted))
        self._audit.note_read(actor, "history.read", [conversation_id])
        return part

    async def messages(
        self, actor: Actor, conversation_id: str, numbers: Sequence[int]
    ) -> tuple[StoredConversation, dict[int, Message]]:
        """Those of the messages that there are, by number and in order; raises NotFound."""
        require_archive(actor, Action.READ)

        def work(tx: Transaction) -> tuple[StoredConversation, dict[int, Message]]:
            conversation = conversation_of(tx, conversation_id)
            found = tx.conversations.some_messages({conversation_id: numbers})
            return conversation, {number: message for (_, number), message in sorted(found.items())}

        read = await self._store.read(actor.scope, work)
        self._audit.note_read(actor, "history.read", [conversation_id])
        return read

    async def memories(self, actor: Actor, conversation_id: str) -> list[Memory]:
        """Those that were made from this conversation and are not in the trash, the newest first; raises NotFound."""
        require_archive(actor, Action.READ)

        def work(tx: Transaction) -> list[Memory]:
            conversation_of(tx, conversation_id)
            return tx.memories.of_conversation(conversation_id, MOST_MEMORIES)

        found = await self._store.read(actor.scope, work)
        self._audit.note_read(actor, "memory.list", [memory.id for memory in found])
        return found


def words_in(text: str) -> list[str]:
    """What is to be looked for, without regard to case."""
    found = _WORD.findall(text[:LOOKED_FOR])
    return list(dict.fromkeys(" ".join((quoted or word).casefold().split()) for quoted, word in found))


def _part(tx: Transaction, conversation_id: str, wanted: Wanted) -> Part:
    conversation = conversation_of(tx, conversation_id)
    found = _holding(tx, conversation_id, words_in(wanted.words))
    at = wanted.at
    if wanted.message_id and (named := tx.conversations.number_of(conversation_id, wanted.message_id)) is not None:
        at = named
    ways = _ways(tx, conversation)
    way = ways.through(at if wanted.way is None else wanted.way)
    place = _place(way, at)
    first = place // wanted.count * wanted.count
    end = first + wanted.count
    return Part(
        conversation=conversation,
        turns=_turns(tx, conversation_id, ways, way[first:end]),
        skipped=first,
        total=len(way),
        before=way[max(0, first - wanted.count)] if first else None,
        behind=way[end] if end < len(way) else None,
        last=way[-1] if way else None,
        has_ways=ways.are_many,
        at=at if way and way[place] == at else None,
        found=found,
    )


def _ways(tx: Transaction, conversation: StoredConversation) -> Ways | OneWay:
    count = tx.conversations.count_messages(conversation.id)
    if count == conversation.message_count:  # all are on the current branch, so that no outline need be read
        return OneWay(count)
    return Ways(tx.conversations.outlines(conversation.id))


def _place(way: Sequence[int], number: int | None) -> int:
    """Where on the way a message stands; the start, where it does not."""
    if number is None:
        return 0
    place = bisect_left(way, number)
    return place if place < len(way) and way[place] == number else 0


def _turns(tx: Transaction, conversation_id: str, ways: Ways | OneWay, numbers: Sequence[int]) -> list[Turn]:
    said = tx.conversations.some_messages({conversation_id: numbers})
    return [Turn(number, said[conversation_id, number], ways.versions(number)) for number in numbers]


def _holding(tx: Transaction, conversation_id: str, words: Sequence[str]) -> list[int]:
    if not words:
        return []
    texts = ((number, text.casefold()) for number, text in tx.conversations.texts(conversation_id))
    return [number for number, text in texts if all(word in text for word in words)]
