"""LibreChat's export of one conversation: its messages in a list, or each within the one it answers."""

from collections.abc import Iterator

from onememory.domain.conversations import Conversation, Message, Role
from onememory.formats.chats.branches import Node, in_order
from onememory.formats.chats.chat_formats import ChatFormat
from onememory.formats.chats.contents import Said, file_names, said_in
from onememory.formats.chats.found import LeftOut, Tally
from onememory.formats.chats.json_stream import json_document, json_items
from onememory.formats.chats.members import Member
from onememory.formats.chats.outlines import outline_of
from onememory.formats.chats.values import id_at, list_at, moment_at, object_at, text_at

PLATFORM = "librechat"

_NO_PARENT = "00000000-0000-0000-0000-000000000000"
_LISTS = ("messagesTree", "messages")


def _sniff(head: bytes, _name: str) -> bool:
    """Whether it is a conversation, or an array of them, whose messages know who created them."""
    outline = outline_of(head)
    return any(
        outline.has(f"{place}conversationId")
        and any(outline.has(f"{place}{name}/[]/{mark}") for name in _LISTS for mark in ("messageId", "isCreatedByUser"))
        for place in ("", "[]/")
    )


def _read(member: Member, tally: Tally) -> Iterator[Conversation]:
    """The conversation of a file; of several, each."""
    if outline_of(member.head).has("[]"):
        yield from (conversation_of(item, tally) for item in json_items(member, tally))
    else:
        yield conversation_of(json_document(member), tally)


def conversation_of(record: object, tally: Tally) -> Conversation:
    """The conversation with its newest branch as the current one, since the export names none."""
    roots = next(filter(None, (list_at(record, name) for name in _LISTS)), [])
    everything = list(_nodes(roots, tally))
    answered = {node.parent for node in everything}
    nodes = [node for node in everything if node.message or node.id in answered]  # an error ends no branch
    if not any(node.parent for node in nodes):
        messages = tuple(node.message for node in nodes if node.message)
    else:
        messages = in_order(nodes, None)
    return Conversation(
        PLATFORM,
        id_at(record, "conversationId"),
        text_at(record, "title"),
        moment_at(record, "createdAt"),
        moment_at(record, "updatedAt"),
        messages,
    )


def _nodes(roots: list[object], tally: Tally) -> Iterator[Node]:
    """All messages with their parents, by name or by nesting, in the order of the file."""
    waiting = [(item, "") for item in reversed(roots)]
    place = 0
    while waiting:
        item, above = waiting.pop()
        if not isinstance(item, dict):
            tally.unrecognised += 1
            continue
        node_id = id_at(item, "messageId") or f"#{place}"
        place += 1
        parent = above or id_at(item, "parentMessageId")
        yield Node(node_id, None if parent in {"", _NO_PARENT} else parent, _message(node_id, item, tally))
        waiting += [(child, node_id) for child in reversed(list_at(item, "children"))]


def _message(node_id: str, item: dict[str, object], tally: Tally) -> Message | None:
    if item.get("error") is True:
        tally.left_out[LeftOut.HIDDEN] += 1
        return None
    is_user = item.get("isCreatedByUser")
    if not isinstance(is_user, bool):
        is_user = text_at(item, "sender").lower() == "user"
    said = _said(item, tally)
    return Message(
        node_id,
        Role.USER if is_user else Role.ASSISTANT,
        said.text,
        moment_at(item, "createdAt", "updatedAt"),
        None if is_user else (text_at(item, "model") or text_at(item, "sender") or None),
        (*said.attachments, *file_names(list_at(item, "files"))),
    )


def _said(item: dict[str, object], tally: Tally) -> Said:
    """The content where there is one, else the text."""
    said = said_in(object_at(item).get("content"), tally)
    return said if said.text.strip() else Said(said_in(item.get("text"), tally).text, said.attachments)


FORMAT = ChatFormat("librechat", PLATFORM, _sniff, _read)
