"""Chats for tests, as clients send them, as exports hold them and as the archive takes them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from onememory.domain.conversations import Conversation, Message, Role
from people import Client, answered

EXPORTS = Path(__file__).parent / "data" / "exports"
INGEST = "/api/chat-history/ingest/custom-online"
START = datetime(2026, 1, 5, 9, tzinfo=UTC)

Json = Any


def sent(chat_id: str, *texts: str, **more: object) -> Json:
    """A chat as a client sends it; the user and the assistant take turns."""
    moment = str(more.pop("createdAt", "2026-01-05T09:00:00Z"))
    messages = [
        {"id": f"m{n}", "role": "assistant" if n % 2 else "human", "content": text, "createdAt": moment}
        for n, text in enumerate(texts)
    ]
    return {"id": chat_id, "title": f"Chat {chat_id}", "createdAt": moment, "messages": messages, **more}


def ingest(person: Client, chat: Json, **more: object) -> str:
    """Keep a chat; its id in the archive."""
    conversation_id: str = person.post(INGEST, conversation=chat, **more)["conversationId"]
    return conversation_id


def chat(chat_id: str, *texts: str, **more: Any) -> Conversation:
    """A chat as the archive takes it; the user and the assistant take turns."""
    at = more.pop("at", START)
    speakers = more.pop("speakers", (None, None))
    messages = tuple(
        Message(f"m{n}", (Role.USER, Role.ASSISTANT)[n % 2], text, at, speaker=speakers[n % 2])
        for n, text in enumerate(texts)
    )
    given = {"platform": "custom", "title": f"Chat {chat_id}", "created_at": at, "updated_at": at} | more
    return Conversation(platform_id=chat_id, messages=messages, **given)


def upload(person: Client, content: bytes, **query: str) -> Json:
    """Hand in a file; the first answer."""
    return answered(person.send("POST", "/api/import", params=query, content=content))


def sample(path: str) -> bytes:
    """A file of the sample exports."""
    return (EXPORTS / path).read_bytes()


def chatgpt_export(*chats: Conversation) -> bytes:
    """The classic `conversations.json` of ChatGPT with these chats."""
    return json.dumps([_exported(each) for each in chats]).encode()


def _exported(conversation: Conversation) -> Json:
    mapping: dict[str, Json] = {"root": {"id": "root", "message": None, "parent": None, "children": []}}
    last = "root"
    for n, message in enumerate(conversation.messages):
        moment = message.created_at or START
        mapping[message.id] = {"id": message.id, "parent": last, "children": [], "message": {
            "id": message.id, "author": {"role": message.role.value}, "create_time": moment.timestamp() + n,
            "content": {"content_type": "text", "parts": [message.text]}, "metadata": {},
        }}  # fmt: skip
        mapping[last]["children"].append(message.id)
        last = message.id
    created = (conversation.created_at or START).timestamp()
    times = {"create_time": created, "update_time": created}
    about = {"id": conversation.platform_id, "conversation_id": conversation.platform_id, "title": conversation.title}
    return {**about, **times, "mapping": mapping, "current_node": last}
