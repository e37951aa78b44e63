"""Conversations as a person reads them: found by words, part by part, along any of their branches."""

from datetime import datetime
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from onememory.api import wire
from onememory.api.history import ChatBody, ConversationId, ListedChats, OneConversation, chat_body, conversation_query
from onememory.api.naming import names_beside
from onememory.api.operations import Call
from onememory.api.senders import SENDERS, Sender
from onememory.api.wire import LARGEST
from onememory.domain.search import Confidence
from onememory.services.conversations.reading import AT_ONCE, LOOKED_FOR, Turn, Wanted
from onememory.services.finding.conversations import FoundConversation

MessageIndex = Annotated[int, Meta(ge=0, le=LARGEST)]


class FindConversations(ListedChats, kw_only=True):
    """Arguments of GET /api/chat-history/conversations."""

    query: Annotated[str, Meta(description="Words of a title or of what was said.")]


class Passage(Struct, rename="camel"):
    """A message that fits."""

    message_index: int
    sender: Sender
    text: str
    score: float


class FoundChat(Struct):
    """A conversation, and the best of what was said in it; no passages where its title alone fits."""

    conversation: ChatBody
    passages: list[Passage]


class FoundChats(Struct):
    """The conversations found, best first."""

    results: list[FoundChat]
    confidence: Confidence


class ReadMessages(Struct, rename="camel"):
    """Arguments of GET /api/chat-history/conversations/{conversationId}/messages."""

    conversation_id: ConversationId
    at: Annotated[MessageIndex, Meta(description="Read the part that holds this message; without it the first.")] | (
        None
    ) = None
    branch: (
        Annotated[MessageIndex, Meta(description="Read the branch that leads through this message; else through `at`.")]
        | None
    ) = None
    query: Annotated[str, Meta(max_length=LOOKED_FOR, description='Words to look for; "quoted ones" together.')] = ""
    count: Annotated[int, Meta(ge=1, le=1_000, description="Messages of a part.")] = AT_ONCE


class TurnBody(Struct, rename="camel"):
    """A message, and those that could stand in its place: earlier wordings, other answers."""

    message_index: int
    message_id: str
    sender: Sender
    text: str
    timestamp: datetime | None
    versions: Annotated[list[int] | UnsetType, Meta(description="Indexes, its own among them.")] = UNSET
    speaker: str | UnsetType = UNSET
    model: str | UnsetType = UNSET
    attachments: list[str] | UnsetType = UNSET


class MessagesPart(Struct):
    """Part of one branch, in order; `total` is the length of the branch, `skipped` what comes before the part."""

    messages: list[TurnBody]
    total: int
    skipped: int
    next: Annotated[int | None, Meta(description="The `at` of the part behind this one, where there is one.")]
    found: Annotated[list[int], Meta(description="Every message of the conversation that holds the words.")]


class MadeMemories(Struct):
    """The memories that were made from a conversation and are not in the trash, newest first."""

    data: list[wire.MemoryBody]


class ProjectBody(Struct):
    """A project, and how many conversations it has."""

    project: str
    conversations: int


async def find_conversations(call: Call, given: FindConversations) -> FoundChats:
    """Find conversations by words, best first."""
    answer = await call.services.conversation_search.find(call.actor, given.query, conversation_query(given))
    return FoundChats([_found(each) for each in answer.found], answer.confidence)


def _found(found: FoundConversation) -> FoundChat:
    passages = [Passage(h.number, SENDERS[h.message.role], h.message.text, h.score) for h in found.hits]
    return FoundChat(chat_body(found.conversation), passages)


async def read_messages(call: Call, given: ReadMessages) -> MessagesPart:
    """Read part of a conversation, along any of its branches, and look for words in it."""
    wanted = Wanted(given.at, given.branch, words=given.query, count=given.count)
    part = await call.services.conversation_reading.part(call.actor, given.conversation_id, wanted)
    return MessagesPart([_turn(turn) for turn in part.turns], part.total, part.skipped, part.behind, part.found)


def _turn(turn: Turn) -> TurnBody:
    message = turn.message
    return TurnBody(
        turn.number,
        message.id,
        SENDERS[message.role],
        message.text,
        message.created_at,
        list(turn.versions) or UNSET,
        message.speaker or UNSET,
        message.model or UNSET,
        list(message.attachments) or UNSET,
    )


async def list_made_memories(call: Call, given: OneConversation) -> MadeMemories:
    """List the memories that were made from a conversation."""
    memories = await call.services.conversation_reading.memories(call.actor, given.conversation_id)
    names = await names_beside(call, memories)
    return MadeMemories([wire.memory_body(memory, names) for memory in memories])


async def list_projects(call: Call, given: object) -> list[ProjectBody]:
    """List the projects of conversations, those with most first."""
    return [ProjectBody(*each) for each in await call.services.history.projects(call.actor)]
