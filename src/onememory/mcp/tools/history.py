"""Tools on past chats."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from onememory.asgi import addresses
from onememory.asgi.arguments import moment_of
from onememory.domain.conversations import Message, PlatformVolume
from onememory.domain.errors import InvalidInput
from onememory.mcp.tools.calls import Nothing, ToolCall
from onememory.mcp.tools.render import NOTE, ConversationItem, conversation_item, cut_off, day, speaker
from onememory.mcp.tools.schemas import LARGEST
from onememory.ports import TokenCounter
from onememory.ports.archive import ArchiveFilters
from onememory.security.plain_text import plain, plain_line
from onememory.services.finding.answers import DEFAULT_TOKENS, MOST_TOKENS, Answer, Budgeted, Manner

OF_SEVERAL = 300  # tokens of each answer where several are asked and none says how many
PAGE_TOKENS = 10_000  # of one call of get_full_conversation
MESSAGE_TOKENS = 15  # of what stands beside the text of a message
EXPORT_HINT = "export_conversation gives all"
EMPTY = "There are no chats in the archive yet."

MaxTokens = Annotated[int, Meta(ge=1, le=LARGEST, description=f"At most {MOST_TOKENS}")]


class OneQuery(Struct, rename="camel"):
    """One of several queries, with a budget of its own."""

    query: str
    max_tokens: MaxTokens | None = None


class Recall(Struct, rename="camel"):
    """Arguments of recall_chat_history."""

    query: str | None = None
    queries: Annotated[list[OneQuery], Meta(max_length=15)] | None = None
    before: Annotated[str, Meta(description="ISO date")] | None = None
    after: Annotated[str, Meta(description="ISO date")] | None = None
    mode: Literal["speed", "quality"] = "speed"
    max_tokens: MaxTokens | None = None

    @property
    def questions(self) -> list[Budgeted]:
        """Each question with its budget; raises InvalidInput where there is none."""
        several = self.queries or []
        first = [OneQuery(self.query)] if self.query and self.query.strip() else []
        if not first and not several:
            raise InvalidInput("Send `query`, or `queries` with up to 15 of them.")
        usual = self.max_tokens or (OF_SEVERAL if several else DEFAULT_TOKENS)
        return [Budgeted(q.query, q.max_tokens or usual) for q in (*first, *several)]

    @property
    def filters(self) -> ArchiveFilters:
        """The days that it is about; raises InvalidInput for what is no date."""
        after, before = moment_of(self.after, "after"), moment_of(self.before, "before")
        return ArchiveFilters(after=after.date() if after else None, before=before.date() if before else None)


class SourceItem(Struct, rename="camel"):
    """Where a passage comes from."""

    conversation_id: str
    title: str
    message_id: str
    date: str | UnsetType = UNSET


class AnswerItem(Struct):
    """The passages about one question, and their sources in the same order."""

    query: str
    found: bool
    confidence: str
    answer: str
    sources: list[SourceItem]


class Recalled(Struct):
    """An answer for each question, in order."""

    results: list[AnswerItem]
    note: str = NOTE


class VolumeItem(Struct):
    """How much there is of one platform, and from when to when."""

    platform: str
    conversations: int
    messages: int
    tokens: int
    first: str | UnsetType = UNSET
    last: str | UnsetType = UNSET


class Overview(Struct):
    """How much there is of each platform."""

    platforms: list[VolumeItem]
    conversations: int
    message: str


class OneConversation(Struct, rename="camel"):
    """Names a conversation."""

    conversation_id: str


class Summary(ConversationItem, kw_only=True):
    """The most central sentences of a conversation, or all of a short one."""

    summary: str
    note: str = NOTE


class ReadConversation(Struct, rename="camel"):
    """Arguments of get_full_conversation."""

    conversation_id: str
    skip: Annotated[int, Meta(ge=0, le=LARGEST, description="nextSkip of the last answer")] = 0


class MessageItem(Struct):
    """What was said in one turn."""

    id: str
    role: str
    text: str
    date: str | UnsetType = UNSET


class Pages(Struct):
    """Some messages of a conversation; `next_skip` is where the next ones begin."""

    items: list[MessageItem]
    next_skip: int | None


class FullConversation(ConversationItem, rename="camel", kw_only=True):
    """A conversation, or a part of a long one."""

    messages: list[MessageItem]
    message: str
    next_skip: int | UnsetType = UNSET
    note: str = NOTE


class Exported(Struct, rename="camel"):
    """Where a conversation can be fetched as JSON without a login, and until when."""

    url: str
    expires_at: str
    message: str | UnsetType = UNSET


async def recall_chat_history(call: ToolCall, given: Recall) -> Recalled:
    """Recall what was said in past chats, cited and cut to a budget of tokens."""
    answers = await call.services.answers.give(
        call.actor, given.questions, given.filters, Manner(given.mode == "quality"), call.client
    )
    results = [_answered(answer) for answer in answers]
    if not any(result.found for result in results) and not await call.services.history.count(call.actor):
        for result in results:
            result.answer = EMPTY
    return Recalled(results)


def _answered(answer: Answer) -> AnswerItem:
    sources = [
        SourceItem(s.conversation_id, plain_line(s.title), plain_line(s.message_id), s.date or UNSET)
        for s in answer.sources
    ]
    return AnswerItem(plain(answer.query), bool(sources), answer.confidence, plain(answer.content), sources)


async def chat_history_overview(call: ToolCall, given: Nothing) -> Overview:
    """Say how much there is of each platform."""
    volumes = await call.services.history.volumes(call.actor)
    items = [_volume(volume) for volume in volumes]
    total = sum(v.conversations for v in volumes)
    return Overview(items, total, f"Conversations: {total}." if total else EMPTY)


def _volume(v: PlatformVolume) -> VolumeItem:
    first, last = v.first and day(v.first), v.last and day(v.last)
    return VolumeItem(plain_line(v.platform), v.conversations, v.messages, v.tokens, first or UNSET, last or UNSET)


async def get_conversation_summary(call: ToolCall, given: OneConversation) -> Summary:
    """Give the most central sentences of a conversation."""
    conversation, text = await call.services.history.summary(call.actor, given.conversation_id)
    item = conversation_item(conversation)
    return Summary(item.id, item.title, item.platform, item.date, summary=plain(text))


async def get_full_conversation(call: ToolCall, given: ReadConversation) -> FullConversation:
    """Read a conversation, a part at a time where it is long."""
    reading = await call.services.history.read(call.actor, given.conversation_id)
    messages = [message for _, message in reading.messages]
    page = await messages_from(messages, given.skip, call.services.tokens)
    end = given.skip + len(page.items)
    shown = f"Messages {given.skip + 1} to {end} of {len(messages)}." if page.items else "There are no more messages."
    more = f" Call again with skip={end} for the next." if page.next_skip else ""
    item = conversation_item(reading.conversation)
    return FullConversation(
        item.id,
        item.title,
        item.platform,
        item.date,
        messages=page.items,
        message=shown + more,
        next_skip=page.next_skip or UNSET,
    )


async def messages_from(messages: Sequence[Message], skip: int, tokens: TokenCounter) -> Pages:
    """As many messages from this one on as fit into a page; one that is longer than a page is cut."""
    return await asyncio.to_thread(_messages_from, messages, skip, tokens)


def _messages_from(messages: Sequence[Message], skip: int, tokens: TokenCounter) -> Pages:
    items: list[MessageItem] = []
    left = PAGE_TOKENS
    for message in messages[skip:]:
        text = plain(message.text)
        cost = tokens.count([text])[0] + MESSAGE_TOKENS
        if cost > left and items:
            return Pages(items, skip + len(items))
        if cost > PAGE_TOKENS:
            text = cut_off(text, PAGE_TOKENS, tokens, EXPORT_HINT)
        date = day(message.created_at) if message.created_at else UNSET
        items.append(MessageItem(plain_line(message.id), speaker(message), text, date))
        left -= cost
    return Pages(items, None)


async def export_conversation(call: ToolCall, given: OneConversation) -> Exported:
    """Make a link that gives a conversation as JSON for 15 minutes, without a login."""
    link = await call.services.conversation_links.make(call.actor, given.conversation_id)
    url = addresses.exported_conversation(call.public_url, link)
    needs = UNSET if call.serves_links else f"The link opens while the server runs at {call.public_url}."
    return Exported(url, link.expires_at.isoformat().replace("+00:00", "Z"), needs)
