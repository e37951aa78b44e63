"""Open WebUI's export: an array of chats, each with its history as a tree of messages."""

from collections.abc import Iterator

from onememory.domain.conversations import Conversation, Message, Role
from onememory.formats.chats.branches import Node, in_order
from onememory.formats.chats.chat_formats import ChatFormat
from onememory.formats.chats.contents import Said, file_names, said_in
from onememory.formats.chats.found import LeftOut, Tally
from onememory.formats.chats.json_stream import json_document, json_items
from onememory.formats.chats.markup import Elements
from onememory.formats.chats.members import Member
from onememory.formats.chats.outlines import outline_of
from onememory.formats.chats.roles import speaking_role
from onememory.formats.chats.values import id_at, list_at, moment_at, object_at, text_at

PLATFORM = "openwebui"

_THOUGHTS = Elements("details", r'type="reasoning"', to_the_end=True)
_TOOLS = Elements("details", r'type="(?:tool_calls|code_interpreter)"', to_the_end=True)


def _sniff(head: bytes, _name: str) -> bool:
    """Whether it holds chats with a history and the place in it where one stands."""
    outline = outline_of(head)
    is_tree = any(outline.has(f"{place}chat/history/messages") for place in ("[]/", ""))
    is_bare = any(outline.has(f"{place}history/messages", f"{place}history/currentId") for place in ("[]/", ""))
    return is_tree or is_bare or outline.has("[]/chat/messages/[]/role", "[]/chat/models")


def _read(member: Member, tally: Tally) -> Iterator[Conversation]:
    """The chats of an array, or the one that is the whole file."""
    if outline_of(member.head).has("[]"):
        yield from (conversation_of(item, tally) for item in json_items(member, tally))
    else:
        yield conversation_of(json_document(member), tally)


def conversation_of(record: object, tally: Tally) -> Conversation:
    """One chat; the branch of the current message is the conversation."""
    chat = object_at(record, "chat") or object_at(record)
    history = object_at(chat, "history", "messages")
    if history:
        nodes = (_node(key, item, tally) for key, item in history.items())
        messages = in_order(nodes, id_at(object_at(chat, "history"), "currentId") or None)
    else:
        messages = tuple(filter(None, (_message("", item, tally) for item in list_at(chat, "messages"))))
    return Conversation(
        PLATFORM,
        id_at(record, "id") or id_at(chat, "id"),
        text_at(record, "title") or text_at(chat, "title"),
        moment_at(record, "created_at") or moment_at(chat, "timestamp"),
        moment_at(record, "updated_at"),
        messages,
    )


def _node(key: str, item: object, tally: Tally) -> Node:
    children = (child for child in list_at(item, "childrenIds") if isinstance(child, str))
    return Node(key, id_at(item, "parentId") or None, _message(key, item, tally), tuple(children))


def _message(key: str, item: object, tally: Tally) -> Message | None:
    role = speaking_role(object_at(item).get("role"), tally)
    if role is None:
        return None
    said = said_in(object_at(item).get("content"), tally)
    if role is Role.ASSISTANT:
        said = _answer(said, item, tally)
    return Message(
        key or id_at(item, "id"),
        role,
        said.text,
        moment_at(item, "timestamp"),
        (text_at(item, "model") or None) if role is Role.ASSISTANT else None,
        (*said.attachments, *file_names(list_at(item, "files"))),
    )


def _answer(said: Said, item: object, tally: Tally) -> Said:
    """The answer without what is folded away in it; from the output's messages where nothing else is left."""
    text = said.text
    for elements, kind in ((_THOUGHTS, LeftOut.THINKING), (_TOOLS, LeftOut.TOOL)):
        text, count = elements.cut_from(text)
        tally.left_out.update([kind] * count)
    if not text.strip():
        spoken = [part for part in list_at(item, "output") if text_at(part, "type") == "message"]
        text = "\n\n".join(filter(None, (said_in(object_at(part).get("content"), tally).text for part in spoken)))
    return Said(text, said.attachments)


FORMAT = ChatFormat("openwebui", PLATFORM, _sniff, _read)
