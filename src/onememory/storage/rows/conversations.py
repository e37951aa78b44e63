"""Conversations and their messages as rows."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from onememory.domain.conversations import (
    ConversationState,
    Message,
    Outline,
    PlatformVolume,
    Role,
    StoredConversation,
)
from onememory.ports.archive import ConversationQuery
from onememory.storage.scoped import (
    Row,
    Scoped,
    batches,
    from_ms,
    optional_ms,
    optional_time,
    placeholders,
    to_ms,
)

_CONVERSATION = (
    "conversation_id, platform, platform_id, title, project, created_at, updated_at, recorded_at, state, is_pinned, "
    "message_count, token_count, content_hash, import_id"
)
_BROUGHT_BY = "import_id = :import_id AND recorded_at >= :since AND state = 'active' AND is_pinned = 0"
_MESSAGE = "number, message_id, role, speaker, text, created_at, model, attachments, is_current, parent_id"
_INSERT = f"""
    INSERT INTO conversations (user_id, title_key, {_CONVERSATION})
    VALUES (:user_id, :title_key, {", ".join(f":{c.strip()}" for c in _CONVERSATION.split(","))})
"""
_INSERT_MESSAGE = f"""
    INSERT INTO messages (user_id, conversation_id, {_MESSAGE})
    VALUES (:user_id, :conversation_id, {", ".join(f":{c.strip()}" for c in _MESSAGE.split(","))})
