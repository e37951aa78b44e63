from datetime import UTC, datetime

import pytest
from importing import imported, imported_lines

from onememory.formats.chats.found import LeftOut

MARKDOWN = """# Chat Conversation

Note: _This is purely the output of the chat conversation._

### User Input

Use pnpm, not npm.

### Planner Response

Understood.

*Viewed [package.json](file:///src/package.json) *

*Edited relevant file*

*User accepted the command `pnpm install`*

### Planner Response

Done: pnpm it is.
"""
CASCADE: dict[str, object] = {
    "cascadeId": "k1",
    "title": "Package manager",
    "workspaceName": "shop",
    "lastModifiedTime": "2026-03-01T10:00:00Z",
    "markdown": MARKDOWN,
}
DIALOGUE = [("user", "Use pnpm, not npm."), ("assistant", "Understood."), ("assistant", "Done: pnpm it is.")]

ACTIONS = [
    "*Viewed [a.py](file:///a.py) *",
    "*Edited relevant file*",
    "*Grep searched codebase*",
    "*Listed directory [src](file:///src) *",
    "*Checked command status*",
    "*User accepted the command `ls`*",
]


def test_a_conversation_that_opens_with_a_long_prompt_is_known() -> None:
    found = imported(MARKDOWN.replace("Use pnpm", f"{'long ' * 20_000}Use pnpm"))
    assert (found.format_id, len(found.dialogue)) == ("antigravity", 3)


@pytest.mark.parametrize("export", [CASCADE, [CASCADE], MARKDOWN, MARKDOWN.replace("\n", "\r\n")])
def test_headings_tell_the_speakers(export: object) -> None:
    found = imported(export)
    assert (found.format_id, found.dialogue) == ("antigravity", DIALOGUE)


def test_the_cascade_names_the_conversation() -> None:
    chat = imported(CASCADE).one
    assert (chat.platform_id, chat.title, chat.project) == ("k1", "Package manager", "shop")
    assert chat.updated_at == datetime(2026, 3, 1, 10, tzinfo=UTC)


def test_several_cascades_may_come_as_lines() -> None:
    found = imported_lines(CASCADE, CASCADE | {"cascadeId": "k2"})
    assert [chat.platform_id for chat in found.conversations] == ["k1", "k2"]


@pytest.mark.parametrize("action", ACTIONS)
def test_notes_of_what_was_done_are_left_out(action: str) -> None:
    found = imported(CASCADE | {"markdown": f"### User Input\n\nGo\n\n### Planner Response\n\n{action}\n\nDone."})
    assert (found.dialogue, found.tally.left_out) == ([("user", "Go"), ("assistant", "Done.")], {LeftOut.TOOL: 1})


def test_emphasis_in_an_answer_is_kept() -> None:
    found = imported(CASCADE | {"markdown": "### User Input\n\nGo\n\n### Planner Response\n\n*Really* done."})
    assert found.dialogue[1] == ("assistant", "*Really* done.")


@pytest.mark.parametrize("markdown", ["", None, 7])
def test_a_cascade_without_text_is_counted(markdown: object) -> None:
    found = imported([CASCADE, {"cascadeId": "k2", "markdown": markdown}])
    assert (found.dialogue, found.tally.unrecognised) == (DIALOGUE, 1)
