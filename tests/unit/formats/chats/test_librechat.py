import pytest
from importing import imported, imported_sample

from onememory.formats.chats.found import LeftOut

SAMPLE = "librechat/synthetic-librechat-recursive.json"
ROOT = "00000000-0000-0000-0000-000000000000"
ASKED: dict[str, object] = {"messageId": "1", "parentMessageId": ROOT, "isCreatedByUser": True, "text": "Hello"}
ANSWERED: dict[str, object] = {"messageId": "2", "parentMessageId": "1", "isCreatedByUser": False, "text": "Hi"}
DIALOGUE = [("user", "Hello"), ("assistant", "Hi")]

LAYOUTS: dict[str, dict[str, object]] = {
    "flat": {"messages": [ASKED, ANSWERED]},
    "recursive": {"recursive": True, "messages": [ASKED | {"children": [ANSWERED]}]},
    "a tree beside the messages": {"messagesTree": [ASKED | {"children": [ANSWERED]}], "messages": []},
    "children that do not name their parent": {
        "messages": [ASKED | {"children": [ANSWERED | {"parentMessageId": None}]}]
    },
    "without parents": {"messages": [ASKED, ANSWERED | {"parentMessageId": None}]},
    "null at the root": {"messages": [ASKED | {"parentMessageId": None}, ANSWERED]},
}
CONTENTS = [
    ([{"type": "text", "text": "Hi"}], {}),
    ([{"type": "text", "text": {"value": "Hi"}}], {}),
    ([{"type": "think", "think": "hidden"}, {"type": "text", "text": "Hi"}], {LeftOut.THINKING: 1}),
    ([{"type": "tool_call", "tool_call": {"name": "search"}}, {"type": "text", "text": "Hi"}], {LeftOut.TOOL: 1}),
    ([], {}),
    (None, {}),
]


def export(**fields: object) -> dict[str, object]:
    return {"conversationId": "c1", "endpoint": "openAI", "title": "T", "options": None} | fields


def test_the_newest_branch_is_the_conversation() -> None:
    found = imported_sample(SAMPLE)
    assert (found.format_id, found.one.title) == ("librechat", "Mushrooms")
    assert [text for _, text in found.dialogue] == [
        "I forage chanterelles in autumn.",
        "Take care with lookalikes.",
        "thanks",
    ]


def test_the_other_branch_is_kept_and_marked() -> None:
    other = imported_sample(SAMPLE).message("Lovely hobby!")
    assert (other.is_current, other.parent_id, other.model) == (False, "1", "gpt-4o")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_layout_gives_the_same_conversation(layout: str) -> None:
    found = imported(export(**LAYOUTS[layout]))
    assert (found.format_id, found.one.platform_id, found.dialogue) == ("librechat", "c1", DIALOGUE)


@pytest.mark.parametrize(("content", "left_out"), CONTENTS)
def test_content_counts_before_text(content: object, left_out: dict[LeftOut, int]) -> None:
    found = imported(export(messages=[ASKED, ANSWERED | {"content": content, "text": "" if content else "Hi"}]))
    assert (found.dialogue, found.tally.left_out) == (DIALOGUE, left_out)


@pytest.mark.parametrize(("sender", "role"), [("User", "user"), ("GPT-4", "assistant"), (None, "assistant")])
def test_without_the_flag_the_sender_tells_the_role(sender: str | None, role: str) -> None:
    found = imported(export(messages=[ASKED, ANSWERED | {"isCreatedByUser": None, "sender": sender}]))
    assert found.dialogue[1] == (role, "Hi")


def test_errors_are_left_out() -> None:
    found = imported(export(messages=[ASKED, ANSWERED, ANSWERED | {"messageId": "3", "error": True, "text": "429"}]))
    assert (found.dialogue, found.tally.left_out) == (DIALOGUE, {LeftOut.HIDDEN: 1})


def test_several_conversations_may_stand_in_an_array() -> None:
    found = imported([export(messages=[ASKED]), export(conversationId="c2", messages=[ASKED])])
    assert [chat.platform_id for chat in found.conversations] == ["c1", "c2"]


def test_names_of_files_are_kept() -> None:
    found = imported(export(messages=[ASKED | {"files": [{"filename": "notes.txt"}, None]}]))
    assert found.one.messages[0].attachments == ("notes.txt",)


def test_a_thousand_levels_of_replies_in_a_flat_list_are_read() -> None:
    messages = [ASKED | {"messageId": str(n), "parentMessageId": str(n - 1)} for n in range(1, 1001)]
    assert len(imported(export(messages=messages)).one.messages) == 1000


@pytest.mark.parametrize("record", [None, "text", 7, []])
def test_records_that_make_no_sense_are_counted(record: object) -> None:
    found = imported(export(messages=[ASKED, ANSWERED, record]))
    assert (found.dialogue, found.tally.unrecognised) == (DIALOGUE, 1)
