"""ChatGPT: conversations.json, whole or in numbered parts, each conversation a tree of nodes."""

from collections.abc import Iterator

from onememory.domain.conversations import Conversation, MemorySuggestion, Message
from onememory.formats.chats.branches import Node, in_order
from onememory.formats.chats.chat_formats import ChatFormat
from onememory.formats.chats.found import Found, Tally
from onememory.formats.chats.json_stream import json_records
from onememory.formats.chats.members import Member
from onememory.formats.chats.outlines import outline_of
from onememory.formats.chats.tools.chatgpt_memories import suggestions_in
from onememory.formats.chats.tools.chatgpt_messages import message_of
from onememory.formats.chats.values import id_at, list_at, moment_at, object_at, text_at

PLATFORM = "chatgpt"


def _sniff(head: bytes, _name: str) -> bool:
    """Known by `mapping`; DeepSeek's has `inserted_at` too."""
    outline = outline_of(head)
    is_tree = outline.has("[]/mapping") or outline.has("mapping")
    return is_tree and not (outline.has("[]/inserted_at") or outline.has("inserted_at"))


def _read(member: Member, tally: Tally) -> Iterator[Found]:
    for record in json_records(member, tally):
        if record.get("is_do_not_remember") is True:
            tally.skip(member.name, "It is marked as not to be remembered.")
        elif not isinstance(record.get("mapping"), dict):
            tally.skip(f"{member.name}: {text_at(record, 'title')}", "The entry is broken: it has no messages at all.")
        else:
            yield from _found_in(record, tally)


def _found_in(record: dict[str, object], tally: Tally) -> Iterator[Found]:
    nodes = []
    for key, value in object_at(record, "mapping").items():
        content = object_at(value, "message", "content")
        for kind, title, text in suggestions_in(content):
            yield MemorySuggestion(PLATFORM, kind, text, title)
        nodes.append(_node(key, value, tally))
    yield Conversation(
        platform=PLATFORM,
        platform_id=id_at(record, "conversation_id", "id"),
        title=text_at(record, "title"),
        created_at=moment_at(record, "create_time"),
        updated_at=moment_at(record, "update_time"),
        messages=in_order(nodes, id_at(record, "current_node") or None),
        project=_project(record),
    )


def _node(key: str, value: object, tally: Tally) -> Node:
    message: Message | None = None
    said = object_at(value, "message")
    if said:
        message = message_of(key, said, tally)
    children = tuple(child for child in list_at(value, "children") if isinstance(child, str))
    return Node(key, id_at(value, "parent") or None, message, children)


def _project(record: dict[str, object]) -> str | None:
    """The id of the project, the only thing that an export says of it; other GPTs are no projects."""
    gizmo = text_at(record, "gizmo_id")
    return gizmo if gizmo.startswith("g-p-") or record.get("gizmo_type") == "snorlax" else None


FORMAT = ChatFormat("chatgpt", PLATFORM, _sniff, _read)
