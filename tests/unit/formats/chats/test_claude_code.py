from datetime import UTC, datetime

import pytest
from importing import imported_lines

from onememory.formats.chats.found import LeftOut

STEP = {"sessionId": "s1", "cwd": "/home/ines/shop", "version": "2.1.0", "isSidechain": False, "userType": "external"}
DIALOGUE = [("user", "Use pnpm."), ("assistant", "Done.")]

SIDE_RECORDS = [
    {"type": "agent-name", "agentName": "a", "sessionId": "s1"},
    {"type": "last-prompt", "lastPrompt": "a", "sessionId": "s1"},
    {"type": "queue-operation", "operation": "enqueue", "content": "a", "sessionId": "s1"},
    {"type": "progress", "data": {}, "uuid": "p1", "parentUuid": "u1"},
    {"type": "attachment", "attachment": {}, "uuid": "p2", "parentUuid": "u1"},
    {"type": "file-history-snapshot", "messageId": "u1", "snapshot": {}},
    {"type": "permission-mode", "permissionMode": "plan", "sessionId": "s1"},
    {"type": "pr-link", "prUrl": "https://example.org", "sessionId": "s1"},
    {"type": "mode", "mode": "normal", "sessionId": "s1"},
]
NOT_PROMPTS: list[tuple[dict[str, object], dict[LeftOut, int]]] = [
    ({"isMeta": True}, {LeftOut.HIDDEN: 1}),
    ({"isCompactSummary": True}, {LeftOut.HIDDEN: 1}),
    ({"isSidechain": True}, {LeftOut.TOOL: 1}),
    ({"content": "<command-name>/clear</command-name>\n<command-args></command-args>"}, {LeftOut.HIDDEN: 2}),
    ({"content": "<local-command-stdout>ok</local-command-stdout>"}, {LeftOut.HIDDEN: 1}),
    ({"content": "[Request interrupted by user for tool use]"}, {LeftOut.HIDDEN: 1}),
    (
        {"content": [{"type": "tool_result", "tool_use_id": "t", "content": "x"}], "toolUseResult": {}},
        {LeftOut.TOOL: 1},
    ),
]
PROMPTS = [
    ("Use pnpm.", "Use pnpm."),
    ([{"type": "text", "text": "Use pnpm."}], "Use pnpm."),
    ("Use pnpm.<system-reminder>hidden</system-reminder>", "Use pnpm."),
    ("<ide_opened_file>a.py</ide_opened_file>Use pnpm.", "Use pnpm."),
    ("Why does it print <command-name> here?", "Why does it print <command-name> here?"),
]
TITLES = [
    ([{"type": "summary", "summary": "Package manager", "leafUuid": "x"}], "Package manager"),
    ([{"type": "ai-title", "aiTitle": "pnpm", "sessionId": "s1"}], "pnpm"),
    ([{"type": "custom-title", "customTitle": "Mine", "sessionId": "s1"}], "Mine"),
    ([{"type": "custom-title", "customTitle": "Mine"}, {"type": "ai-title", "aiTitle": "pnpm"}], "Mine"),
    ([{"type": "custom-title", "customTitle": "Old"}, {"type": "custom-title", "customTitle": "New"}], "New"),
    ([{"type": "ai-title", "aiTitle": None}], "Use pnpm."),
]


def user(uuid: str, parent: str | None, content: object, **fields: object) -> dict[str, object]:
    message = {"role": "user", "content": content}
    return STEP | {"type": "user", "uuid": uuid, "parentUuid": parent, "message": message} | fields


def assistant(uuid: str, parent: str, *blocks: object, api_id: str | None = None) -> dict[str, object]:
    message = {"id": api_id or f"msg_{uuid}", "role": "assistant", "model": "claude-opus", "content": list(blocks)}
    return STEP | {"type": "assistant", "uuid": uuid, "parentUuid": parent, "message": message}


def text(words: str) -> dict[str, str]:
    return {"type": "text", "text": words}


SESSION = [user("u1", None, "Use pnpm."), assistant("a1", "u1", text("Done."))]


def test_a_session_is_a_conversation_in_its_folder() -> None:
    timed = [record | {"timestamp": f"2026-01-01T10:00:0{n}.000Z"} for n, record in enumerate(SESSION)]
    found = imported_lines(*timed)
    assert (found.format_id, found.one.platform, found.one.platform_id) == ("claude-code", "claude-code", "s1")
    assert (found.one.project, found.dialogue) == ("/home/ines/shop", DIALOGUE)
    assert found.one.updated_at == datetime(2026, 1, 1, 10, 0, 1, tzinfo=UTC)
    assert [message.model for message in found.one.messages] == [None, "claude-opus"]


