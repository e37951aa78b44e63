"""The pair `search` and `fetch`, in the exact shapes that ChatGPT's research asks for."""

import re

from msgspec import UNSET, Struct, UnsetType

from onememory.asgi import addresses
from onememory.domain.conversations import StoredConversation
from onememory.domain.errors import NotFound
from onememory.domain.memories import Memory
from onememory.mcp.tools.calls import ToolCall
from onememory.mcp.tools.history import MessageItem, messages_from
from onememory.mcp.tools.render import NOTE, Names, conversation_item, day, memory_item, names_beside
from onememory.security.plain_text import plain, plain_line
from onememory.services.finding.recall import RecallAsk
from onememory.services.finding.search import Ask

MEMORIES = 10
TURNS = 12  # of chats; several may be of one
TITLE = 80  # characters

_PART = re.compile(r"(?P<id>.+):(?P<skip>[0-9]{1,9})")


class Search(Struct):
    """Arguments of search."""

    query: str


class ResultItem(Struct):
    """A memory or a conversation that was found."""

    id: str
    title: str
    url: str


class Results(Struct):
    """What was found, memories first."""

    results: list[ResultItem]


class Fetch(Struct):
    """Arguments of fetch."""

    id: str


class Metadata(Struct, rename="camel"):
    """What is known of a document beside its text."""

    note: str
    kind: str
    date: str | UnsetType = UNSET
    about: str | UnsetType = UNSET
    bucket: str | UnsetType = UNSET
    trust: str | UnsetType = UNSET
    source: str | UnsetType = UNSET
    state: str | UnsetType = UNSET
    superseded_by: str | UnsetType = UNSET
    author: str | UnsetType = UNSET
    platform: str | UnsetType = UNSET
    next_id: str | UnsetType = UNSET  # fetches the rest of a long conversation


class Document(Struct):
    """A memory or a conversation in full."""

    id: str
    title: str
    text: str
    url: str
    metadata: Metadata


async def search(call: ToolCall, given: Search) -> Results:
    """Find memories, and chats where the token may read them."""
    ask = Ask(given.query, limit=MEMORIES, floor="weak", source=call.client)
    found = await call.services.search.find(call.actor, ask)
    memories = [hit.memory for hit in found.hits]
    names = await names_beside(call.services, call.actor, memories)
    results = [_memory_result(call, memory, names) for memory in memories]
    if call.actor.bucket_ids is None:  # the archive has no buckets
        recalled = await call.services.recall.find(
            call.actor, RecallAsk(given.query, limit=TURNS, only_near=True), call.client
        )
        hits = recalled.near_hits if recalled.confidence != "none" else ()
        near = {hit.conversation.id: hit.conversation for hit in hits}
        results += [_conversation_result(call, conversation) for conversation in near.values()]
    return Results(results)


def _memory_result(call: ToolCall, memory: Memory, names: Names) -> ResultItem:
    return ResultItem(memory.id, _memory_title(memory, names), addresses.memory(call.public_url, memory.id))


def _conversation_result(call: ToolCall, conversation: StoredConversation) -> ResultItem:
    title = _conversation_title(conversation)
    return ResultItem(conversation.id, title, addresses.conversation(call.public_url, conversation.id))


def _memory_title(memory: Memory, names: Names) -> str:
    text, author = plain_line(memory.text), names.authors.get(memory.id)
    by = f" by {plain_line(author)}" if author else ""
    return f"Memory of {day(memory.created_at)}{by}: {text if len(text) <= TITLE else text[:TITLE].rstrip() + '…'}"


def _conversation_title(conversation: StoredConversation) -> str:
    item = conversation_item(conversation)
    return f"Chat of {item.date}: {item.title}" if item.date else f"Chat: {item.title}"


async def fetch(call: ToolCall, given: Fetch) -> Document:
    """One memory, or one conversation or a part of a long one; raises NotFound."""
    try:
        memory = await call.services.memories.get(call.actor, given.id)
    except NotFound:
        return await _conversation(call, given.id)
    names = await names_beside(call.services, call.actor, [memory])
    item = memory_item(memory, names, plain(memory.text))
    metadata = Metadata(
        NOTE,
        "memory",
        item.date,
        item.about,
        item.bucket,
        item.trust,
        item.source,
        item.state,
        item.superseded_by,
        item.author,
    )
    return Document(
        item.id, _memory_title(memory, names), item.text, addresses.memory(call.public_url, item.id), metadata
    )


async def _conversation(call: ToolCall, document_id: str) -> Document:
    if call.actor.bucket_ids is not None:
        raise NotFound("There is no memory with this id.")
    part = _PART.fullmatch(document_id)
    conversation_id, skip = (part["id"], int(part["skip"])) if part else (document_id, 0)
    try:
        reading = await call.services.history.read(call.actor, conversation_id)
    except NotFound as error:
        raise NotFound("There is no memory and no conversation with this id.") from error
    page = await messages_from([message for _, message in reading.messages], skip, call.services.tokens)
    item = conversation_item(reading.conversation)
    metadata = Metadata(NOTE, "conversation", item.date, platform=item.platform)
    if page.next_skip:
        metadata.next_id = f"{conversation_id}:{page.next_skip}"
    return Document(
        document_id,
        _conversation_title(reading.conversation),
        "\n\n".join(map(_spoken, page.items)),
        addresses.conversation(call.public_url, conversation_id),
        metadata,
    )


def _spoken(message: MessageItem) -> str:
    dated = f" ({message.date})" if message.date else ""
    return f"{message.role}{dated}: {message.text}"
