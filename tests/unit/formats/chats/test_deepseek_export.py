from typing import Any

import pytest
from export_readings import Reading, current, left_behind, reading_at, reading_of

from onememory.formats.chats.found import LeftOut


def raw(*messages: dict[str, Any], current_message_id: int | None = None) -> Reading:
    session = {"id": "s", "title": "T", "current_message_id": current_message_id, "inserted_at": 1767225600.5}
    return reading_of({"code": 0, "data": {"biz_data": {"chat_session": session, "chat_messages": list(messages)}}})


def said(number: int, parent: int | None, *fragments: tuple[str, str], **values: Any) -> dict[str, Any]:
    parts = [{"id": place, "type": kind, "content": text} for place, (kind, text) in enumerate(fragments)]
    return {
        "message_id": number,
        "parent_id": parent,
        "fragments": parts,
        "inserted_at": 1767225600.0 + number,
    } | values


def test_it_is_told_from_chatgpt_by_inserted_at() -> None:
    found = reading_at("deepseek/synthetic-conversations.json").conversations
    assert [conversation.platform for conversation in found] == ["deepseek", "deepseek"]


def test_the_role_comes_from_the_kind_of_fragment() -> None:
    found = reading_at("deepseek/synthetic-conversations.json").conversations[0]
    assert [(message.role, message.text) for message in current(found)] == [
        ("user", "My balcony faces north, what herbs?"),
        ("assistant", "Chives do well too."),
    ]
    assert left_behind(found) == [("2", "1")]


def test_older_messages_state_role_and_content() -> None:
    found = reading_at("deepseek/synthetic-conversations.json").conversations[1]
    assert [(message.role, message.text, message.model) for message in found.messages] == [
        ("user", "hello", None),
        ("assistant", "hi", "deepseek-reasoner"),
    ]


def test_thinking_and_searching_are_left_out_and_counted() -> None:
    found = reading_at("deepseek/synthetic-conversations.json")
    assert dict(found.tally.left_out) == {LeftOut.THINKING: 2, LeftOut.TOOL: 1}
    assert "hidden" not in repr(found.conversations)


def test_times_are_kept_in_utc() -> None:
    found = reading_at("deepseek/synthetic-conversations.json").conversations[0]
    assert str(found.created_at) == "2026-04-01 00:00:00+00:00"


def test_the_answer_of_the_web_page_is_read() -> None:
    question = said(1, None, ("REQUEST", "q"), role="USER", files=[{"file_name": "a.pdf"}])
    found = raw(question, said(2, 1, ("THINK", "t"), ("RESPONSE", "a"), role="ASSISTANT"), current_message_id=2)
    assert found.said == ["q", "a"]
    assert (found.only.platform_id, found.only.messages[0].attachments) == ("s", ("a.pdf",))


@pytest.mark.parametrize(("chosen", "texts"), [(1, ["first"]), (2, ["second"]), (None, ["second"])])
def test_of_several_roots_the_current_message_decides(chosen: int | None, texts: list[str]) -> None:
    assert (
        raw(said(1, None, ("REQUEST", "first")), said(2, None, ("REQUEST", "second")), current_message_id=chosen).said
        == texts
    )


def test_a_new_kind_of_fragment_is_counted() -> None:
    assert raw(said(1, None, ("REQUEST", "q"), ("HOLOGRAM", "?"))).tally.unrecognised == 1