def test_only_the_final_answer_of_a_turn_is_kept() -> None:
    found = imported_lines(
        SESSION[0],
        assistant("a0", "u1", {"type": "thinking", "thinking": "hm"}, text("Let me look.")),
        assistant("a2", "a0", {"type": "tool_use", "name": "Bash", "input": {}}),
        user("t1", "a2", [{"type": "tool_result", "tool_use_id": "t", "content": "x"}]),
        assistant("a1", "t1", text("Done.")),
    )
    assert found.dialogue == DIALOGUE
    assert found.tally.left_out == {LeftOut.THINKING: 1, LeftOut.TOOL: 2, LeftOut.HIDDEN: 1}


def test_texts_of_one_answer_belong_together() -> None:
    found = imported_lines(
        SESSION[0], assistant("a1", "u1", text("One."), api_id="m"), assistant("a2", "a1", text("Two."), api_id="m")
    )
    assert found.dialogue[1] == ("assistant", "One.\n\nTwo.")


@pytest.mark.parametrize(("content", "prompt"), PROMPTS)
def test_what_programs_insert_into_a_prompt_is_cut_out(content: object, prompt: str) -> None:
    assert imported_lines(user("u1", None, content), SESSION[1]).dialogue == [("user", prompt), DIALOGUE[1]]


@pytest.mark.parametrize(("fields", "left_out"), NOT_PROMPTS)
def test_what_is_no_prompt_is_left_out(fields: dict[str, object], left_out: dict[LeftOut, int]) -> None:
    found = imported_lines(*SESSION, user("u2", "a1", fields.pop("content", "hidden"), **fields))
    assert (found.dialogue, found.tally.left_out) == (DIALOGUE, left_out)


@pytest.mark.parametrize("record", SIDE_RECORDS, ids=lambda record: record["type"])
def test_side_records_are_passed_over(record: dict[str, object]) -> None:
    found = imported_lines(SESSION[0], record, SESSION[1])
    assert (found.dialogue, found.tally.unrecognised, found.tally.left_out) == (DIALOGUE, 0, {})


@pytest.mark.parametrize("record", SIDE_RECORDS, ids=lambda record: record["type"])
def test_a_session_that_begins_with_a_side_record_is_known(record: dict[str, object]) -> None:
    assert imported_lines(record, *SESSION).format_id == "claude-code"


@pytest.mark.parametrize(("records", "title"), TITLES)
def test_the_best_title_wins(records: list[object], title: str) -> None:
    assert imported_lines(*records, *SESSION).one.title == title


def test_repeated_uuids_count_once() -> None:
    assert imported_lines(*SESSION, *SESSION).dialogue == DIALOGUE


def test_the_file_of_a_sub_agent_is_skipped_with_the_reason() -> None:
    found = imported_lines(*(record | {"isSidechain": True, "agentId": "x"} for record in SESSION))
    assert found.conversations == []
    assert "sub-agent" in found.reasons


def test_a_prompt_that_was_rewound_is_another_branch() -> None:
    found = imported_lines(
        *SESSION,
        user("u2", "a1", "No."),
        assistant("a2", "u2", text("Hm.")),
        user("u3", "a1", "Thanks."),
        assistant("a3", "u3", text("Welcome.")),
    )
    assert [words for _, words in found.dialogue] == ["Use pnpm.", "Done.", "Thanks.", "Welcome."]
    assert [(m.text, m.parent_id) for m in found.one.messages if not m.is_current] == [("No.", "a1"), ("Hm.", "u2")]


@pytest.mark.parametrize("parent", [None, "gone"])
def test_after_a_break_in_the_chain_the_conversation_goes_on(parent: str | None) -> None:
    boundary = STEP | {"type": "system", "subtype": "compact_boundary", "uuid": "c", "parentUuid": parent}
    found = imported_lines(*SESSION, boundary, user("u2", "c", "Thanks."))
    assert found.dialogue == [*DIALOGUE, ("user", "Thanks.")]


def test_messages_that_no_model_wrote_are_left_out() -> None:
    error = assistant("a2", "a1", text("API Error: 529"))
    error["message"]["model"] = "<synthetic>"  # type: ignore[index]
    assert imported_lines(*SESSION, error).dialogue == DIALOGUE


@pytest.mark.parametrize("record", [None, 7, {}, {"type": "unheard-of"}, {"type": None}])
def test_lines_that_make_no_sense_are_counted(record: object) -> None:
    found = imported_lines(*SESSION, record)
    assert (found.dialogue, found.tally.unrecognised) == (DIALOGUE, 1)
