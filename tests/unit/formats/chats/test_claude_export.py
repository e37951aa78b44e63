from typing import Any

import pytest
from export_readings import Reading, current, left_behind, reading_at, reading_of

from onememory.domain.conversations import MemorySuggestion
from onememory.formats.chats.found import LeftOut


def said(uuid: str, sender: str = "human", **values: Any) -> dict[str, Any]:
    return {"uuid": uuid, "sender": sender, "text": uuid, "content": [], "created_at": "2026-02-01T09:00:00Z", **values}


def chat(*messages: dict[str, Any], **values: Any) -> Reading:
    return reading_of([{"uuid": "c", "name": "N", "chat_messages": list(messages), **values}])


def block(**values: Any) -> Reading:
    return chat(said("q"), said("a", "assistant", content=[values, {"type": "text", "text": "shown"}]))


def test_the_archive_is_read_whole() -> None:
    found = reading_at("claude/synthetic-claude-export.zip")
    assert (len(found.conversations), len(found.suggestions), found.tally.unrecognised) == (1, 5, 0)
    assert "users.json: Personal and account data" in found.reasons


def test_branches_follow_the_parents() -> None:
    found = reading_at("claude/synthetic-conversations.json").only
    assert [message.id for message in current(found)] == ["m1", "m3", "m4"]
    assert left_behind(found) == [("m2", "m1")]


def test_a_text_that_is_only_in_blocks_is_read() -> None:
    assert reading_at("claude/synthetic-conversations.json").said[0].startswith("I bake at 1,200 m")


@pytest.mark.parametrize("content", [[], None, [{"type": "text", "text": ""}]])
def test_a_text_that_is_not_in_blocks_is_read(content: object) -> None:
    assert chat(said("q", content=content)).said == ["q"]


def test_the_text_beside_a_tool_is_no_message() -> None:
    used = said("a", "assistant", text="This block is not supported", content=[{"type": "tool_use", "name": "x"}])
    assert chat(said("q"), used).said == ["q"]


def test_a_voice_note_is_what_the_user_said() -> None:
    assert reading_at("claude/synthetic-conversations.json").said[-1] == "And my oven only reaches 230 degrees."


def test_times_keep_their_microseconds() -> None:
    created = reading_at("claude/synthetic-conversations.json").only.created_at
    assert created is not None
    assert created.isoformat() == "2026-02-01T09:00:00.123456+00:00"


def test_names_of_files_and_artifacts_are_kept_and_not_their_content() -> None:
    found = reading_at("claude/synthetic-conversations.json").only
    assert [message.attachments for message in found.messages[:2]] == [("notes.txt", "crumb.jpg"), ("Bread plan",)]
    assert "Bubbles" not in repr(found)


def test_an_empty_conversation_is_reported() -> None:
    assert "It has no messages." in reading_at("claude/synthetic-conversations.json").reasons


def test_without_parents_messages_follow_each_other() -> None:
    assert chat(said("q"), said("a", "assistant"), said("q2")).said == ["q", "a", "q2"]


def test_messages_of_one_second_keep_the_order_of_the_tree() -> None:
    found = chat(said("a", "assistant", parent_message_uuid="q"), said("q", parent_message_uuid="0"))
    assert found.said == ["q", "a"]


LEFT_OUT: dict[str, tuple[dict[str, Any], LeftOut]] = {
    "thinking": ({"thinking": "t", "summaries": [], "cut_off": False}, LeftOut.THINKING),
    "tool_use": ({"name": "web_search", "input": {"query": "q"}}, LeftOut.TOOL),
    "tool_result": ({"content": [{"type": "knowledge", "title": "t"}]}, LeftOut.TOOL),
    "token_budget": ({"remaining": 1}, LeftOut.HIDDEN),
}


@pytest.mark.parametrize("kind", LEFT_OUT)
def test_blocks_that_were_not_said_are_left_out_and_counted(kind: str) -> None:
    values, reason = LEFT_OUT[kind]
    found = block(type=kind, **values)
    assert found.said == ["q", "shown"]
    assert dict(found.tally.left_out) == {reason: 1}


def test_a_new_kind_of_block_is_counted() -> None:
    assert block(type="hologram", text="?").tally.unrecognised == 1


def test_an_unknown_sender_is_counted() -> None:
    assert chat(said("q"), said("x", "robot")).tally.unrecognised == 1


ARTIFACTS: list[tuple[str, dict[str, Any], str]] = [
    ("artifacts", {"command": "create", "id": "i", "type": "text/markdown", "title": "Plan", "content": "c"}, "Plan"),
    ("create_file", {"path": "/mnt/outputs/plan.md", "file_text": "c"}, "plan.md"),
]


@pytest.mark.parametrize(("tool", "values", "name"), ARTIFACTS)
def test_what_was_made_is_kept_by_name(tool: str, values: dict[str, Any], name: str) -> None:
    assert block(type="tool_use", name=tool, input=values).only.messages[1].attachments == (name,)


def test_memories_are_offered_and_nothing_else() -> None:
    found = reading_at("claude/synthetic-memories.json")
    project = "Project 00000000-0000-4000-8000-000000000021"
    assert found.conversations == []
    assert found.suggestions[0].text.startswith("**Work context**")
    assert found.suggestions[1] == MemorySuggestion(
        "claude", "memory_summary", "Project uses FastAPI and SQLite.", project
    )


def test_project_texts_are_offered() -> None:
    assert reading_at("claude/synthetic-projects.json").suggestions == [
        MemorySuggestion("claude", "project_text", "Shift planner", "Ward rota"),
        MemorySuggestion("claude", "custom_instructions", "Be brief.", "Ward rota"),
        MemorySuggestion(
            "claude", "project_text", "# Rules\nNo more than three nights in a row.", "Ward rota: rules.md"
        ),
    ]


def test_the_example_project_is_passed_over() -> None:
    found = reading_of(
        [{"uuid": "p", "name": "How to", "prompt_template": "x", "docs": [], "is_starter_project": True}]
    )
    assert (found.suggestions, "example project" in found.reasons) == ([], True)


def test_a_chat_of_a_design_is_read_as_a_file_of_its_own() -> None:
    assert reading_of({"uuid": "d", "name": "D", "chat_messages": [said("q")]}, "design_chats/d.json").said == ["q"]
