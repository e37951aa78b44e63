"""Keep conversations: new ones, changed ones, and never again those that were excluded."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import msgspec

from onememory.domain.actors import Action, Actor, Scope, require
from onememory.domain.conversations import (
    TITLE_LIMIT,
    Conversation,
    ConversationState,
    Message,
    StoredConversation,
)
from onememory.domain.ids import mint
from onememory.ports import Clock, Store, TokenCounter, Transaction
from onememory.retrieval.archive import IndexedConversation, indexed, to_be_found
from onememory.services import quotas
from onememory.services.index.indexing import Indexing
from onememory.services.screening import Screening

UNTITLED = "Untitled"


class Outcome(StrEnum):
    """What became of one conversation of an import."""

    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    EXCLUDED = "excluded"
    TOO_LONG = "too_long"
    LEFT = "left"  # one that was restored is here with another text, which stays


@dataclass(frozen=True, slots=True)
class Kept:
    """One conversation as it is in the archive now."""

    outcome: Outcome
    conversation: StoredConversation
    secrets: int = 0  # masked in what was written


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A conversation with all that can be worked out before there is a transaction."""

    stored: StoredConversation
    messages: tuple[Message, ...]
    indexed: IndexedConversation
    secrets: int = 0


class Archive:
    """Puts conversations into rows and index, each wholly or not at all."""

    def __init__(
        self, store: Store, indexing: Indexing, tokens: TokenCounter, clock: Clock, screening: Screening
    ) -> None:
        self._store = store
        self._indexing = indexing
        self._tokens = tokens
        self._clock = clock
        self._screening = screening

    async def keep(
        self,
        scope: Scope,
        conversations: Sequence[Conversation],
        import_id: str | None = None,
        token_limit: int | None = None,
    ) -> list[Kept]:
        """Add what is new and replace what has changed, by platform and the platform's id; outcomes in order.

        Found by their words when this returns; their vectors are left to the worker.
        """
        prepared = await asyncio.to_thread(lambda: [self._screened(c, import_id) for c in conversations])

        def work(tx: Transaction) -> list[Kept]:
            kept = [self._decide(tx, each, token_limit) for each in prepared]
            by_outcome = {
                outcome: [p for p, k in zip(prepared, kept, strict=True) if k.outcome is outcome] for outcome in Outcome
            }
            ids = {id(p): k.conversation for p, k in zip(prepared, kept, strict=True)}
            changed = [(ids[id(p)], p) for p in by_outcome[Outcome.UPDATED]]
            self._forget(tx, [conversation for conversation, _ in changed])
            tx.conversations.remove([conversation.id for conversation, _ in changed])
            fresh = changed + [(p.stored, p) for p in by_outcome[Outcome.NEW]]
            quotas.take(tx, 0, (message.text for _, p in fresh for message in p.messages))
            tx.conversations.add([(conversation, p.messages) for conversation, p in fresh])
            tx.archive.put([replace(p.indexed, conversation_id=conversation.id) for conversation, p in fresh])
            if fresh:
                self._indexing.enqueue(tx)
            return kept

        return await self._store.write(scope, work)

    def _decide(self, tx: Transaction, prepared: _Prepared, token_limit: int | None) -> Kept:
        new = prepared.stored
        if token_limit is not None and new.token_count > token_limit:
            return Kept(Outcome.TOO_LONG, new)
        known = tx.conversations.known(new.platform, [new.platform_id]).get(new.platform_id)
        if known is None:
            return Kept(Outcome.NEW, new, prepared.secrets)
        if known.state is ConversationState.EXCLUDED:
            return Kept(Outcome.EXCLUDED, known)
        if known.content_hash == new.content_hash:
            return Kept(Outcome.UNCHANGED, known)
        same = replace(new, id=known.id, recorded_at=known.recorded_at, is_pinned=known.is_pinned)
        return Kept(Outcome.UPDATED, same, prepared.secrets)

    async def restore(
        self, scope: Scope, kept: Sequence[tuple[StoredConversation, tuple[Message, ...]]], *, is_preview: bool = False
    ) -> list[Outcome]:
        """Put back what was exported, with its ids, times, pins and placeholders; what is here is left alone."""
        prepared = await asyncio.to_thread(lambda: [self._restorable(*each) for each in kept])

        def work(tx: Transaction) -> list[Outcome]:
            seen: set[str] = set()
            outcomes = [_decide_restored(tx, each.stored, seen) for each in prepared]
            fresh = [p for p, outcome in zip(prepared, outcomes, strict=True) if outcome is Outcome.NEW]
            active = [p for p in fresh if p.stored.state is ConversationState.ACTIVE]
            if fresh and not is_preview:
                quotas.take(tx, 0, (message.text for p in fresh for message in p.messages))
                tx.conversations.add([(p.stored, p.messages) for p in fresh])
                tx.archive.put([p.indexed for p in active])
                self._indexing.enqueue(tx)
            return outcomes

        return await (self._store.read if is_preview else self._store.write)(scope, work)

    def _restorable(self, kept: StoredConversation, messages: tuple[Message, ...]) -> _Prepared:
        said, _ = self._screening.conversation(
            Conversation(
                kept.platform, kept.platform_id, kept.title, kept.created_at, kept.updated_at, messages, kept.project
            )
        )
        made = self._prepared(said, kept.import_id)
        stored = replace(
            made.stored,
            id=kept.id,
            title=said.title[:TITLE_LIMIT],
            recorded_at=kept.recorded_at,
            state=kept.state,
            is_pinned=kept.is_pinned,
            content_hash=""
            if kept.state is ConversationState.EXCLUDED
            else kept.content_hash or made.stored.content_hash,
        )
        return _Prepared(stored, said.messages, replace(made.indexed, conversation_id=kept.id))

    def _screened(self, conversation: Conversation, import_id: str | None) -> _Prepared:
        kept, secrets = self._screening.conversation(conversation)
        return replace(self._prepared(kept, import_id), secrets=secrets)

    def _prepared(self, conversation: Conversation, import_id: str | None) -> _Prepared:
        now = self._clock.now()
        current = to_be_found(enumerate(conversation.messages))
        stored = StoredConversation(
            id=mint(now),
            platform=conversation.platform,
            platform_id=conversation.platform_id,
            title=(conversation.title.strip() or UNTITLED)[:TITLE_LIMIT],
            project=conversation.project,
            created_at=conversation.created_at,
            updated_at=conversation.updated_at,
            recorded_at=now,
            state=ConversationState.ACTIVE,
            is_pinned=False,
            message_count=len(current),
            token_count=sum(self._tokens.count([m.text for _, m in current])),
            content_hash=_hash(conversation),
            import_id=import_id,
        )
        return _Prepared(stored, conversation.messages, indexed(stored.id, stored.platform, current, stored.created_at))

    def forget(self, tx: Transaction, conversations: Sequence[StoredConversation]) -> None:
        """Take conversations out of the index and remove their messages; the rows stay as they are."""
        self._forget(tx, conversations)
        tx.conversations.clear([conversation.id for conversation in conversations])

    def _forget(self, tx: Transaction, conversations: Sequence[StoredConversation]) -> None:
        for conversation in conversations:
            messages = to_be_found(tx.conversations.messages(conversation.id))
            tx.archive.remove([indexed(conversation.id, conversation.platform, messages)])


