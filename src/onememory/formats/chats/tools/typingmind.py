"""TypingMind's export: chats under `data`, or in files of their own that `data` names (chunks/chats_part_1.json)."""

from collections.abc import Iterator, Mapping

from onememory.domain.conversations import Conversation, Message, Role
from onememory.formats.chats.chat_formats import ChatFormat
from onememory.formats.chats.contents import said_in
from onememory.formats.chats.found import Found, Tally
from onememory.formats.chats.json_stream import json_items
from onememory.formats.chats.members import Member
from onememory.formats.chats.outlines import Outline, outline_of
from onememory.formats.chats.roles import speaking_role
from onememory.formats.chats.values import id_at, list_at, moment_at, object_at, text_at

PLATFORM = "typingmind"

_PLACES: tuple[tuple[str, ...], ...] = (("data", "chats"), ("chats",), ())
_MARKS = ("chatTitle", "chatID", "chatId")
_OTHER_DATA = ("userPrompts", "userCharacters", "installedPlugins", "promptSettings", "chats/chunks")  # before chats


def _sniff(head: bytes, _name: str) -> bool:
    """Whether it holds chats with TypingMind's names for title and id, or names the files that do."""
    return _place_of(outline_of(head)) is not None


def _read(member: Member, tally: Tally) -> Iterator[Found]:
    """The chats of a file; one that only names the files with chats has none itself."""
    place = _place_of(outline_of(member.head))
    if place is None:
        return
    folders = {}
    if place:
        items = json_items(member, tally, *place[:-1], "folders")
        folders = {id_at(item, "id"): text_at(item, "title", "name") for item in items}
    for item in json_items(member, tally, *place):
        if object_at(item).get("deletedAt"):
            tally.skip(text_at(item, "chatTitle") or id_at(item, "id"), "It was deleted in TypingMind.")
        else:
            yield conversation_of(item, folders, tally)


def conversation_of(record: object, folders: Mapping[str, str], tally: Tally) -> Conversation:
    """One chat; its folder is the project."""
    return Conversation(
        PLATFORM,
        id_at(record, "id", "chatID", "chatId"),
        text_at(record, "chatTitle", "title"),
        moment_at(record, "createdAt"),
        moment_at(record, "updatedAt"),
        tuple(_messages(record, tally)),
        folders.get(id_at(record, "folderID", "folderId")) or None,
    )


def _messages(record: object, tally: Tally) -> Iterator[Message]:
    model = text_at(record, "model") or text_at(object_at(record, "modelInfo"), "title", "id")
    for item in list_at(record, "messages"):
        role = speaking_role(object_at(item).get("role"), tally)
        if role is None:
            continue
        said = said_in(object_at(item).get("content"), tally)
        spoken_by = (text_at(item, "model") or model or None) if role is Role.ASSISTANT else None
        time = moment_at(item, "createdAt", "timestamp")
        yield Message(id_at(item, "uuid", "id"), role, said.text, time, spoken_by, said.attachments)


def _place_of(outline: Outline) -> tuple[str, ...] | None:
    for place in _PLACES:
        chat = "/".join((*place, "[]"))
        is_typical = any(outline.has(f"{chat}/{mark}") for mark in _MARKS)
        if is_typical and (outline.has(f"{chat}/messages") or outline.has(f"{chat}/createdAt")):
            return place
    return _PLACES[0] if any(outline.has(f"data/{name}") for name in _OTHER_DATA) else None


FORMAT = ChatFormat("typingmind", PLATFORM, _sniff, _read)
