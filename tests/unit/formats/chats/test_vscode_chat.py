from datetime import UTC, datetime

import pytest
from importing import imported, imported_lines, imported_sample

from onememory.formats.chats.found import LeftOut

NOON = 1_767_700_000_000
REQUEST: dict[str, object] = {"requestId": "r1", "message": {"text": "explain"}, "timestamp": NOON}

PARTS = [
    ([{"value": "It matches "}, {"value": "digits."}], "It matches digits."),
    ([{"kind": "markdownContent", "content": {"value": "Digits."}}], "Digits."),
    ([{"kind": "markdownVuln", "content": {"value": "Digits."}}], "Digits."),
    ([{"value": "See "}, {"kind": "inlineReference", "inlineReference": {"path": "/src/a.py"}}], "See `a.py`"),
    ([{"value": "See "}, {"kind": "inlineReference", "inlineReference": {"name": "run"}}], "See `run`"),
    (["Digits."], "Digits."),
    ([{"value": None}, {"value": "Digits."}], "Digits."),
]


def session(*parts: object) -> dict[str, object]:
    return {"requesterUsername": "ines", "requests": [REQUEST | {"response": list(parts)}]}


def test_requests_and_responses_are_a_conversation() -> None:
    found = imported_sample("copilot/synthetic-vscode-chat.json")
    assert (found.format_id, found.one.platform) == ("github-copilot", "copilot")
    assert found.dialogue == [("user", "explain this regex"), ("assistant", "It matches digits.")]
    assert found.tally.left_out == {LeftOut.TOOL: 1}


def test_the_answer_comes_later_by_the_time_that_it_took() -> None:
    asked, answered = imported_sample("copilot/synthetic-vscode-chat.json").one.messages
    assert asked.created_at == datetime.fromtimestamp(NOON / 1000, UTC)
    assert (answered.created_at or datetime.min) - asked.created_at == datetime.resolution * 900_000  # noqa: DTZ901


@pytest.mark.parametrize(("parts", "answer"), PARTS)
def test_the_words_of_a_response_are_put_together(parts: list[object], answer: str) -> None:
    assert imported(session(*parts)).dialogue == [("user", "explain"), ("assistant", answer)]


@pytest.mark.parametrize(
    ("kind", "left_out"),
    [("thinking", LeftOut.THINKING), ("toolInvocationSerialized", LeftOut.TOOL), ("textEditGroup", LeftOut.TOOL)],
)
def test_other_kinds_are_left_out_and_counted(kind: str, left_out: LeftOut) -> None:
    found = imported(session({"value": "Yes."}, {"kind": kind, "value": "hidden", "content": {"value": "hidden"}}))
    assert (found.dialogue[1][1], found.tally.left_out) == ("Yes.", {left_out: 1})


def test_a_kept_session_has_an_id_a_title_and_times() -> None:
    header = {"sessionId": "s1", "customTitle": "Regex", "creationDate": NOON, "lastMessageDate": NOON + 1000}
    chat = imported(session({"value": "Yes."}) | header).one
    assert (chat.platform_id, chat.title) == ("s1", "Regex")
    assert (chat.updated_at, chat.created_at) == (
        datetime.fromtimestamp(NOON / 1000 + 1, UTC),
        datetime.fromtimestamp(NOON / 1000, UTC),
    )


def test_names_of_attached_files_and_the_model_are_kept() -> None:
    request = REQUEST | {"variableData": {"variables": [{"kind": "file", "name": "a.py"}]}, "modelId": "gpt-5"}
    asked, answered = imported({"requests": [request | {"response": [{"value": "Yes."}]}]}).one.messages
    assert (asked.attachments, answered.model) == (("a.py",), "gpt-5")


def test_a_log_of_changes_is_played_back() -> None:
    found = imported_lines(
        {"kind": 0, "v": {"sessionId": "s1", "requests": []}},
        {"kind": 2, "k": ["requests"], "v": [REQUEST | {"response": []}]},
        {"kind": 2, "k": ["requests", 0, "response"], "v": [{"value": "No."}]},
        {"kind": 2, "k": ["requests", 0, "response"], "v": [{"value": "Yes."}], "i": 0},
        {"kind": 1, "k": ["customTitle"], "v": "Regex"},
    )
    assert (found.one.title, found.dialogue) == ("Regex", [("user", "explain"), ("assistant", "Yes.")])


@pytest.mark.parametrize("change", [{"kind": 2, "k": ["nowhere", 3]}, {"kind": 1, "k": []}, {"kind": 9, "k": ["a"]}, 7])
def test_changes_that_do_not_fit_are_counted(change: object) -> None:
    found = imported_lines({"kind": 0, "v": {"requests": [REQUEST]}}, change)
    assert (found.dialogue, found.tally.unrecognised) == ([("user", "explain")], 1)


def test_requests_that_are_none_are_counted() -> None:
    found = imported({"requesterUsername": None, "requests": [None, REQUEST]})
    assert (found.dialogue, found.tally.unrecognised) == ([("user", "explain")], 1)