def _decide_restored(tx: Transaction, new: StoredConversation, seen: set[str]) -> Outcome:
    keys = {new.id, f"{new.platform} {new.platform_id}"}
    is_twice = not seen.isdisjoint(keys)
    seen |= keys
    known = tx.conversations.known(new.platform, [new.platform_id]).get(new.platform_id)
    if known is None:
        return Outcome.LEFT if is_twice or tx.conversations.get([new.id]) else Outcome.NEW
    if known.content_hash == new.content_hash:
        return Outcome.UNCHANGED
    return Outcome.EXCLUDED if known.state is ConversationState.EXCLUDED else Outcome.LEFT


def _hash(conversation: Conversation) -> str:
    # Times are no part of it: the same conversation with other text replaces it, whatever its times.
    said = [(m.id, m.role, m.text, m.is_current, m.attachments) for m in conversation.messages]
    return hashlib.sha256(msgspec.json.encode([conversation.title, said])).hexdigest()


def is_for_archive(actor: Actor) -> bool:
    """The archive has no buckets, so a token that is limited to some has no part in it."""
    return actor.bucket_ids is None


def require_archive(actor: Actor, action: Action) -> None:
    """Pass, or raise Forbidden where the actor may not do this or has no part in the archive."""
    require(actor, action)
    if not is_for_archive(actor):
        require(actor, Action.MANAGE_BUCKETS)
