from datetime import UTC, datetime

import pytest
from importing import imported

from onememory.formats.chats.found import LeftOut

CHAT: dict[str, object] = {
    "id": "c1",
    "chatID": "c1",
    "chatTitle": "Tea",
    "model": "gpt-4",
    "createdAt": "2026-01-01T10:00:00Z",
    "updatedAt": "2026-01-01T11:00:00Z",
    "messages": [
        {"role": "user", "content": "Green or black?", "uuid": "m1", "createdAt": "2026-01-01T10:00:00Z"},
        {"role": "assistant", "content": [{"type": "text", "text": "Green."}], "uuid": "m2"},
    ],
}
DIALOGUE = [("user", "Green or black?"), ("assistant", "Green.")]
PLACES = {
    "the whole export": {"data": {"chats": [CHAT]}},
    "chats after much else": {"data": {"userPrompts": [{"text": "a" * 70_000}], "chats": [CHAT]}},
    "a file of chunks": [CHAT],
    "chats at the top": {"chats": [CHAT]},
}


@pytest.mark.parametrize("place", PLACES)
def test_chats_are_found_in_each_place(place: str) -> None:
    found = imported(PLACES[place])
    assert (found.format_id, found.one.platform_id, found.one.title) == ("typingmind", "c1", "Tea")
    assert found.dialogue == DIALOGUE


def test_ids_times_and_models_are_kept() -> None:
    chat = imported([CHAT]).one
    assert chat.updated_at == datetime(2026, 1, 1, 11, tzinfo=UTC)
    assert [(message.id, message.model) for message in chat.messages] == [("m1", None), ("m2", "gpt-4")]


def test_the_list_of_chunks_holds_no_chats_itself() -> None:
    found = imported({"data": {"chats": {"chunks": ["chunks/chats_part_1.json"]}, "folders": []}})
    assert (found.format_id, found.conversations, found.skipped) == ("typingmind", [], [])


def test_a_folder_is_the_project() -> None:
    folders = [{"id": "f1", "title": "Kitchen"}]
    found = imported({"data": {"chats": [CHAT | {"folderID": "f1"}], "folders": folders}})
    assert found.one.project == "Kitchen"


def test_deleted_chats_are_skipped_with_the_reason() -> None:
    found = imported([CHAT, CHAT | {"id": "c2", "deletedAt": "2026-02-01T00:00:00Z"}])
    assert found.dialogue == DIALOGUE
    assert [skipped.reason for skipped in found.skipped] == ["It was deleted in TypingMind."]


@pytest.mark.parametrize(
    ("part", "names", "left_out"),
    [
        ({"type": "image_url", "image_url": {"url": "data:image/png;base64,"}}, ("image",), {}),
        ({"type": "document", "name": "a.pdf"}, ("a.pdf",), {}),
        ({"type": "thinking", "thinking": "hidden"}, (), {LeftOut.THINKING: 1}),
        ({"type": "tool_use", "name": "search"}, (), {LeftOut.TOOL: 1}),
    ],
)
def test_parts_other_than_text_are_named_or_counted(part: object, names: object, left_out: object) -> None:
    message = {"role": "user", "content": [{"type": "text", "text": "See"}, part]}
    found = imported([CHAT | {"messages": [message]}])
    assert (found.one.messages[0].attachments, found.tally.left_out) == (names, left_out)


@pytest.mark.parametrize("message", [None, "text", {}, {"role": None, "content": "x"}])
def test_messages_that_make_no_sense_are_counted(message: object) -> None:
    found = imported([CHAT | {"messages": [{"role": "user", "content": "Hi"}, message]}])
    assert (found.dialogue, found.tally.unrecognised) == ([("user", "Hi")], 1)
