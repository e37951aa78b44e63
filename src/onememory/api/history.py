"""The contract's chat-history lists, and our own operations on conversations beside them."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from onememory.api import wire
from onememory.api.operations import Call
from onememory.api.senders import ROLES, SENDERS, Sender
from onememory.api.wire import LARGEST
from onememory.asgi.arguments import moment_of
from onememory.domain.conversations import Conversation, Message, StoredConversation, storable
from onememory.domain.errors import InvalidInput
from onememory.ports.archive import ConversationQuery

ConversationId = Annotated[str, Meta(max_length=64, description="The id of a conversation.")]
Ids = Annotated[list[ConversationId], Meta(description="1 to 1,000 ids of conversations.")]


class GivenMessage(Struct, rename="camel"):
    """A message that a client sends."""

    id: Annotated[str, Meta(max_length=200)]
    role: Sender
    content: str
    created_at: datetime | None = None


class GivenConversation(Struct, rename="camel"):
    """A conversation that a client sends."""

    id: Annotated[str, Meta(min_length=1, max_length=200)]
    title: str
    created_at: datetime
    messages: list[GivenMessage]
    updated_at: datetime | None = None


class Ingest(Struct, rename="camel"):
    """Arguments of POST /api/chat-history/ingest/custom-online."""

    conversation: GivenConversation
    platform: Annotated[str, Meta(pattern=r"^[a-zA-Z0-9\-_.]{1,100}(?!\n)$")] = "custom"
    platform_display_name: Annotated[str, Meta(max_length=200)] | None = None
    source: str | None = None


class QueuedConversation(Struct, rename="camel"):
    """The conversation as it was taken."""

    id: str
    platform_conversation_id: str
    title: str
    updated_at: datetime | None
    message_count: int
    status: Literal["queued"]


class Ingested(Struct, rename="camel"):
    """A conversation that was taken."""

    queued: bool
    import_id: str
    conversation_id: str
    platform: str
    conversation: QueuedConversation


class ListedChats(Struct, rename="camel", kw_only=True):
    """Which conversations are meant."""

    provider: str | None = None
    date_from: str | None = None
    date_to: str | None = None
    pinned_only: bool = False
    import_id: str | None = None
    project: Annotated[str, Meta(description="The project, folder or working directory they belong to.")] | None = None


class ListChats(ListedChats, kw_only=True):
    """Arguments of GET /api/chat-history/chats."""

    page: Annotated[int, Meta(ge=1, le=LARGEST)] = 1
    page_size: Annotated[int, Meta(ge=1, le=100)] = 25
    title: Annotated[str, Meta(description="A part of the title.")] | None = None
    source: str | None = None


class ChatBody(Struct, rename="camel"):
    """A conversation in the list."""

    id: str
    title: str
    platform: str
    message_count: int
    token_count: int
    created_at: datetime | None
    updated_at: datetime | None
    pinned: bool
    project: str | UnsetType = UNSET  # only where it belongs to one


class Chats(Struct, rename="camel"):
    """A page of conversations, newest first."""

    items: list[ChatBody]
    page: int
    page_size: int
    total: int
    total_pages: int


class ReadConversation(Struct, rename="camel"):
    """Arguments of GET /api/chat-history/conversation."""

    conversation_id: ConversationId
    branches: Literal["current", "all"] = "current"
    source: str | None = None


class MessageBody(Struct):
    """A message of a conversation."""

    message_index: int
    sender: Sender
    text: str
    timestamp: datetime | None
    is_current: bool | UnsetType = UNSET  # only where all branches are shown
    attachments: list[str] | UnsetType = UNSET


class ConversationBody(Struct, rename="camel"):
    """A conversation with its messages in order."""

    id: str
    title: str
    messages: list[MessageBody]
    total: int
    platform_conversation_id: str
    source_id: str
    token_count: int


class Counted(Struct):
    """How many conversations are recalled."""

    count: int


class ManyChats(Struct):
    """Names conversations."""

    ids: Ids


class ChatsDeleted(Struct):
    """The conversations that are gone."""

    deleted: list[str]
    count: int


class Volume(Struct, rename="camel"):
    """How much there is of one platform."""

    platform: str
    conversations: int
    messages: int
    tokens: int
    first: datetime | None
    last: datetime | None


class Summary(Struct, rename="camel"):
    """The most central sentences of a conversation, or all of a short one."""

    id: str
    title: str
    platform: str
    created_at: datetime | None
    summary: str


class OneConversation(Struct, rename="camel"):
    """Names one conversation."""

    conversation_id: ConversationId


async def ingest(call: Call, given: Ingest) -> Ingested:
    """Keep one conversation of up to 100,000 tokens; the same id again replaces it."""
    sent = given.conversation
    messages = tuple(
        Message(storable(m.id), ROLES[m.role], storable(m.content), _utc(m.created_at)) for m in sent.messages
    )
    updated_at = _utc(sent.updated_at)
    conversation = Conversation(
        given.platform, storable(sent.id), storable(sent.title), _utc(sent.created_at), updated_at, messages
    )
    record, conversation_id = await call.services.chat_imports.keep_one(call.actor, conversation, given.source)
    taken = QueuedConversation(conversation_id, sent.id, sent.title, updated_at, len(messages), "queued")
    return Ingested(
        queued=True, import_id=record.id, conversation_id=conversation_id, platform=given.platform, conversation=taken
    )


def _utc(moment: datetime | None) -> datetime | None:
    if moment is None or moment.tzinfo is None:
        return moment and moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise InvalidInput(f"{moment.isoformat()} is outside of the years 1 to 9999 in UTC.") from error


async def list_chats(call: Call, given: ListChats) -> Chats:
    """List conversations, newest first."""
    query = replace(conversation_query(given), title=given.title)
    skip = (given.page - 1) * given.page_size
    page = await call.services.history.page(call.actor, query, given.page_size, skip)
    pages = -(-page.total // given.page_size)
    return Chats([chat_body(c) for c in page.conversations], given.page, given.page_size, page.total, pages)


def conversation_query(given: ListedChats) -> ConversationQuery:
    """Which conversations to list; raises InvalidInput."""
    return ConversationQuery(
        platform=None if given.provider in {None, "all"} else given.provider,
        created_from=moment_of(given.date_from, "dateFrom"),
        created_to=moment_of(given.date_to, "dateTo", is_end=True),
        is_pinned=True if given.pinned_only else None,
        import_id=given.import_id,
        project=given.project,
    )


def chat_body(c: StoredConversation) -> ChatBody:
    """A conversation of a list."""
    sizes = (c.message_count, c.token_count)
    return ChatBody(c.id, c.title, c.platform, *sizes, c.created_at, c.updated_at, c.is_pinned, c.project or UNSET)


async def read_conversation(call: Call, given: ReadConversation) -> ConversationBody:
    """Read one conversation."""
    is_all = given.branches == "all"
    reading = await call.services.history.read(call.actor, given.conversation_id, all_branches=is_all)
    conversation = reading.conversation
    messages = [_message(number, message, is_all=is_all) for number, message in reading.messages]
    return ConversationBody(
        conversation.id,
        conversation.title,
        messages,
        len(messages),
        conversation.platform_id,
        conversation.platform,
        conversation.token_count,
    )


def _message(number: int, message: Message, *, is_all: bool) -> MessageBody:
    return MessageBody(
        number,
        SENDERS[message.role],
        message.text,
        message.created_at,
        message.is_current if is_all else UNSET,
        list(message.attachments) or UNSET,
    )


async def count_conversations(call: Call, given: object) -> Counted:
    """Count the conversations that are recalled."""
    return Counted(await call.services.history.count(call.actor))


async def delete_chats(call: Call, given: ManyChats) -> ChatsDeleted:
    """Remove conversations with all that was said in them."""
    gone = await call.services.history.delete(call.actor, given.ids)
    return ChatsDeleted(gone, len(gone))


async def exclude_chats(call: Call, given: ManyChats) -> wire.Shifted:
    """Remove what was said and never import it again."""
    return wire.shifted(given.ids, await call.services.history.exclude(call.actor, given.ids))


async def pin_chats(call: Call, given: ManyChats) -> wire.Shifted:
    """Pin conversations, which keeps them safe from deletion in bulk."""
    return wire.shifted(given.ids, await call.services.history.pin(call.actor, given.ids, is_pinned=True))


async def unpin_chats(call: Call, given: ManyChats) -> wire.Shifted:
    """Unpin conversations."""
    return wire.shifted(given.ids, await call.services.history.pin(call.actor, given.ids, is_pinned=False))


async def overview(call: Call, given: object) -> list[Volume]:
    """Say how much there is of each platform, and from when to when."""
    volumes = await call.services.history.volumes(call.actor)
    return [Volume(v.platform, v.conversations, v.messages, v.tokens, v.first, v.last) for v in volumes]


async def summarise(call: Call, given: OneConversation) -> Summary:
    """Give the most central sentences of a conversation, or all of a short one."""
    c, text = await call.services.history.summary(call.actor, given.conversation_id)
    return Summary(c.id, c.title, c.platform, c.created_at, text)
