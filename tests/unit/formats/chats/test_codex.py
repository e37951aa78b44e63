from datetime import UTC, datetime

import pytest
from importing import Imported, imported, imported_lines

from onememory.formats.chats.found import LeftOut

AT = "2026-01-01T10:00:00.000Z"
DIALOGUE = [("user", "Use pnpm."), ("assistant", "Done.")]


def line(kind: str, payload: object) -> dict[str, object]:
    return {"timestamp": AT, "type": kind, "payload": payload}


def said(role: str, words: str, **fields: object) -> dict[str, object]:
    kind = "output_text" if role == "assistant" else "input_text"
    return {"type": "message", "role": role, "content": [{"type": kind, "text": words}]} | fields


META = line("session_meta", {"id": "s1", "timestamp": AT, "cwd": "/home/ines/shop", "source": "cli"})
PROMPT, ANSWER = said("user", "Use pnpm."), said("assistant", "Done.")
BARE_META: dict[str, object] = {"id": "s1", "timestamp": AT, "instructions": None, "git": {}}

OTHER_ITEMS = [
    ({"type": "function_call", "name": "shell", "arguments": "{}"}, {LeftOut.TOOL: 1}),
    ({"type": "function_call_output", "call_id": "1", "output": "x"}, {LeftOut.TOOL: 1}),
    ({"type": "custom_tool_call", "name": "apply_patch"}, {LeftOut.TOOL: 1}),
    ({"type": "local_shell_call", "action": {}}, {LeftOut.TOOL: 1}),
    ({"type": "web_search_call", "action": {}}, {LeftOut.TOOL: 1}),
    ({"type": "reasoning", "summary": [], "encrypted_content": "x"}, {LeftOut.THINKING: 1}),
    (said("developer", "hidden"), {LeftOut.SYSTEM: 1}),
    (said("system", "hidden"), {LeftOut.SYSTEM: 1}),
    (said("user", "<environment_context>\n  <cwd>/</cwd>\n</environment_context>"), {LeftOut.HIDDEN: 1}),
    (said("user", "<user_instructions>\n\nhidden\n\n</user_instructions>"), {LeftOut.HIDDEN: 1}),
    (said("user", "# AGENTS.md instructions for /home/ines\n\nhidden"), {LeftOut.HIDDEN: 1}),
    (said("user", "<turn_aborted>hidden</turn_aborted>"), {LeftOut.HIDDEN: 1}),
]
PHASES = [
    ([said("assistant", "Looking.", phase="commentary"), said("assistant", "Done.", phase="final_answer")], 1),
    ([said("assistant", "Done.", phase="final_answer"), said("assistant", "Bye.", phase="commentary")], 1),
    ([said("assistant", "Looking."), said("assistant", "Done.")], 1),
    ([said("assistant", "Done.", phase="commentary")], 0),
]


def wrapped(*items: object) -> Imported:
    return imported_lines(META, *(line("response_item", item) for item in items))


def test_a_session_is_a_conversation_in_its_folder() -> None:
    context = line("turn_context", {"cwd": "/tmp", "model": "gpt-5-codex"})
    found = imported_lines(META, context, line("response_item", PROMPT), line("response_item", ANSWER))
    assert (found.format_id, found.one.platform, found.one.platform_id) == ("codex", "codex", "s1")
    assert (found.one.project, found.dialogue) == ("/home/ines/shop", DIALOGUE)
    assert found.one.created_at == datetime(2026, 1, 1, 10, tzinfo=UTC)
    assert [message.model for message in found.one.messages] == [None, "gpt-5-codex"]


def test_the_layout_of_bare_lines_is_read() -> None:
    found = imported_lines(BARE_META, {"record_type": "state"}, PROMPT, {"record_type": "state"}, ANSWER)
    assert (found.format_id, found.one.platform_id, found.dialogue) == ("codex", "s1", DIALOGUE)
    assert found.tally.unrecognised == 0


def test_the_layout_of_one_object_is_read() -> None:
    found = imported({"session": {"id": "s1", "timestamp": AT, "instructions": ""}, "items": [PROMPT, ANSWER]})
    assert (found.format_id, found.one.platform_id, found.dialogue) == ("codex", "s1", DIALOGUE)


@pytest.mark.parametrize(("item", "left_out"), OTHER_ITEMS)
def test_other_items_are_left_out_and_counted(item: dict[str, object], left_out: dict[LeftOut, int]) -> None:
    for found in (wrapped(PROMPT, item, ANSWER), imported_lines(BARE_META, PROMPT, item, ANSWER)):
        assert (found.dialogue, found.tally.left_out) == (DIALOGUE, left_out)


@pytest.mark.parametrize(("answers", "hidden"), PHASES)
def test_only_the_final_answer_of_a_turn_is_kept(answers: list[object], hidden: int) -> None:
    found = wrapped(PROMPT, *answers)
    assert (found.dialogue, found.tally.left_out[LeftOut.HIDDEN]) == (DIALOGUE, hidden)


def test_what_the_editor_puts_before_a_request_is_cut_off() -> None:
    words = "# Context from my IDE setup:\n\n## Open tabs:\n- a.py\n\n## My request for Codex:\nUse pnpm.\n"
    assert wrapped(said("user", words), ANSWER).dialogue == DIALOGUE


def test_events_repeat_what_was_said_and_count_only_without_it() -> None:
    events = [
        line("event_msg", {"type": "user_message", "message": "Use pnpm."}),
        line("event_msg", {"type": "agent_message", "message": "Done."}),
        line("event_msg", {"type": "token_count", "info": None}),
    ]
    items = [line("response_item", PROMPT), line("response_item", ANSWER)]
    assert imported_lines(META, *items, *events).dialogue == DIALOGUE
    assert imported_lines(META, *events).dialogue == DIALOGUE


def test_a_compacted_history_is_not_told_again() -> None:
    compacted = line("compacted", {"message": "summary", "replacement_history": [PROMPT]})
    found = imported_lines(META, line("response_item", PROMPT), compacted, line("response_item", ANSWER))
    assert found.dialogue == DIALOGUE


def test_a_session_that_goes_on_from_another_keeps_its_own_id() -> None:
    other = line("session_meta", {"id": "s0", "timestamp": AT})
    assert imported_lines(META, other, line("response_item", PROMPT)).one.platform_id == "s1"


def test_the_file_of_a_sub_agent_is_skipped_with_the_reason() -> None:
    meta = line("session_meta", {"id": "s2", "source": {"subagent": {"thread_spawn": {}}}})
    found = imported_lines(meta, line("response_item", PROMPT))
    assert found.conversations == []
    assert "sub-agent" in found.reasons


@pytest.mark.parametrize(
    "record", [None, 7, line("response_item", None), line("response_item", {"type": "new"}), {"type": "new"}]
)
def test_records_that_make_no_sense_are_counted(record: object) -> None:
    found = imported_lines(META, line("response_item", PROMPT), record, line("response_item", ANSWER))
    assert (found.dialogue, found.tally.unrecognised) == (DIALOGUE, 1)
