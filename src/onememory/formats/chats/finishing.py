"""The last touch on everything that readers find: storable text, a title, ids and times where the export has none."""

from dataclasses import replace
from hashlib import sha256

from onememory.domain.conversations import (
    TITLE_LIMIT,
    Conversation,
    MemorySuggestion,
    Message,
    Role,
    Skipped,
    is_storable,
    storable,
)
from onememory.formats.chats.found import Found, Tally

_TITLE_WORDS = 80  # characters of the opening words that stand in for a title


def finished(found: Found, tally: Tally) -> Found | None:
    """The find as it can be stored, or None where nothing is left of it; an empty conversation is reported."""
    if isinstance(found, Conversation):
        return _conversation(found, tally)
    if isinstance(found, MemorySuggestion):
        text = storable(found.text).strip()
        return replace(found, text=text, title=_or_none(found.title)) if text else None
    return Skipped(storable(found.where), found.reason, found.count)


def _conversation(found: Conversation, tally: Tally) -> Conversation | None:
    messages = tuple(
        _message(message, place)
        for place, message in enumerate(found.messages)
        if message.text.strip() or message.attachments
    )
    if not messages:
        tally.skip(storable(found.title or found.platform_id), "It has no messages.")
        return None
    times = [message.created_at for message in messages if message.created_at]
    return replace(
        found,
        platform_id=storable(found.platform_id) or _derived_id(found, messages),
        title=_title(found.title, messages),
        created_at=found.created_at or min(times, default=None),
        updated_at=found.updated_at or max(times, default=found.created_at),
        messages=messages,
        project=_or_none(found.project),
    )


def _message(message: Message, place: int) -> Message:
    text = storable(message.text).strip()
    extras = "".join(
        filter(None, (message.id, message.model, message.speaker, message.parent_id, *message.attachments))
    )
    if text == message.text and message.id and is_storable(extras):
        return message
    return replace(
        message,
        id=storable(message.id) or str(place),
        text=text,
        model=_or_none(message.model),
        speaker=_or_none(message.speaker),
        parent_id=_or_none(message.parent_id),
        attachments=tuple(map(storable, message.attachments)),
    )


def _title(title: str, messages: tuple[Message, ...]) -> str:
    title = " ".join(storable(title).split())
    if title:
        return title[:TITLE_LIMIT]
    first = next((message for message in messages if message.role is Role.USER and message.text), messages[0])
    words = " ".join((first.text or first.attachments[0])[:TITLE_LIMIT].split())
    return words if len(words) <= _TITLE_WORDS else words[:_TITLE_WORDS].rpartition(" ")[0] or words[:_TITLE_WORDS]


def _derived_id(found: Conversation, messages: tuple[Message, ...]) -> str:
    """An id that the same conversation has in every export, also when it has grown."""
    first = messages[0]
    moment = found.created_at or first.created_at
    parts = (found.platform, found.title, moment.isoformat() if moment else "", first.text)
    return sha256("\x1f".join(map(storable, parts)).encode()).hexdigest()[:32]


def _or_none(text: str | None) -> str | None:
    return storable(text).strip() or None if text else None
