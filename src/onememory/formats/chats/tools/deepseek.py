"""DeepSeek: the export of an account, and one conversation as its own page receives it."""

from collections.abc import Iterator

from onememory.domain.conversations import Conversation, Message, Role
from onememory.formats.chats.branches import Node, in_order
from onememory.formats.chats.chat_formats import ChatFormat
from onememory.formats.chats.found import Found, LeftOut, Tally
from onememory.formats.chats.json_stream import json_records
from onememory.formats.chats.members import Member
from onememory.formats.chats.outlines import outline_of
from onememory.formats.chats.values import id_at, list_at, moment_at, object_at, objects_at, text_at

PLATFORM = "deepseek"

_ROLES = {"USER": Role.USER, "ASSISTANT": Role.ASSISTANT}
_SPEAKERS = {"REQUEST": Role.USER, "RESPONSE": Role.ASSISTANT}
_LEFT_OUT = {"THINK": LeftOut.THINKING, "SEARCH": LeftOut.TOOL}


def _sniff(head: bytes, _name: str) -> bool:
    """Known by `mapping` together with `inserted_at`, which ChatGPT has not; or by the answer of the web page."""
    outline = outline_of(head)
    return (
        outline.has("[]/mapping", "[]/inserted_at")
        or outline.has("mapping", "inserted_at")
        or outline.has("data/biz_data/chat_session")
        or outline.has("data/biz_data/chat_messages")
    )


def _read(member: Member, tally: Tally) -> Iterator[Found]:
    for record in json_records(member, tally):
        if raw := object_at(record, "data", "biz_data"):
            session = object_at(raw, "chat_session")
            nodes = [_raw_node(said, tally) for said in objects_at(raw, "chat_messages")]
            yield _conversation(session, nodes, id_at(session, "current_message_id"))
        elif isinstance(record.get("mapping"), dict):
            mapping = object_at(record, "mapping")
            yield _conversation(record, [_node(key, mapping[key], tally) for key in mapping], "")
        else:
            tally.unrecognised += 1


def _conversation(record: dict[str, object], nodes: list[Node], current: str) -> Conversation:
    return Conversation(
        platform=PLATFORM,
        platform_id=id_at(record, "id"),
        title=text_at(record, "title"),
        created_at=moment_at(record, "inserted_at"),
        updated_at=moment_at(record, "updated_at"),
        messages=in_order(nodes, current or None),
    )


def _node(key: str, value: object, tally: Tally) -> Node:
    said = object_at(value, "message")
    children = tuple(child for child in list_at(value, "children") if isinstance(child, str))
    return Node(key, id_at(value, "parent") or None, _message(key, said, tally) if said else None, children)


def _raw_node(said: dict[str, object], tally: Tally) -> Node:
    node_id = id_at(said, "message_id")
    return Node(node_id, id_at(said, "parent_id") or None, _message(node_id, said, tally))


def _message(node_id: str, said: dict[str, object], tally: Tally) -> Message | None:
    fragments = list(objects_at(said, "fragments"))
    role = _role(said, fragments)
    texts = list(_texts(fragments, tally)) or [text_at(said, "content")]
    tally.leave_out(LeftOut.THINKING, bool(text_at(said, "reasoning_content", "thinking_content")))
    if role is None:
        tally.unrecognised += bool("".join(texts))
        return None
    return Message(
        id=node_id,
        role=role,
        text="\n\n".join(texts),
        created_at=moment_at(said, "inserted_at"),
        model=text_at(said, "model") or None if role is Role.ASSISTANT else None,
        attachments=tuple(filter(None, (text_at(file, "file_name", "name") for file in objects_at(said, "files")))),
    )


def _role(said: dict[str, object], fragments: list[dict[str, object]]) -> Role | None:
    """By what is said, and in older exports as it is stated."""
    kinds = (_SPEAKERS.get(text_at(fragment, "type")) for fragment in fragments)
    return next(filter(None, kinds), None) or _ROLES.get(text_at(said, "role").upper())


def _texts(fragments: list[dict[str, object]], tally: Tally) -> Iterator[str]:
    for fragment in fragments:
        kind = text_at(fragment, "type")
        if kind in _SPEAKERS:
            yield text_at(fragment, "content")
        elif kind in _LEFT_OUT or kind.startswith("TOOL"):
            tally.leave_out(_LEFT_OUT.get(kind, LeftOut.TOOL))
        else:
            tally.unrecognised += 1


FORMAT = ChatFormat("deepseek", PLATFORM, _sniff, _read)
