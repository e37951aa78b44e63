"""Looking through memories as a person does: lists that go on from any place, and one memory with all around it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from onememory.domain.accounts import Token
from onememory.domain.actors import Action, Actor, require
from onememory.domain.buckets import Bucket
from onememory.domain.conversations import ConversationState, StoredConversation
from onememory.domain.errors import InvalidInput
from onememory.domain.memories import Memory
from onememory.domain.proposals import Proposal
from onememory.ports import MemoryQuery, Place, Transaction
from onememory.services.audit import Audit
from onememory.services.conversations.archive import is_for_archive
from onememory.services.notebook.lists import count_in, found_in, newest_in, some_in
from onememory.services.reach import House, Open, Reach, Split, buckets_in, by_house, check_buckets

MOST_SOURCES = 200  # named as a choice

_CURSOR = re.compile(r"(-?[0-9]{1,14})\.([A-Za-z0-9_-]{1,64})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Part:
    """Some memories of a list, newest first."""

    memories: list[Memory]
    total: int  # how many the whole list has
    buckets: list[Bucket]  # every bucket within reach
    next: str | None  # the cursor of the part behind it, where there is one


@dataclass(frozen=True, slots=True)
class Surroundings:
    """One memory with what its row names."""

    memory: Memory
    buckets: list[Bucket]  # every bucket within reach
    tokens: Mapping[str, Token]  # by id: those that wrote it or changed it
    conversation: StoredConversation | None  # from which it was made
    related: Mapping[str, Memory] = field(
        default_factory=dict
    )  # by id: what it replaces, what replaces it, its parents


class Browsing:
    """The use cases of looking through memories."""

    def __init__(self, reach: Reach, audit: Audit) -> None:
        self._reach = reach
        self._audit = audit

    async def part(self, actor: Actor, query: MemoryQuery, limit: int, cursor: str | None = None) -> Part:
        """The part of a list behind a cursor; raises NotFound for a bucket out of reach, InvalidInput for a cursor."""
        require(actor, Action.READ)
        place = place_of(cursor) if cursor else None

        def work(rooms: Sequence[Open]) -> tuple[Part, Split]:
            check_buckets(rooms, query.filters.bucket_ids)
            found = newest_in(rooms, query, limit + 1, older_than=place)
            memories = found[:limit]
            goes_on = cursor_of(memories[-1]) if len(found) > limit and memories else None
            part = Part(memories, count_in(rooms, query), buckets_in(rooms), goes_on)
            return part, by_house(rooms, memories)

        part, split = await self._reach.together(actor, work)
        self._audit.note_reads(actor, "memory.list", split)
        return part

    async def sources(self, actor: Actor) -> list[str]:
        """The names of the clients that wrote memories, in order."""
        require(actor, Action.READ)
        return await self._reach.together(actor, _sources, brief=True)

    async def some(self, actor: Actor, memory_ids: Sequence[str]) -> list[Memory]:
        """Those of the ids that resolve, whatever their state, in the order given."""
        require(actor, Action.READ)

        def work(rooms: Sequence[Open]) -> tuple[list[Memory], Split]:
            found = some_in(rooms, memory_ids)
            memories = [found[memory_id] for memory_id in memory_ids if memory_id in found]
            return memories, by_house(rooms, memories)

        memories, split = await self._reach.together(actor, work)
        self._audit.note_reads(actor, "memory.read", split)
        return memories

    async def around(self, actor: Actor, memory_id: str) -> Surroundings:
        """One memory, whatever its state, with what its row names; raises NotFound."""
        require(actor, Action.READ)
        house, surroundings = await self._reach.together(actor, lambda rooms: _around(rooms, memory_id), brief=True)
        self._audit.note_read(house.actor, "memory.read", [memory_id])
        return surroundings


def cursor_of(item: Memory | Proposal) -> str:
    """What names the place behind an item of a list."""
    return f"{(item.created_at - _EPOCH) // _MILLISECOND}.{item.id}"


def place_of(cursor: str) -> Place:
    """The place that a cursor names; raises InvalidInput."""
    found = _CURSOR.fullmatch(cursor)
    if not found:
        raise InvalidInput("`cursor` is not one that a list answered; send the `next` of the part before.")
    return Place(_EPOCH + int(found[1]) * _MILLISECOND, found[2])


def _sources(rooms: Sequence[Open]) -> list[str]:
    return sorted({source for room in rooms for source in room.tx.memories.sources(MOST_SOURCES)})[:MOST_SOURCES]


def _around(rooms: Sequence[Open], memory_id: str) -> tuple[House, Surroundings]:
    room, memory = found_in(rooms, memory_id)
    tx, actor, origin = room.tx, room.house.actor, memory.provenance
    named = [memory.supersedes, memory.superseded_by, memory.merged_into, *origin.parents]
    around = Surroundings(
        memory=memory,
        buckets=buckets_in(rooms),
        tokens={} if actor.guest else {token.id: token for token in tx.tokens.all()},
        conversation=_conversation(tx, actor, origin.conversation_id),
        related=tx.memories.get([each for each in named if each]),
    )
    return room.house, around


def _conversation(tx: Transaction, actor: Actor, conversation_id: str | None) -> StoredConversation | None:
    if conversation_id is None or not is_for_archive(actor):
        return None
    found = tx.conversations.get([conversation_id]).get(conversation_id)
    return found if found and found.state is ConversationState.ACTIVE else None
