from datetime import UTC, datetime

import pytest
from importing import imported, imported_sample

from onememory.formats.chats.found import LeftOut

SAMPLE = "mistral/synthetic-chat-00000000-0000-4000-8000-000000000071.json"
CHAT = "00000000-0000-4000-8000-000000000071"


def message(**fields: object) -> dict[str, object]:
    whole: dict[str, object] = {"id": "a", "version": 0, "chatId": CHAT, "content": "Hello", "contentChunks": None}
    return whole | {"role": "user", "createdAt": "2026-05-01T12:00:00.000Z", "files": []} | fields


def test_messages_are_put_in_order_and_chunks_count_before_content() -> None:
    found = imported_sample(SAMPLE)
    assert found.format_id == "mistral"
    assert found.dialogue == [
        ("user", "Which rice for paella for 12 people?"),
        ("assistant", "Paella needs bomba rice."),
    ]


def test_the_chat_has_its_own_id_times_and_a_title_from_its_first_words() -> None:
    chat = imported_sample(SAMPLE).one
    assert (chat.platform, chat.platform_id) == ("mistral", CHAT)
    assert chat.title == "Which rice for paella for 12 people?"
    assert chat.created_at == datetime(2026, 5, 1, 12, tzinfo=UTC)


def test_names_of_files_are_kept() -> None:
    assert imported_sample(SAMPLE).one.messages[0].attachments == ("pan.jpg",)


def test_tool_calls_are_left_out_and_counted() -> None:
    assert imported_sample(SAMPLE).tally.left_out == {LeftOut.TOOL: 1}


@pytest.mark.parametrize("kind", ["reference", "custom_element"])
def test_marks_between_words_are_passed_over(kind: str) -> None:
    found = imported([message(contentChunks=[{"type": "text", "text": "Yes."}, {"type": kind}])])
    assert (found.dialogue, found.tally.unrecognised) == ([("user", "Yes.")], 0)


@pytest.mark.parametrize(
    ("chunk", "name"),
    [({"type": "image_url", "imageUrl": "https://x"}, "image"), ({"type": "file_reference", "name": "a.pdf"}, "a.pdf")],
)
def test_pictures_and_files_in_chunks_are_attachments(chunk: dict[str, str], name: str) -> None:
    assert imported([message(contentChunks=[chunk])]).one.messages[0].attachments == (name,)


def test_a_chat_that_opens_with_a_long_message_is_known() -> None:
    assert imported([message(content="long " * 20_000)]).format_id == "mistral"


def test_at_one_moment_the_user_speaks_first() -> None:
    found = imported([message(id="b", role="assistant", content="Hi"), message()])
    assert found.dialogue == [("user", "Hello"), ("assistant", "Hi")]


def test_of_two_versions_of_a_message_the_newer_counts() -> None:
    found = imported([message(version=1, content="Better"), message()])
    assert (found.dialogue, found.tally.left_out) == ([("user", "Better")], {LeftOut.HIDDEN: 1})


@pytest.mark.parametrize(
    "record", [None, "text", {}, {"chatId": None}, message(id="b", role="narrator"), message(id="b", role=None)]
)
def test_records_that_make_no_sense_are_counted(record: object) -> None:
    found = imported([message(), record])
    assert (found.dialogue, found.tally.unrecognised) == ([("user", "Hello")], 1)
