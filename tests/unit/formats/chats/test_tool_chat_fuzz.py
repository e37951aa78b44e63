"""Whatever stands where a tool's words belong: nothing is raised but InvalidInput, and what comes out can be stored."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from export_readings import EXPORTS, member
from hypothesis import given, settings
from hypothesis import strategies as st

from onememory.domain.conversations import Conversation
from onememory.domain.errors import InvalidInput
from onememory.formats.chats.chat_formats import ChatFormat
from onememory.formats.chats.finishing import finished
from onememory.formats.chats.found import Tally
from onememory.formats.chats.tools import (
    antigravity,
    chatbot_ui,
    claude_code,
    codex,
    copilot,
    cursor,
    generic,
    generic_text,
    librechat,
    mistral,
    openwebui,
    perplexity,
    typingmind,
    vscode_chat,
)


def sample(path: str) -> Any:
    return json.loads((EXPORTS / path).read_text())


TURN = {"role": "user", "content": [{"type": "text", "text": "Hi"}], "id": "m", "model": "x", "createdAt": 1}
STEP = {"type": "user", "uuid": "u", "parentUuid": "p", "sessionId": "s", "message": TURN, "timestamp": "2026-01-01"}
ITEM = {"type": "message", "role": "assistant", "phase": "final_answer", "content": [{"type": "output_text"}]}
BUBBLE = {"bubbleId": "b", "type": 2, "text": "a", "modelInfo": {"modelName": "m"}, "timingInfo": {}}
REQUEST = sample("copilot/synthetic-vscode-chat.json")
CHANGE = {"kind": 2, "k": ["requests", 0, "response"], "v": [{"value": "a"}], "i": 0}
CHAT = {"chatTitle": "a", "chatID": "c", "folderID": "f", "deletedAt": None, "messages": [TURN]}

DOCUMENTS: list[tuple[ChatFormat, Any]] = [
    (mistral.FORMAT, sample("mistral/synthetic-chat-00000000-0000-4000-8000-000000000071.json")),
    (perplexity.FORMAT, sample("perplexity/synthetic-a-conversations.json")),
    (perplexity.FORMAT, sample("perplexity/synthetic-b-thread.json")),
    (perplexity.FORMAT, sample("perplexity/synthetic-c-api-entries.json")),
    (vscode_chat.FORMAT, REQUEST),
    (openwebui.FORMAT, sample("openwebui/synthetic-openwebui-export.json")),
    (librechat.FORMAT, sample("librechat/synthetic-librechat-recursive.json")),
    (chatbot_ui.FORMAT, sample("librechat/synthetic-chatbotui-v4.json")),
    (typingmind.FORMAT, {"data": {"chats": [CHAT], "folders": [{"id": "f", "title": "t"}]}}),
    (antigravity.FORMAT, {"cascadeId": "c", "markdown": "### User Input\na\n### Planner Response\nb"}),
    (codex.FORMAT, {"session": {"id": "s", "source": {"subagent": {}}}, "items": [ITEM]}),
    (generic.FORMAT, {"data": {"chats": [{"id": "c", "messages": [TURN, {"author": "x", "text": "y"}]}]}}),
]
LINES: list[tuple[ChatFormat, list[Any]]] = [
    (claude_code.FORMAT, [STEP, STEP | {"uuid": "v", "parentUuid": "u"}, {"type": "summary", "summary": "t"}]),
    (codex.FORMAT, [{"type": "session_meta", "payload": {"id": "s"}}, {"type": "response_item", "payload": ITEM}]),
    (codex.FORMAT, [{"id": "s", "timestamp": "t", "instructions": None}, {"record_type": "state"}, ITEM]),
    (vscode_chat.FORMAT, [{"kind": 0, "v": REQUEST}, CHANGE]),
    (generic.FORMAT, [TURN, {"conversation_id": "c", **TURN}]),
]
ROWS = {
    "composerData:c": {"name": "a", "fullConversationHeadersOnly": [{"bubbleId": "b", "type": 1}]},
    "bubbleId:c:b": BUBBLE,
    "composerData:d": {"conversation": [BUBBLE], "subagentInfo": None, "workspaceIdentifier": {"uri": {"path": "/"}}},
    cursor.ALL_COMPOSERS: {"allComposers": [{"composerId": "e", "conversation": [BUBBLE]}]},
    cursor.LEGACY_PANEL: {"tabs": [{"tabId": "t", "bubbles": [{"type": "ai", "text": "a"}]}]},
}
ODD: list[Any] = [
    None,
    True,
    0,
    -1,
    1e300,
    "",
    "x",
    "\x00\ud800",
    "<think>",
    [],
    {},
    [None],
    [[]],
    {"": None},
    [{}],
    {"type": "text", "text": {"value": [7]}},
]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from places(value[key], (*path, key))


def replaced(value: Any, path: tuple[Any, ...], odd: Any) -> Any:
    if not path:
        return odd
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], odd)
    return copy


@st.composite
def twisted(draw: st.DrawFn, value: Any) -> Any:
    """The value with odd ones in up to four places."""
    for _ in range(draw(st.integers(0, 4))):
        value = replaced(value, draw(st.sampled_from(list(places(value)))), draw(st.sampled_from(ODD)))
    return value


def check(chat_format: ChatFormat, data: bytes) -> None:
    assert chat_format.sniff(data, "a") in {True, False}
    tally = Tally()
    with suppress(InvalidInput):
        check_each(chat_format.read(member(data), tally), tally)


def check_each(chats: Iterator[Any], tally: Tally) -> None:
    for item in chats:
        whole = finished(item, tally)
        if isinstance(whole, Conversation):
            said = "".join(message.text + message.id for message in whole.messages)
            text = "".join([whole.title, whole.platform_id, said])
            assert "\x00" not in text
            assert text.encode()


@pytest.mark.parametrize(("chat_format", "document"), DOCUMENTS, ids=lambda value: getattr(value, "id", ""))
@settings(max_examples=60)
@given(data=st.data())
def test_odd_values_in_a_document_break_no_reader(chat_format: ChatFormat, document: Any, data: st.DataObject) -> None:
    check(chat_format, json.dumps(data.draw(twisted(document))).encode())


@pytest.mark.parametrize(("chat_format", "records"), LINES, ids=lambda value: getattr(value, "id", ""))
@settings(max_examples=60)
@given(data=st.data())
def test_odd_values_in_lines_break_no_reader(chat_format: ChatFormat, records: list[Any], data: st.DataObject) -> None:
    lines = [json.dumps(data.draw(twisted(record))) for record in records]
    check(chat_format, "\n".join(lines).encode())


@given(data=st.data())
def test_odd_values_in_rows_break_no_reader(data: st.DataObject) -> None:
    values = [json.dumps(data.draw(twisted(value))) for value in ROWS.values()]
    tally = Tally()
    check_each(cursor.rows_to_conversations(zip(ROWS, values, strict=True), tally), tally)


@given(
    text=st.lists(
        st.sampled_from(
            [
                "## User",
                "**You:** a",
                "AI: b",
                "User:",
                "```",
                "~~~~",
                "### User Input",
                "### Planner Response",
                "---",
                "",
                " x",
                "# T",
                "[2026-01-01] User: c",
            ]
        )
    ).map("\n".join)
)
def test_no_text_breaks_a_reader(text: str) -> None:
    check(generic_text.FORMAT, text.encode())
    check(antigravity.FORMAT, text.encode())


@given(
    cells=st.lists(
        st.lists(
            st.sampled_from(["a", "AI", "Human", "", '"', "1/6/2026 10:00:00 +00:00", "2026-01-05", "\x00", "\r"]),
            max_size=5,
        ).map(",".join)
    )
)
def test_no_table_breaks_a_reader(cells: list[str]) -> None:
    check(copilot.FORMAT, "\n".join(["Conversation,Time,Author,Message", *cells]).encode())
