"""Chats of tools that nobody described: JSON or JSON Lines in which messages name who speaks and what is said."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

from onememory.domain.conversations import Conversation, Message, Role
from onememory.formats.chats.chat_formats import ChatFormat
from onememory.formats.chats.contents import file_names, said_in
from onememory.formats.chats.found import LeftOut, Tally
from onememory.formats.chats.json_stream import json_document, json_items, json_lines
from onememory.formats.chats.members import Member
from onememory.formats.chats.outlines import Outline, outline_of
from onememory.formats.chats.roles import role_named
from onememory.formats.chats.values import id_at, list_at, moment_at, text_at

PLATFORM = "custom"

_SPEAKERS = ("role", "author", "sender", "speaker", "from", "type")
_NAMED = frozenset({"author", "sender", "speaker", "name"})  # where any name is a speaker's
_WORDS = ("content", "text", "message", "body", "value", "parts")
_TITLES = ("title", "name", "topic", "subject", "chatTitle")
_IDS = ("id", "uuid", "_id", "messageId", "message_id")
_THREADS = (
    "conversation_id", "conversationId", "chat_id", "chatId", "thread_id", "threadId", "session_id", "sessionId",
)  # fmt: skip
_TIMES = (
    "created_at", "createdAt", "create_time", "timestamp", "time", "date", "created", "start_time", "startTime", "ts",
)  # fmt: skip
_UPDATES = ("updated_at", "updatedAt", "update_time", "modified", "last_modified")
_UNIQUE = 8  # an id with fewer characters may be another chat's in another file
_ITEM = "[]"


def _sniff(head: bytes, _name: str) -> bool:
    """Whether somewhere a record says who speaks and what is said."""
    return _place_of_messages(outline_of(head)) is not None


def _read(member: Member, tally: Tally) -> Iterator[Conversation]:
    """The conversations of a file, one at a time where they stand in one array."""
    outline = outline_of(member.head)
    place = _place_of_messages(outline) or ""
    keys, array, below = place.partition(_ITEM)
    if outline.top_values > 1:
        yield from conversations_of(json_lines(member, tally), tally)
    elif array and (not keys or _ITEM in below):
        yield from conversations_of(json_items(member, tally, *keys.strip("/").split("/") if keys else ()), tally)
    else:
        yield from conversations_of([json_document(member)], tally)


def conversations_of(items: Iterable[object], tally: Tally) -> Iterator[Conversation]:
    """What is in the items: messages by the conversation they name, or whole conversations at any depth."""
    threads: dict[str, list[_Spoken]] = {}
    for item in items:
        if spoken := _spoken(item):
            threads.setdefault(id_at(spoken.record, *_THREADS), []).append(spoken)
        elif conversations := list(_within(item, tally)):
            yield from conversations
        else:
            tally.unrecognised += 1
    for thread_id, messages in threads.items():
        yield _conversation({"id": thread_id}, messages, tally)


@dataclass(frozen=True, slots=True)
class _Spoken:
    """A record that is a message, and the name of who speaks in it."""

    record: Mapping[str, object]
    speaker: str


def _place_of_messages(outline: Outline) -> str | None:
    """The path of the first record that names a known role, or anybody beside a text."""
    for path, value in outline.values.items():
        place, _, key = path.rpartition("/")
        if key in {"role", "name"} and place.endswith(("author", "message", "sender")):
            place = place.rpartition("/")[0]
        elif key not in _SPEAKERS:
            continue
        prefix = f"{place}/" if place else ""
        role = role_named(value)
        is_known = isinstance(role, Role) or (role and key == "role") or (key in _NAMED and bool(value))
        if is_known and any(outline.has(f"{prefix}{word}") for word in _WORDS):
            return place
    return None


def _within(value: object, tally: Tally, header: Mapping[str, object] | None = None) -> Iterator[Conversation]:
    """The conversations in a value; `header` is the record in which a list of messages stands."""
    if not isinstance(value, list | Mapping):
        return
    parts = list(value.values() if isinstance(value, Mapping) else value)
    if messages := list(filter(None, map(_spoken, parts))):
        tally.unrecognised += len(parts) - len(messages)
        yield _conversation(header or {}, messages, tally)
        return
    for part in parts:
        yield from _within(part, tally, value if isinstance(value, Mapping) else None)


def _spoken(item: object) -> _Spoken | None:
    if not isinstance(item, Mapping):
        return None
    inner = item.get("message")
    if isinstance(inner, Mapping) and text_at(inner, "role"):
        item = {**item, "message": None, **inner}
    for key in _SPEAKERS:
        named = item.get(key)
        name = text_at(named, "role", "name") if isinstance(named, Mapping) else text_at(item, key)
        is_speaker = bool(name) and (key != "type" or isinstance(role_named(name), Role))
        if is_speaker and any(word in item for word in _WORDS):
            return _Spoken(item, name.strip())
    return None


def _conversation(header: Mapping[str, object], spoken: list[_Spoken], tally: Tally) -> Conversation:
    roles = {item.speaker: role_named(item.speaker) for item in spoken}
    stranger = _role_of_strangers(set(roles.values()))
    messages = list[Message]()
    for item in spoken:
        role = roles[item.speaker] or stranger
        if isinstance(role, LeftOut):
            tally.left_out[role] += 1
            continue
        message = _message(item, role, tally)
        if roles[item.speaker] is None:
            is_model = role is Role.ASSISTANT
            message = replace(message, model=item.speaker) if is_model else replace(message, speaker=item.speaker)
        messages.append(message)
    times = [message.created_at for message in messages if message.created_at]
    if times and times[0] > times[-1]:
        messages.reverse()
    title = text_at(header, *_TITLES)
    return Conversation(
        PLATFORM,
        _id(id_at(header, "id", "uuid", "_id", *_THREADS), title, messages),
        title,
        moment_at(header, *_TIMES),
        moment_at(header, *_UPDATES),
        tuple(messages),
    )


def _role_of_strangers(known: set[object]) -> Role:
    """Beside a user, a name that is no role is the model's; else people talk with each other."""
    return Role.ASSISTANT if Role.USER in known and Role.ASSISTANT not in known else Role.USER


def _message(item: _Spoken, role: Role, tally: Tally) -> Message:
    record = item.record
    said = said_in(next(filter(None, (record.get(word) for word in _WORDS)), None), tally)
    files = (*said.attachments, *file_names(list_at(record, "attachments")), *file_names(list_at(record, "files")))
    model = (text_at(record, "model") or None) if role is Role.ASSISTANT else None
    return Message(id_at(record, *_IDS), role, said.text, moment_at(record, *_TIMES), model, files)


def _id(own: str, title: str, messages: list[Message]) -> str:
    """The chat's own id, unless it is too short to be its alone; else one made of its opening."""
    if len(own) >= _UNIQUE:
        return own
    first = messages[0].created_at if messages else None
    opening = (own, title, first.isoformat() if first else "", *(message.text for message in messages[:2]))
    return sha256("\x1f".join(opening).encode(errors="replace")).hexdigest()[:32]


FORMAT = ChatFormat("generic-json", PLATFORM, _sniff, _read, is_fallback=True)
