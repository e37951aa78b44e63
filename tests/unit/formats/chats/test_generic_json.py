from datetime import UTC, datetime

import pytest
from importing import imported, imported_lines

from onememory.domain.conversations import Role
from onememory.formats.chats.found import LeftOut

USER: dict[str, object] = {"role": "user", "content": "Hello"}
ASSISTANT: dict[str, object] = {"role": "assistant", "content": "Hi"}
DIALOGUE = [("user", "Hello"), ("assistant", "Hi")]

NESTINGS: dict[str, object] = {
    "messages": [USER, ASSISTANT],
    "one conversation": {"title": "T", "messages": [USER, ASSISTANT]},
    "conversations": [{"messages": [USER, ASSISTANT]}],
    "lists of messages": [[USER, ASSISTANT]],
    "conversations under a key": {"chats": [{"messages": [USER, ASSISTANT]}]},
    "conversations two keys down": {"data": {"chats": [{"messages": [USER, ASSISTANT]}]}},
    "conversations by id": {"chats": {"c1": {"messages": [USER, ASSISTANT]}}},
    "messages by id": {"messages": {"m1": USER, "m2": ASSISTANT}},
    "a history": {"version": 1, "history": [USER, ASSISTANT]},
    "messages in envelopes": [{"message": USER}, {"message": ASSISTANT}],
    "shared conversations": [{"conversations": [{"from": "human", "value": "Hello"}, {"from": "gpt", "value": "Hi"}]}],
}
MESSAGES: list[tuple[dict[str, object], dict[str, object]]] = [
    ({"author": "user", "text": "Hello"}, {"author": "bot", "text": "Hi"}),
    ({"author": {"role": "user"}, "text": "Hello"}, {"author": {"role": "assistant"}, "text": "Hi"}),
    ({"author": {"name": "You"}, "text": "Hello"}, {"author": {"name": "ChatGPT"}, "text": "Hi"}),
    ({"sender": "human", "message": "Hello"}, {"sender": "ai", "message": "Hi"}),
    ({"speaker": "User", "body": "Hello"}, {"speaker": "Assistant", "body": "Hi"}),
    ({"type": "human", "content": "Hello"}, {"type": "ai", "content": "Hi"}),
    ({"role": "USER", "content": "Hello"}, {"role": "MODEL", "parts": [{"text": "Hi"}]}),
    (
        {"role": "user", "content": {"parts": ["Hello"]}},
        {"role": "assistant", "content": [{"type": "text", "text": "Hi"}]},
    ),
    ({"author": "user", "text": "Hello"}, {"author": "Claude-3-Opus", "text": "Hi"}),
]


@pytest.mark.parametrize("nesting", NESTINGS)
def test_messages_are_found_in_each_nesting(nesting: str) -> None:
    found = imported(NESTINGS[nesting])
    assert (found.format_id, found.one.platform, found.dialogue) == ("generic-json", "custom", DIALOGUE)


@pytest.mark.parametrize("messages", MESSAGES)
def test_each_way_to_name_the_speaker_is_known(messages: tuple[object, object]) -> None:
    assert imported(messages).dialogue == DIALOGUE


def test_lines_are_messages_or_conversations() -> None:
    assert imported_lines(USER, ASSISTANT).dialogue == DIALOGUE
    found = imported_lines({"messages": [USER, ASSISTANT]}, {"messages": [ASSISTANT, USER]})
    assert [chat.messages[0].text for chat in found.conversations] == ["Hello", "Hi"]


@pytest.mark.parametrize("key", ["conversation_id", "conversationId", "chat_id", "thread_id", "session_id"])
def test_messages_that_name_their_conversation_are_put_together(key: str) -> None:
    found = imported_lines(USER | {key: "a" * 9}, USER | {key: "b" * 9}, ASSISTANT | {key: "a" * 9})
    assert {chat.platform_id: len(chat.messages) for chat in found.conversations} == {"a" * 9: 2, "b" * 9: 1}


def test_ids_titles_times_models_and_files_are_kept() -> None:
    answer = ASSISTANT | {"id": "m2", "model": "m", "created_at": "2026-01-02", "files": ["a.pdf"]}
    chat = imported([{"id": "conversation-1", "name": "T", "updated_at": "2026-01-03", "messages": [USER, answer]}]).one
    message = chat.messages[1]
    assert (chat.platform_id, chat.title, chat.updated_at) == ("conversation-1", "T", datetime(2026, 1, 3, tzinfo=UTC))
    assert (message.id, message.model, message.attachments) == ("m2", "m", ("a.pdf",))
    assert message.created_at == datetime(2026, 1, 2, tzinfo=UTC)


def test_a_short_id_is_not_taken_for_unique() -> None:
    found = imported([{"id": 1, "messages": [USER]}, {"id": 1, "messages": [USER, ASSISTANT]}])
    assert len({chat.platform_id for chat in found.conversations}) == 2


def test_chats_that_open_alike_are_told_apart_by_the_answer() -> None:
    assert len(imported([[USER, ASSISTANT], [USER, ASSISTANT | {"content": "Yes?"}]]).conversations) == 2


def test_people_who_talk_with_each_other_are_named() -> None:
    chat = imported([{"author": "Ana", "text": "Hello"}, {"author": "Rui", "text": "Hi"}]).one
    assert [(message.role, message.speaker) for message in chat.messages] == [(Role.USER, "Ana"), (Role.USER, "Rui")]


def test_messages_that_stand_newest_first_are_turned_around() -> None:
    found = imported([ASSISTANT | {"timestamp": 1_767_200_009}, USER | {"timestamp": 1_767_200_000}])
    assert found.dialogue == DIALOGUE


@pytest.mark.parametrize(
    ("record", "left_out"),
    [({"role": "system", "content": "x"}, LeftOut.SYSTEM), ({"role": "tool", "content": "x"}, LeftOut.TOOL)],
)
def test_system_and_tools_are_left_out(record: object, left_out: LeftOut) -> None:
    found = imported([record, USER, ASSISTANT])
    assert (found.dialogue, found.tally.left_out) == (DIALOGUE, {left_out: 1})


@pytest.mark.parametrize("record", [None, 7, {}, {"role": None, "content": "x"}, {"role": "user"}])
def test_records_that_make_no_sense_are_counted(record: object) -> None:
    found = imported({"messages": [USER, ASSISTANT, record]})
    assert (found.dialogue, found.tally.unrecognised) == (DIALOGUE, 1)


@pytest.mark.parametrize(
    "value", [[{"text": "Likes tea."}], {"role": "user"}, [1, 2], {"name": "x", "from": "a@b.example", "body": "Hi"}]
)
def test_what_has_no_speakers_is_no_chat(value: object) -> None:
    assert imported(value).format_id is None