"""


class ConversationTable:
    """The conversations of one scope; implements the port ConversationRows."""

    def __init__(self, db: Scoped) -> None:
        self._db = db

    def add(self, conversations: Sequence[tuple[StoredConversation, Sequence[Message]]]) -> None:
        """Insert; raises Conflict when one exists."""
        self._db.many(_INSERT, (_values(conversation) for conversation, _ in conversations))
        self._db.many(
            _INSERT_MESSAGE,
            (
                _message_values(conversation.id, number, message)
                for conversation, messages in conversations
                for number, message in enumerate(messages)
            ),
        )

    def change(self, conversation: StoredConversation) -> None:
        """Replace what is known beside the messages."""
        self._db.rows(
            "UPDATE conversations SET title = :title, title_key = :title_key, project = :project, "
            "created_at = :created_at, updated_at = :updated_at, state = :state, is_pinned = :is_pinned, "
            "message_count = :message_count, token_count = :token_count, content_hash = :content_hash, "
            "import_id = :import_id WHERE user_id = :user_id AND conversation_id = :conversation_id",
            **_values(conversation),
        )

    def clear(self, conversation_ids: Sequence[str]) -> None:
        """Remove the messages for good."""
        self._delete("messages", conversation_ids)

    def remove(self, conversation_ids: Sequence[str]) -> None:
        """Remove conversations and messages for good."""
        self._delete("messages", conversation_ids)
        self._delete("conversations", conversation_ids)

    def _delete(self, table: str, conversation_ids: Sequence[str]) -> None:
        sql = f"DELETE FROM {table} WHERE user_id = :user_id AND conversation_id = :conversation_id"
        self._db.many(sql, ({"conversation_id": conversation_id} for conversation_id in conversation_ids))

    def get(self, conversation_ids: Sequence[str]) -> dict[str, StoredConversation]:
        """Those of the ids that resolve."""
        found = self._where_in("conversation_id", conversation_ids)
        return {conversation.id: conversation for conversation in found}

    def known(self, platform: str, platform_ids: Sequence[str]) -> dict[str, StoredConversation]:
        """Those of the platform's ids that are here."""
        found = self._where_in("platform_id", platform_ids, "AND platform = :platform", platform=platform)
        return {conversation.platform_id: conversation for conversation in found}

    def _where_in(
        self, column: str, wanted: Sequence[str], condition: str = "", **values: object
    ) -> Iterable[StoredConversation]:
        for batch in batches(wanted):
            names, named = placeholders("v", batch)
            sql = f"SELECT {_CONVERSATION} FROM conversations WHERE user_id = :user_id AND {column} IN ({names})"
            yield from map(_conversation, self._db.rows(f"{sql} {condition}", **named, **values))

    def newest(self, query: ConversationQuery, limit: int, skip: int = 0) -> list[StoredConversation]:
        """Active ones, the newest creation first."""
        condition, values = _condition(query)
        sql = f"SELECT {_CONVERSATION} FROM conversations WHERE user_id = :user_id AND {condition} "
        order = "ORDER BY coalesce(created_at, recorded_at) DESC, conversation_id DESC LIMIT :limit OFFSET :skip"
        return [_conversation(row) for row in self._db.rows(sql + order, **values, limit=limit, skip=skip)]

    def page_after(self, conversation_id: str | None, limit: int) -> list[StoredConversation]:
        """Conversations of every state in the order of their ids, from the one after `conversation_id`."""
        sql = f"SELECT {_CONVERSATION} FROM conversations WHERE user_id = :user_id AND conversation_id > :after "
        rows = self._db.rows(f"{sql} ORDER BY conversation_id LIMIT :limit", after=conversation_id or "", limit=limit)
        return [_conversation(row) for row in rows]

    def count(self, query: ConversationQuery) -> int:
        """How many active ones there are."""
        condition, values = _condition(query)
        return self._db.number(f"SELECT count(*) FROM conversations WHERE user_id = :user_id AND {condition}", **values)

    def brought_by(self, import_id: str, since: datetime, limit: int) -> list[StoredConversation]:
        """Active ones without a pin that were first recorded by this import, which began then."""
        sql = f"SELECT {_CONVERSATION} FROM conversations WHERE user_id = :user_id AND {_BROUGHT_BY} LIMIT :limit"
        rows = self._db.rows(sql, import_id=import_id, since=to_ms(since), limit=limit)
        return [_conversation(row) for row in rows]

    def count_brought_by(self, import_id: str, since: datetime) -> int:
        """How many those are."""
        sql = f"SELECT count(*) FROM conversations WHERE user_id = :user_id AND {_BROUGHT_BY}"
        return self._db.number(sql, import_id=import_id, since=to_ms(since))

    def messages(self, conversation_id: str) -> list[tuple[int, Message]]:
        """Every message with its number, in order."""
        sql = f"SELECT {_MESSAGE} FROM messages WHERE user_id = :user_id AND conversation_id = :conversation_id"
        rows = self._db.rows(f"{sql} ORDER BY number", conversation_id=conversation_id)
        return [(row[0], _message(row)) for row in rows]

    def some_messages(self, wanted: Mapping[str, Sequence[int]]) -> dict[tuple[str, int], Message]:
        """Messages by conversation and number; those that are gone are left out."""
        places = [(conversation_id, number) for conversation_id, numbers in wanted.items() for number in numbers]
        columns = ", ".join(f"m.{column.strip()}" for column in _MESSAGE.split(","))
        found: dict[tuple[str, int], Message] = {}
        for batch in batches(places):
            listed, values = self._listed(batch)
            rows = self._db.rows(
                f"WITH wanted (conversation_id, number) AS ({listed}) "
                f"SELECT m.conversation_id, {columns} FROM wanted AS w JOIN messages AS m "
                "ON m.user_id = :user_id AND m.conversation_id = w.conversation_id AND m.number = w.number",
                **values,
            )
            found |= {(row[0], row[1]): _message(row[1:]) for row in rows}
        return found

    def _listed(self, places: Sequence[tuple[str, int]]) -> tuple[str, dict[str, object]]:
        """Conversations and numbers as a table, with its parameters."""
        values: dict[str, object] = {f"c{i}": conversation_id for i, (conversation_id, _) in enumerate(places)}
        return "VALUES " + ", ".join(f"(:c{i}, {int(number)})" for i, (_, number) in enumerate(places)), values

    def count_messages(self, conversation_id: str) -> int:
        """How many there are on all branches; they are numbered from 0."""
        sql = "SELECT count(*) FROM messages WHERE user_id = :user_id AND conversation_id = :of"
        return self._db.number(sql, of=conversation_id)

    def number_of(self, conversation_id: str, message_id: str) -> int | None:
        """The number of the first message with the platform's id."""
        sql = "SELECT number FROM messages WHERE user_id = :user_id AND conversation_id = :of AND message_id = :id "
        row = self._db.row(sql + "ORDER BY number LIMIT 1", of=conversation_id, id=message_id)
        return row[0] if row else None

    def outlines(self, conversation_id: str) -> list[Outline]:
        """Where every message stands, in order."""
        sql = "SELECT number, message_id, is_current, parent_id FROM messages WHERE user_id = :user_id "
        rows = self._db.rows(sql + "AND conversation_id = :of ORDER BY number", of=conversation_id)
        return [Outline(number, message_id, bool(current), parent) for number, message_id, current, parent in rows]

    def texts(self, conversation_id: str) -> list[tuple[int, str]]:
        """What every message says, with its number, in order."""
        sql = "SELECT number, text FROM messages WHERE user_id = :user_id AND conversation_id = :of ORDER BY number"
        return [(number, text) for number, text in self._db.rows(sql, of=conversation_id)]

    def volumes(self) -> list[PlatformVolume]:
        """How much there is of each platform, most first."""
        rows = self._db.rows(
            "SELECT platform, count(*), sum(message_count), sum(token_count), min(created_at), "
            "max(coalesce(updated_at, created_at)) FROM conversations "
            "WHERE user_id = :user_id AND state = 'active' GROUP BY platform ORDER BY 2 DESC, 1"
        )
        return [
            PlatformVolume(row[0], row[1], row[2], row[3], optional_time(row[4]), optional_time(row[5])) for row in rows
        ]

    def projects(self, limit: int) -> list[tuple[str, int]]:
        """The projects of active ones and how many each has, most first."""
        rows = self._db.rows(
            "SELECT project, count(*) FROM conversations WHERE user_id = :user_id AND state = 'active' "
            "AND project IS NOT NULL GROUP BY project ORDER BY 2 DESC, 1 LIMIT :limit",
            limit=limit,
        )
        return [(project, count) for project, count in rows]


