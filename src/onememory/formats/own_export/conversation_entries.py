"""Conversations in our own export, one a line like memories, and each by itself behind a link.

    {"id":"…","platform":"claude","platformConversationId":"…","title":"…",…,"messages":[
    {"id":"…","role":"user","text":"…","createdAt":"…","model":null,"speaker":null,"attachments":[],"isCurrent":true,…}]}

Excluded ones are there as placeholders without messages, so that they stay excluded where the export is imported.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

import msgspec

from onememory.domain.conversations import ConversationState, Message, Role, StoredConversation
from onememory.domain.errors import InvalidInput, TooLarge
from onememory.formats.moments import utc_text
from onememory.formats.own_export.shapes import Id, Moment, Text, converted, in_utc

KEY = "conversations"

_MEMORIES_END = re.compile(rb'(\],"count":[0-9]+),"conversations":\[\s*')


@dataclass(frozen=True, slots=True)
class ExportedConversation:
    """One conversation with every message in order, as it was kept."""

    conversation: StoredConversation
    messages: tuple[Message, ...]


class _Message(msgspec.Struct, rename="camel"):
    id: Text
    role: Role
    text: Text
    created_at: Moment | None = None
    model: Text | None = None
    speaker: Text | None = None
    attachments: tuple[Text, ...] = ()
    is_current: bool = True
    parent_id: Text | None = None


class _Conversation(msgspec.Struct, rename="camel"):
    id: Id
    platform: Text
    platform_conversation_id: Text
    title: Text
    recorded_at: Moment
    state: ConversationState
    messages: tuple[_Message, ...]
    project: Text | None = None
    created_at: Moment | None = None
    updated_at: Moment | None = None
    is_pinned: bool = False
    content_hash: Text = ""
    import_id: Id | None = None


def opening() -> bytes:
    """What stands before the first conversation, behind the memories."""
    return b',"conversations":['


def entry(exported: ExportedConversation, *, is_first: bool) -> bytes:
    """One conversation with all that is known of it."""
    kept = exported.conversation
    whole = described(exported) | {
        "recordedAt": utc_text(kept.recorded_at),
        "state": kept.state.value,
        "isPinned": kept.is_pinned,
        "contentHash": kept.content_hash,
        "importId": kept.import_id,
    }
    whole["messages"] = whole.pop("messages")  # which are long, behind all that is short
    return (b"\n" if is_first else b",\n") + msgspec.json.encode(whole)


def closing() -> bytes:
    """What stands behind the last conversation."""
    return b"\n]"


def described(exported: ExportedConversation) -> dict[str, object]:
    """A conversation as others may read it: where it is from, and what was said on every branch."""
    conversation = exported.conversation
    return {
        "id": conversation.id,
        "platform": conversation.platform,
        "platformConversationId": conversation.platform_id,
        "title": conversation.title,
        "project": conversation.project,
        "createdAt": _time(conversation.created_at),
        "updatedAt": _time(conversation.updated_at),
        "messages": [_described(message) for message in exported.messages],
    }


def conversation_of(value: object) -> ExportedConversation:
    """The conversation in a decoded JSON value; raises InvalidInput with what is wrong and where."""
    found = converted(value, _Conversation)
    is_excluded = found.state is ConversationState.EXCLUDED
    if is_excluded and found.messages:
        raise InvalidInput("`messages`: an excluded conversation has none.")
    if not (found.platform and found.platform_conversation_id):
        raise InvalidInput("`platform` or `platformConversationId` is empty.")
    messages = tuple(_message(message) for message in found.messages)
    conversation = StoredConversation(
        id=found.id,
        platform=found.platform,
        platform_id=found.platform_conversation_id,
        title=found.title,
        project=found.project,
        created_at=_moment(found.created_at),
        updated_at=_moment(found.updated_at),
        recorded_at=in_utc(found.recorded_at),
        state=found.state,
        is_pinned=found.is_pinned,
        message_count=0,  # counted anew where it is kept, like the tokens
        token_count=0,
        content_hash=found.content_hash,
        import_id=found.import_id,
    )
    return ExportedConversation(conversation, messages)


def without_conversations(stream: BinaryIO, limit: int) -> bytes:
    """The export as if it ended behind the memories, so that conversations of any number need no memory.

    Raises TooLarge where that is longer than `limit` bytes.
    """
    lines: list[bytes] = []
    size = 0
    while line := stream.readline(limit + 1 - size):
        # In JSON a line cannot end within a string, so a line that begins like this is where the memories end.
        if end := _MEMORIES_END.match(line):
            return b"".join([*lines, end[1], b"}\n"])
        lines.append(line)
        size += len(line)
        if size > limit:
            raise TooLarge(f"The memories of this export take more than {limit // 1024 // 1024} MB.")
    return b"".join(lines)


def _described(message: Message) -> dict[str, object]:
    return {
        "id": message.id,
        "role": message.role.value,
        "text": message.text,
        "createdAt": _time(message.created_at),
        "model": message.model,
        "speaker": message.speaker,
        "attachments": message.attachments,
        "isCurrent": message.is_current,
        "parentId": message.parent_id,
    }


def _message(found: _Message) -> Message:
    return Message(
        id=found.id,
        role=found.role,
        text=found.text,
        created_at=_moment(found.created_at),
        model=found.model,
        attachments=found.attachments,
        speaker=found.speaker,
        is_current=found.is_current,
        parent_id=found.parent_id,
    )


def _time(moment: datetime | None) -> str | None:
    return utc_text(moment) if moment else None


def _moment(moment: datetime | None) -> datetime | None:
    return in_utc(moment) if moment else None
