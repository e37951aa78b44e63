import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from onememory.domain.conversations import ConversationState, Message, Role, StoredConversation
from onememory.domain.errors import InvalidInput, TooLarge
from onememory.formats.own_export.conversation_entries import (
    ExportedConversation,
    conversation_of,
    described,
    entry,
    without_conversations,
)

NOW = datetime(2026, 1, 5, 12, 30, 0, 250_000, UTC)
KEPT = StoredConversation(
    id="c1",
    platform="claude",
    platform_id="uuid-1",
    title="Tea \u2028 \x01 and 茶",
    project="Kitchen",
    created_at=NOW,
    updated_at=None,
    recorded_at=NOW,
    state=ConversationState.ACTIVE,
    is_pinned=True,
    message_count=0,
    token_count=0,
    content_hash="abc",
    import_id="i1",
)
MESSAGES = (
    Message("1", Role.USER, "Tea?\n\ttwo cups", NOW, attachments=("leaf.png", "a/b")),
    Message("2", Role.ASSISTANT, "Yes.", None, "opus", speaker="Ada", is_current=False, parent_id="1"),
)
WHOLE = ExportedConversation(KEPT, MESSAGES)


def _value(**changes: object) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(entry(WHOLE, is_first=True))
    return value | changes


def test_a_conversation_is_read_as_it_was_written() -> None:
    assert conversation_of(_value()) == WHOLE


def test_what_is_not_known_may_be_left_out() -> None:
    value = _value()
    for name in ("project", "createdAt", "updatedAt", "isPinned", "contentHash", "importId"):
        del value[name]
    value["messages"] = [{"id": "1", "role": "user", "text": "Tea?"}]

    assert conversation_of(value).messages == (Message("1", Role.USER, "Tea?"),)


def test_an_entry_is_one_line_with_the_messages_last() -> None:
    line = entry(WHOLE, is_first=False)

    assert line.startswith(b',\n{"id":"c1"')
    assert b"\n" not in line[2:]
    assert list(json.loads(line[2:]))[-1] == "messages"


def test_others_are_not_told_how_it_is_kept() -> None:
    told = described(WHOLE)

    assert told["messages"]
    assert {"contentHash", "importId", "state", "isPinned", "recordedAt"}.isdisjoint(told)


BAD: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "bad id": (lambda c: c.update(id="../c"), "`id`: it has characters"),
    "no messages": (lambda c: c.pop("messages"), "missing required field `messages`"),
    "no platform": (lambda c: c.update(platform=""), "`platform` or"),
    "lone surrogate": (lambda c: c["messages"][0].update(text="\ud800"), "text`: it has characters"),
    "NUL": (lambda c: c.update(title="a\x00"), "`title`: it has characters"),
    "unknown role": (lambda c: c["messages"][0].update(role="tool"), "role`: invalid enum value"),
    "no zone": (lambda c: c.update(createdAt="2026-01-01T00:00:00"), "`createdAt`: "),
    "outside time": (lambda c: c.update(recordedAt="0001-01-01T00:00:00+14:00"), "calendar"),
    "excluded and said": (lambda c: c.update(state="excluded"), "an excluded conversation has none"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_mistake_is_told_with_its_place(name: str) -> None:
    change, words = BAD[name]
    value = _value()
    change(value)

    with pytest.raises(InvalidInput, match=words):
        conversation_of(value)


HEAD = b'{"format":"onememory","memories":[\n{"text":"],\\"count\\":1,\\"conversations\\":["}\n],"count":1'


@pytest.mark.parametrize(
    ("rest", "left"),
    [
        (b',"conversations":[\n{"id":"c"}\n]}\n', HEAD + b"}\n"),
        (b',"conversations":[]}\n', HEAD + b"}\n"),
        (b"}\n", HEAD + b"}\n"),
        (b"", HEAD),
    ],
)
def test_memories_are_read_without_the_conversations_behind_them(rest: bytes, left: bytes) -> None:
    assert without_conversations(io.BytesIO(HEAD + rest), 1_000) == left


def test_only_what_stands_before_the_conversations_is_limited() -> None:
    long = b',"conversations":[\n' + b"x" * 2_000

    assert without_conversations(io.BytesIO(HEAD + long), 1_000) == HEAD + b"}\n"
    with pytest.raises(TooLarge):
        without_conversations(io.BytesIO(HEAD + long), 50)
