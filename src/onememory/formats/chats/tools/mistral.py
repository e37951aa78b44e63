"""Le Chat by Mistral (Vibe since 2026): one file per chat, an array of messages in no order and without a title."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from onememory.domain.conversations import Conversation, Message, Role
from onememory.formats.chats.chat_formats import ChatFormat
from onememory.formats.chats.contents import attachment_name, said_in
from onememory.formats.chats.found import LeftOut, Tally
from onememory.formats.chats.json_stream import json_items
from onememory.formats.chats.members import Member
from onememory.formats.chats.outlines import outline_of
from onememory.formats.chats.roles import speaking_role
from onememory.formats.chats.values import id_at, list_at, moment_at, objects_at, text_at

PLATFORM = "mistral"

_NO_TIME = datetime.min.replace(tzinfo=UTC)
_NO_WORDS = frozenset({"reference", "custom_element"})  # marks of citations and widgets between the words
_FILES = frozenset({"image_url", "file_reference"})


def _sniff(head: bytes, _name: str) -> bool:
    """Whether it is an array of messages that name their chat."""
    outline = outline_of(head)
    return outline.has("[]/chatId") and (outline.has("[]/contentChunks") or outline.has("[]/version"))


def _read(member: Member, tally: Tally) -> Iterator[Conversation]:
    """The chat of a file; of several, each."""
    chats: dict[str, list[dict[str, object]]] = {}
    for record in json_items(member, tally):
        if isinstance(record, dict) and (chat_id := id_at(record, "chatId")):
            chats.setdefault(chat_id, []).append(record)
        else:
            tally.unrecognised += 1
    for chat_id, records in chats.items():
        yield conversation_of(chat_id, records, tally)


def conversation_of(chat_id: str, records: Iterable[dict[str, object]], tally: Tally) -> Conversation:
    """The messages of one chat, oldest first; at one moment the user speaks first."""
    said = (message for record in _newest_versions(records, tally) if (message := _message(record, tally)))
    messages = sorted(said, key=lambda message: (message.created_at or _NO_TIME, message.role is not Role.USER))
    return Conversation(PLATFORM, chat_id, "", None, None, tuple(messages))


def _newest_versions(records: Iterable[dict[str, object]], tally: Tally) -> list[dict[str, object]]:
    newest: dict[str, dict[str, object]] = {}
    for number, record in enumerate(records):
        key = id_at(record, "id") or f"#{number}"
        if key in newest:
            tally.left_out[LeftOut.HIDDEN] += 1
        if key not in newest or _version(record) >= _version(newest[key]):
            newest[key] = record
    return list(newest.values())


def _version(record: dict[str, object]) -> float:
    version = record.get("version")
    return version if isinstance(version, int | float) else 0


def _message(record: dict[str, object], tally: Tally) -> Message | None:
    role = speaking_role(record.get("role"), tally)
    if role is None:
        return None
    words, files = list[object](), list[str]()
    for chunk in list_at(record, "contentChunks"):
        kind = text_at(chunk, "type")
        if kind in _FILES and isinstance(chunk, dict):
            files.append(attachment_name(chunk) or kind.partition("_")[0])
        elif kind not in _NO_WORDS:
            words.append(chunk)
    said = said_in(words, tally)
    return Message(
        id_at(record, "id"),
        role,
        said.text or text_at(record, "content"),
        moment_at(record, "createdAt"),
        text_at(record, "model") or None,
        (*said.attachments, *files, *filter(None, map(attachment_name, objects_at(record, "files")))),
    )


FORMAT = ChatFormat("mistral", PLATFORM, _sniff, _read)
