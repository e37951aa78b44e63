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
from onememory.ports import MemoryQuery, Place, Store, Transaction
from onememory.services.archive import is_for_archive
from onememory.services.audit import Audit
from onememory.services.buckets import bucket_of
from onememory.services.memories import memory_of

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

    def __init__(self, store: Store, audit: Audit) -> None:
        self._store = store
        self._audit = audit

    async def part(self, actor: Actor, query: MemoryQuery, limit: int, cursor: str | None = None) -> Part:
        """The part of a list behind a cursor; raises NotFound for a bucket out of reach, InvalidInput for a cursor."""
        require(actor, Action.READ)
        place = place_of(cursor) if cursor else None

        def work(tx: Transaction) -> Part:
            for bucket_id in query.filters.bucket_ids or ():
                bucket_of(tx, bucket_id)
            found = tx.memories.newest(query, limit + 1, older_than=place)
            memories = found[:limit]
            goes_on = cursor_of(memories[-1]) if len(found) > limit and memories else None
            return Part(memories, tx.memories.count(query), tx.buckets.all(), goes_on)

        part = await self._store.read(actor.scope, work)
        self._audit.note_read(actor, "memory.list", [memory.id for memory in part.memories])
        return part

    async def sources(self, actor: Actor) -> list[str]:
        """The names of the clients that wrote memories, in order."""
        require(actor, Action.READ)
        return await self._store.read(actor.scope, lambda tx: tx.memories.sources(MOST_SOURCES), brief=True)

    async def some(self, actor: Actor, memory_ids: Sequence[str]) -> list[Memory]:
        """Those of the ids that resolve, whatever their state, in the order given."""
        require(actor, Action.READ)
        found = await self._store.read(actor.scope, lambda tx: tx.memories.get(memory_ids))
        self._audit.note_read(actor, "memory.read", list(found))
        return [found[memory_id] for memory_id in memory_ids if memory_id in found]

    async def around(self, actor: Actor, memory_id: str) -> Surroundings:
        """One memory, whatever its state, with what its row names; raises NotFound."""
        require(actor, Action.READ)
        surroundings = await self._store.read(actor.scope, lambda tx: _around(tx, actor, memory_id), brief=True)
        self._audit.note_read(actor, "memory.read", [memory_id])
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


def _around(tx: Transaction, actor: Actor, memory_id: str) -> Surroundings:
    memory = memory_of(tx, memory_id)
    origin = memory.provenance
    named = [memory.supersedes, memory.superseded_by, memory.merged_into, *origin.parents]
    return Surroundings(
        memory=memory,
        buckets=tx.buckets.all(),
        tokens={token.id: token for token in tx.tokens.all()},
        conversation=_conversation(tx, actor, origin.conversation_id),
        related=tx.memories.get([each for each in named if each]),
    )


def _conversation(tx: Transaction, actor: Actor, conversation_id: str | None) -> StoredConversation | None:
    if conversation_id is None or not is_for_archive(actor):
        return None
    found = tx.conversations.get([conversation_id]).get(conversation_id)
    return found if found and found.state is ConversationState.ACTIVE else None
