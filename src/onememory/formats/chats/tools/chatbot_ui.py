"""Chatbot UI's export: an object with the history, folders and prompts; in its first version the history alone."""

from collections.abc import Iterator, Mapping

from onememory.domain.conversations import Conversation, Message
from onememory.formats.chats.chat_formats import ChatFormat
from onememory.formats.chats.contents import said_in
from onememory.formats.chats.found import Tally
from onememory.formats.chats.json_stream import json_items
from onememory.formats.chats.members import Member
from onememory.formats.chats.outlines import outline_of
from onememory.formats.chats.roles import speaking_role
from onememory.formats.chats.values import id_at, list_at, object_at, text_at

PLATFORM = "custom"

_HISTORY = "history/[]/messages"
_FIRST_VERSION = ("[]/messages/[]/role", "[]/prompt", "[]/model", "[]/name")


def _sniff(head: bytes, _name: str) -> bool:
    """Whether it holds a history of named conversations."""
    outline = outline_of(head)
    return outline.has(_HISTORY, "history/[]/name") or outline.has(*_FIRST_VERSION)


def _read(member: Member, tally: Tally) -> Iterator[Conversation]:
    """The conversations, with the names of their folders as projects."""
    if not outline_of(member.head).has(_HISTORY):
        yield from (conversation_of(item, {}, tally) for item in json_items(member, tally))
        return
    folders = {
        id_at(item, "id"): text_at(item, "name")
        for item in json_items(member, tally, "folders")
        if text_at(item, "type") in {"", "chat"}
    }
    for item in json_items(member, tally, "history"):
        yield conversation_of(item, folders, tally)


def conversation_of(record: object, folders: Mapping[str, str], tally: Tally) -> Conversation:
    """One conversation; the export knows no times."""
    model = object_at(record, "model")
    model_name = text_at(model, "id", "name") or text_at(record, "model") or None
    messages = list[Message]()
    for item in list_at(record, "messages"):
        role = speaking_role(object_at(item).get("role"), tally)
        if role:
            said = said_in(object_at(item).get("content"), tally)
            spoken_by = None if role == "user" else model_name
            messages.append(Message("", role, said.text, None, spoken_by, said.attachments))
    title, folder = text_at(record, "name"), folders.get(id_at(record, "folderId"))
    own_id = id_at(record, "id")
    platform_id = f"{FORMAT.id}:{own_id}" if own_id else ""
    return Conversation(PLATFORM, platform_id, title, None, None, tuple(messages), folder)


FORMAT = ChatFormat("chatbot-ui", PLATFORM, _sniff, _read)
