"""Find conversations by words: those with such a title first, then those in which something like it was said."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from onememory.domain.actors import Actor
from onememory.domain.conversations import StoredConversation
from onememory.domain.search import Confidence
from onememory.ports.archive import ArchiveFilters, ConversationQuery
from onememory.services.conversations.history import History
from onememory.services.finding.recall import Recall, RecallAsk, TurnHit

BY_TITLE = 5  # conversations at most
TURNS = 100  # looked at
PASSAGES = 2  # shown of one conversation
AT_MOST = 40  # conversations


@dataclass(slots=True)
class FoundConversation:
    """A conversation, and the best of what was said in it, best first; empty where its title alone fits."""

    conversation: StoredConversation
    hits: list[TurnHit] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FoundConversations:
    """The answer, best first."""

    found: list[FoundConversation]
    confidence: Confidence  # strong, too, where a title fits
    terms: tuple[str, ...]  # that were looked for, as the index spells them


class ConversationSearch:
    """Finds conversations."""

    def __init__(self, history: History, recall: Recall) -> None:
        self._history = history
        self._recall = recall

    async def find(self, actor: Actor, words: str, query: ConversationQuery) -> FoundConversations:
        """Those that the query allows; raises InvalidInput where there are no words."""
        titled = await self._history.page(actor, replace(query, title=" ".join(words.split())), BY_TITLE, 0)
        recalled = await self._recall.find(actor, RecallAsk(words, _filters(query), TURNS, context=0))
        hits = [hit for hit in recalled.near_hits if _fits(hit.conversation, query)]
        found = _gathered(titled.conversations, hits)
        confidence = "strong" if titled.conversations else recalled.confidence
        return FoundConversations(found[:AT_MOST], confidence, recalled.terms)


def _gathered(titled: Sequence[StoredConversation], hits: Sequence[TurnHit]) -> list[FoundConversation]:
    found = {conversation.id: FoundConversation(conversation) for conversation in titled}
    for hit in hits:
        of = found.setdefault(hit.conversation.id, FoundConversation(hit.conversation))
        if len(of.hits) < PASSAGES:
            of.hits.append(hit)
    return list(found.values())


def _filters(query: ConversationQuery) -> ArchiveFilters:
    """What the index can tell apart; days are those of the messages."""
    return ArchiveFilters(
        platforms=None if query.platform is None else frozenset({query.platform}),
        after=query.created_from.date() if query.created_from else None,
        before=query.created_to.date() if query.created_to else None,
    )


def _fits(conversation: StoredConversation, query: ConversationQuery) -> bool:
    """Whether it is what the index cannot tell apart."""
    return (
        query.project in {None, conversation.project}
        and query.import_id in {None, conversation.import_id}
        and query.is_pinned in {None, conversation.is_pinned}
    )