def _condition(query: ConversationQuery) -> tuple[str, dict[str, object]]:
    parts = ["state = 'active'"]
    values: dict[str, object] = {}
    title = None if query.title is None else f"%{_escaped(query.title.casefold())}%"
    pinned = None if query.is_pinned is None else int(query.is_pinned)
    for part, name, value in (
        ("platform = :platform", "platform", query.platform),
        ("title_key LIKE :title ESCAPE '!'", "title", title),
        ("coalesce(created_at, recorded_at) >= :created_from", "created_from", optional_ms(query.created_from)),
        ("coalesce(created_at, recorded_at) <= :created_to", "created_to", optional_ms(query.created_to)),
        ("is_pinned = :is_pinned", "is_pinned", pinned),
        ("import_id = :import_id", "import_id", query.import_id),
        ("project = :project", "project", query.project),
    ):
        if value is not None:
            parts.append(part)
            values[name] = value
    return " AND ".join(parts), values


def _escaped(text: str) -> str:
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _values(conversation: StoredConversation) -> dict[str, object]:
    return {
        "conversation_id": conversation.id,
        "platform": conversation.platform,
        "platform_id": conversation.platform_id,
        "title": conversation.title,
        "title_key": conversation.title.casefold(),
        "project": conversation.project,
        "created_at": optional_ms(conversation.created_at),
        "updated_at": optional_ms(conversation.updated_at),
        "recorded_at": to_ms(conversation.recorded_at),
        "state": conversation.state,
        "is_pinned": int(conversation.is_pinned),
        "message_count": conversation.message_count,
        "token_count": conversation.token_count,
        "content_hash": conversation.content_hash,
        "import_id": conversation.import_id,
    }


def _conversation(row: Row) -> StoredConversation:
    return StoredConversation(
        id=row[0],
        platform=row[1],
        platform_id=row[2],
        title=row[3],
        project=row[4],
        created_at=optional_time(row[5]),
        updated_at=optional_time(row[6]),
        recorded_at=from_ms(row[7]),
        state=ConversationState(row[8]),
        is_pinned=bool(row[9]),
        message_count=row[10],
        token_count=row[11],
        content_hash=row[12],
        import_id=row[13],
    )


def _message_values(conversation_id: str, number: int, message: Message) -> dict[str, object]:
    return {
        "conversation_id": conversation_id,
        "number": number,
        "message_id": message.id,
        "role": message.role,
        "speaker": message.speaker,
        "text": message.text,
        "created_at": optional_ms(message.created_at),
        "model": message.model,
        "attachments": json.dumps(message.attachments) if message.attachments else None,
        "is_current": int(message.is_current),
        "parent_id": message.parent_id,
    }


def _message(row: Row) -> Message:
    return Message(
        id=row[1],
        role=Role(row[2]),
        speaker=row[3],
        text=row[4],
        created_at=optional_time(row[5]),
        model=row[6],
        attachments=tuple(json.loads(row[7])) if row[7] else (),
        is_current=bool(row[8]),
        parent_id=row[9],
    )


def _volume(row: Row) -> PlatformVolume:
    platform, conversations, messages, tokens, first, last = row
    return PlatformVolume(platform, conversations, messages, tokens, optional_time(first), optional_time(last))
