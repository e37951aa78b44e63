"""What an assistant should know of the user before anything is asked: what is recent, often recalled, and pinned."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from onememory.domain.actors import Action, Actor, require
from onememory.domain.buckets import Bucket
from onememory.domain.conversations import StoredConversation
from onememory.domain.memories import Memory, MemoryState
from onememory.ports import Clock, MemoryQuery, Store, Transaction
from onememory.ports.archive import ConversationQuery
from onememory.services.audit import Audit

RECENT = 12
MOST_RECALLED = 12
PINNED = 6
COUNTED_FOR = timedelta(days=30)
COUNTED = 2_000  # of the newest entries of the audit log
RECALLS = ("memory.search", "memory.read")  # what lists show says nothing about what is of use


@dataclass(frozen=True, slots=True)
class Profile:
    """Active memories, none twice, and pinned conversations."""

    recalled: tuple[Memory, ...]  # most often first
    recent: tuple[Memory, ...]  # newest first
    pinned: tuple[StoredConversation, ...]
    buckets: tuple[Bucket, ...]  # every one of one's own within reach


class Profiles:
    """The use case of introducing the user."""

    def __init__(self, store: Store, audit: Audit, clock: Clock) -> None:
        self._store = store
        self._audit = audit
        self._clock = clock

    async def of(self, actor: Actor) -> Profile:
        """What there is to know of the user first."""
        require(actor, Action.READ)
        since = self._clock.now() - COUNTED_FOR

        def work(tx: Transaction) -> Profile:
            entries = tx.audit.of_actions(RECALLS, since, COUNTED)
            recalled = _recalled(
                tx, Counter(item for entry in entries for item in entry.items if entry.author_id is None)
            )
            known = {memory.id for memory in recalled}
            newest = tx.memories.newest(MemoryQuery(), RECENT + len(known))
            recent = [memory for memory in newest if memory.id not in known][:RECENT]
            return Profile(tuple(recalled), tuple(recent), _pinned(tx, actor), tuple(tx.buckets.all()))

        profile = await self._store.read(actor.scope, work)
        self._audit.note_read(actor, "memory.profile", [m.id for m in (*profile.recalled, *profile.recent)])
        return profile


def _recalled(tx: Transaction, counts: Counter[str]) -> list[Memory]:
    """The most recalled that are active and still the truth; of equals the newer one."""
    ranked = sorted(counts, key=lambda memory_id: (counts[memory_id], memory_id), reverse=True)
    found = tx.memories.get(ranked[: MOST_RECALLED * 4])
    memories = (found[memory_id] for memory_id in ranked if memory_id in found)
    return [m for m in memories if m.state is MemoryState.ACTIVE and m.superseded_by is None][:MOST_RECALLED]


def _pinned(tx: Transaction, actor: Actor) -> tuple[StoredConversation, ...]:
    if actor.bucket_ids is not None:
        return ()  # the archive has no buckets
    return tuple(tx.conversations.newest(ConversationQuery(is_pinned=True), PINNED))
