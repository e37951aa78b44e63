"""Look after the archive: list, read, pin, exclude and delete conversations."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from onememory.domain.actors import Action, Actor
from onememory.domain.conversations import ConversationState, Message, PlatformVolume, StoredConversation
from onememory.domain.errors import InvalidInput, NotFound
from onememory.ports import Store, Transaction
from onememory.ports.archive import ConversationQuery
from onememory.retrieval.centrality import central_sentences
from onememory.services.audit import Audit
from onememory.services.conversations.archive import Archive, require_archive

AT_ONCE = 1_000
MOST_PROJECTS = 200  # named as a choice
SHORT = 1_500  # characters; a chat that is not longer is its own summary
SUMMARY_SENTENCES = 12


@dataclass(frozen=True, slots=True)
class Page:
    """Some conversations and how many there are in all."""

    conversations: list[StoredConversation]
    total: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A conversation with its messages in order."""

    conversation: StoredConversation
    messages: list[tuple[int, Message]]


class History:
    """The use cases of conversations."""

    def __init__(self, store: Store, archive: Archive, audit: Audit) -> None:
        self._store = store
        self._archive = archive
        self._audit = audit

    async def page(self, actor: Actor, query: ConversationQuery, limit: int, skip: int) -> Page:
        """Part of the list, the newest first."""
        require_archive(actor, Action.READ)

        def work(tx: Transaction) -> Page:
            return Page(tx.conversations.newest(query, limit, skip), tx.conversations.count(query))

        page = await self._store.read(actor.scope, work)
        self._audit.note_read(actor, "history.list", [c.id for c in page.conversations])
        return page

    async def some(self, actor: Actor, conversation_ids: Sequence[str]) -> list[StoredConversation]:
        """Those of the ids that resolve and are recalled, in the order given."""
        require_archive(actor, Action.READ)
        ids = _bounded(conversation_ids)
        found = await self._store.read(actor.scope, lambda tx: tx.conversations.get(ids))
        return [found[i] for i in ids if i in found and found[i].state is ConversationState.ACTIVE]

    async def count(self, actor: Actor) -> int:
        """How many conversations are recalled."""
        require_archive(actor, Action.READ)
        return await self._store.read(actor.scope, lambda tx: tx.conversations.count(ConversationQuery()))

    async def volumes(self, actor: Actor) -> list[PlatformVolume]:
        """How much there is of each platform."""
        require_archive(actor, Action.READ)
        return await self._store.read(actor.scope, lambda tx: tx.conversations.volumes())

    async def projects(self, actor: Actor) -> list[tuple[str, int]]:
        """The projects and how many conversations each has, most first."""
        require_archive(actor, Action.READ)
        return await self._store.read(actor.scope, lambda tx: tx.conversations.projects(MOST_PROJECTS))

    async def read(self, actor: Actor, conversation_id: str, *, all_branches: bool = False) -> Reading:
        """One conversation: its current branch, or every branch; raises NotFound."""
        require_archive(actor, Action.READ)

        def work(tx: Transaction) -> Reading:
            conversation = conversation_of(tx, conversation_id)
            messages = tx.conversations.messages(conversation_id)
            return Reading(conversation, [(n, m) for n, m in messages if m.is_current or all_branches])

        reading = await self._store.read(actor.scope, work)
        self._audit.note_read(actor, "history.read", [conversation_id])
        return reading

    async def summary(self, actor: Actor, conversation_id: str) -> tuple[StoredConversation, str]:
        """The most central sentences of a conversation in their order; a short chat in full. Raises NotFound."""
        reading = await self.read(actor, conversation_id)
        spoken = [f"{m.speaker or m.role.value.capitalize()}: {m.text}" for _, m in reading.messages]
        whole = "\n".join(spoken)
        if len(whole) <= SHORT:
            return reading.conversation, whole
        # A chat of thousands of messages takes a second, in which others are served.
        return reading.conversation, await asyncio.to_thread(central_sentences, spoken, SUMMARY_SENTENCES)

    async def pin(self, actor: Actor, conversation_ids: Sequence[str], *, is_pinned: bool) -> list[str]:
        """Pin or unpin; a pinned conversation is safe from deletion in bulk. The ids that do not resolve."""
        require_archive(actor, Action.CHANGE)

        def work(tx: Transaction) -> list[str]:
            found = tx.conversations.get(_bounded(conversation_ids))
            for conversation in found.values():
                tx.conversations.change(replace(conversation, is_pinned=is_pinned))
            self._audit.write(tx, actor, "history.pin" if is_pinned else "history.unpin", list(found))
            return [c for c in conversation_ids if c not in found]

        return await self._store.write(actor.scope, work)

    async def exclude(self, actor: Actor, conversation_ids: Sequence[str]) -> list[str]:
        """Remove what was said but keep a placeholder, so that it never returns. The ids that do not resolve."""
        require_archive(actor, Action.DELETE_CHATS)

        def work(tx: Transaction) -> list[str]:
            found = tx.conversations.get(_bounded(conversation_ids))
            active = [c for c in found.values() if c.state is ConversationState.ACTIVE]
            self._archive.forget(tx, active)
            for conversation in active:
                tx.conversations.change(_emptied(conversation))
            self._audit.write(tx, actor, "history.exclude", [c.id for c in active])
            return [c for c in conversation_ids if c not in found]

        return await self._store.write(actor.scope, work)

    async def delete(self, actor: Actor, conversation_ids: Sequence[str]) -> list[str]:
        """Remove conversations with everything; the ids of those gone.

        Pinned ones stay, unless named alone; so do the placeholders of excluded ones, which keep them from coming back.
        """
        require_archive(actor, Action.DELETE_CHATS)

        def work(tx: Transaction) -> list[str]:
            found = tx.conversations.get(_bounded(conversation_ids))
            active = [c for c in found.values() if c.state is ConversationState.ACTIVE]
            gone = [c for c in active if not c.is_pinned or len(conversation_ids) == 1]
            self._archive.forget(tx, gone)
            ids = [c.id for c in gone]
            tx.conversations.remove(ids)
            self._audit.write(tx, actor, "history.delete", ids)
            return ids

        return await self._store.write(actor.scope, work)


def conversation_of(tx: Transaction, conversation_id: str) -> StoredConversation:
    """The conversation with this id; raises NotFound where there is none, or nothing is kept of it."""
    conversation = tx.conversations.get([conversation_id]).get(conversation_id)
    if conversation is None or conversation.state is ConversationState.EXCLUDED:
        raise NotFound("There is no conversation with this id.")
    return conversation


def _emptied(conversation: StoredConversation) -> StoredConversation:
    """A placeholder: the title is content too, and a hash of a short chat could be guessed."""
    emptied = replace(conversation, state=ConversationState.EXCLUDED, title="", project=None, content_hash="")
    return replace(emptied, message_count=0, token_count=0, is_pinned=False)


def _bounded(conversation_ids: Sequence[str]) -> list[str]:
    ids = list(dict.fromkeys(conversation_ids))
    if not 1 <= len(ids) <= AT_ONCE:
        raise InvalidInput(f"`ids` has {len(ids)} ids; send 1 to {AT_ONCE:,}.")
    return ids
