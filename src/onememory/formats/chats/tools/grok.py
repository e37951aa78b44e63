"""Grok: prod-grok-backend.json with conversations and projects; flatter forms of it are read too."""

import re
from collections.abc import Iterator
from datetime import datetime

from onememory.domain.conversations import Conversation, MemorySuggestion, Message, Role
from onememory.formats.chats.branches import Node, in_order
from onememory.formats.chats.chat_formats import ChatFormat
from onememory.formats.chats.found import Found, LeftOut, Tally
from onememory.formats.chats.json_stream import json_items
from onememory.formats.chats.members import Member
from onememory.formats.chats.outlines import outline_of
from onememory.formats.chats.values import id_at, list_at, moment_at, object_at, objects_at, text_at

PLATFORM = "grok"

_ABOVE = ("conversations/[]", "[]")  # where conversations hang: in the object of the export, or in a bare array
_USERS = frozenset(("human", "user"))
_TAG = re.compile(r"[ \t]?<(/?)grok:[a-z_]++([^<>]*+)>")
_THOUGHTS = ("thinking_trace", "agent_thinking_traces")
_TOOLS = ("web_search_results", "cited_web_search_results", "steps", "card_attachments_json")
_BESIDE = {"tasks": "A scheduled task and no conversation.", "media_posts": "A made picture and no conversation."}


def _sniff(head: bytes, _name: str) -> bool:
    outline = outline_of(head)
    nested = any(outline.has(f"{above}/conversation", f"{above}/responses") for above in _ABOVE)
    flat = any(outline.has(f"{above}/responses/[]/sender") for above in _ABOVE)
    return nested or flat or outline.has("conversations", "projects", "tasks") or outline.has("media_posts")


def _read(member: Member, tally: Tally) -> Iterator[Found]:
    for path in (("conversations",), ()):
        for record in json_items(member, tally, *path):
            if isinstance(record, dict) and isinstance(record.get("responses"), list):
                yield _conversation(record, tally)
            else:
                tally.unrecognised += 1
    for project in json_items(member, tally, "projects"):
        if text := text_at(project, "custom_personality"):
            yield MemorySuggestion(PLATFORM, "custom_instructions", text, text_at(project, "name") or None)
    for name, reason in _BESIDE.items():
        for _item in json_items(member, tally, name):
            tally.skip(f"{member.name}: {name}", reason)


def _conversation(record: dict[str, object], tally: Tally) -> Conversation:
    about = object_at(record, "conversation") or record
    return Conversation(
        platform=PLATFORM,
        platform_id=id_at(about, "id", "conversation_id"),
        title=text_at(about, "title"),
        created_at=_moment(about, "create_time"),
        updated_at=_moment(about, "modify_time"),
        messages=in_order(_nodes(record, tally), id_at(about, "leaf_response_id") or None),
    )


def _nodes(record: dict[str, object], tally: Tally) -> Iterator[Node]:
    """Where no response names its parent, each follows the one before it."""
    responses = [object_at(item, "response") or item for item in objects_at(record, "responses")]
    is_tree = any(id_at(response, "parent_response_id") for response in responses)
    before = None
    for place, response in enumerate(responses):
        node_id = id_at(response, "_id", "id", "response_id") or str(place)
        parent = id_at(response, "parent_response_id") or (None if is_tree else before)
        yield Node(node_id, parent, _message(node_id, response, tally))
        before = node_id


def _message(node_id: str, response: dict[str, object], tally: Tally) -> Message:
    """The sender is `human` or anything else, the name of a model among it."""
    tally.leave_out(LeftOut.THINKING, sum(bool(response.get(key)) for key in _THOUGHTS))
    tally.leave_out(LeftOut.TOOL, sum(bool(response.get(key)) for key in _TOOLS))
    role = Role.USER if text_at(response, "sender").lower() in _USERS else Role.ASSISTANT
    return Message(
        id=node_id,
        role=role,
        text=_without_tags(text_at(response, "message")),
        created_at=_moment(response, "create_time"),
        model=text_at(response, "model") or None if role is Role.ASSISTANT else None,
        attachments=tuple(_attachments(response)),
    )


def _without_tags(text: str) -> str:
    """The text without `<grok:render ...>` tags and what stands within them."""
    if "grok:" not in text:
        return text
    kept, end, depth = [], 0, 0
    for tag in _TAG.finditer(text):
        if depth == 0:
            kept.append(text[end : tag.start()])
        if tag[1]:
            depth = max(0, depth - 1)
        elif not tag[2].endswith("/"):
            depth += 1
        end = tag.end()
    return "".join(kept) + text[end:]


def _attachments(response: dict[str, object]) -> Iterator[str]:
    for file in list_at(response, "file_attachments"):
        name = file if isinstance(file, str) else text_at(file, "file_name", "fileName", "name", "id")
        if name:
            yield name
    for url in list_at(response, "generated_image_urls"):
        if isinstance(url, str) and url:
            yield url.rpartition("/")[2] or url


def _moment(record: dict[str, object], key: str) -> datetime | None:
    """ISO 8601 text, or a date as MongoDB writes it."""
    return (
        moment_at(record, key)
        or moment_at(object_at(record, key), "$date")
        or moment_at(object_at(record, key, "$date"), "$numberLong")
    )


FORMAT = ChatFormat("grok", PLATFORM, _sniff, _read)
