from datetime import UTC, datetime

import pytest
from importing import imported

from onememory.formats.chats.found import LeftOut

DIALOGUE = [("user", "Hello"), ("assistant", "Hi")]

STYLES = [
    "## User\n\nHello\n\n## Assistant\n\nHi\n",
    "# You\nHello\n# ChatGPT\nHi",
    "### **User**:\nHello\n### **Claude**:\nHi",
    "## 👤 User\nHello\n## 🤖 Assistant\nHi",
    "## Prompt:\nHello\n\n## Response:\nHi",
    "**You:** Hello\n\n**Assistant:** Hi",
    "**User**: Hello\n\n**Gemini**: Hi",
    "**User**\n\nHello\n\n**Assistant**\n\nHi",
    "__Human:__\nHello\n__AI:__\nHi",
    "User: Hello\nAssistant: Hi",
    "Human: Hello\n\nAI: Hi",
    "You said:\nHello\nChatGPT said:\nHi",
    "[2026-01-01 10:00] User: Hello\n[2026-01-01 10:01] Assistant: Hi",
    "User (2026-01-01 10:00): Hello\nAssistant (2026-01-01 10:01): Hi",
    "## User\nHello\n\n---\n\n## Assistant\nHi\n\n---\n",
    "## User\r\nHello\r\n## Assistant\r\nHi\r\n",
    "\ufeff## User\nHello\n## Assistant\nHi",
    "## Usuario\nHello\n## Asistente\nHi",
    "## 用户\nHello\n## 助手\nHi",
]
KEPT = [
    ("User: Hello\nAssistant: Steps:\nNote: one\nAnswer: 42", "Steps:\nNote: one\nAnswer: 42"),
    ("## User\nHello\n## Assistant\nHi\nUser: is a word", "Hi\nUser: is a word"),
    ("## User\nHello\n## Assistant\n```\n## User\n```", "```\n## User\n```"),
    ("## User\nHello\n## Assistant\n### Response\nHi", "### Response\nHi"),
    ("**User:** Hello\n**Assistant:** Hi\n**You** must go.", "Hi\n**You** must go."),
    ("## User\nHello\n## Assistant\n```\nnever closed", "```\nnever closed"),
]
NO_CHATS = [
    "## User\nonly one speaks",
    "User: Hello",
    "Likes tea.\nHas a dog.",
    "# Notes\n\n## Ideas\n\nNote: nothing",
    "## User\nHello\nAssistant: Hi",
    "**You** are kind and the **assistant** too.",
]


@pytest.mark.parametrize("text", STYLES)
def test_each_style_of_headings_is_known(text: str) -> None:
    found = imported(text)
    assert (found.format_id, found.one.platform, found.dialogue) == ("generic-text", "custom", DIALOGUE)


@pytest.mark.parametrize(("text", "answer"), KEPT)
def test_words_that_look_like_speakers_stay_in_an_answer(text: str, answer: str) -> None:
    assert imported(text).dialogue == [("user", "Hello"), ("assistant", answer)]


@pytest.mark.parametrize("text", NO_CHATS)
def test_other_texts_are_no_chats(text: str) -> None:
    assert imported(text).format_id is None


def test_a_turn_keeps_its_lines() -> None:
    assert imported("User: One\n\n- two\n- three\nAssistant: Hi").dialogue[0] == ("user", "One\n\n- two\n- three")


@pytest.mark.parametrize("text", [f"{title}\n\n{STYLES[0]}" for title in ("# Tea", "Title: Tea", "#  Tea")])
def test_a_title_may_stand_before_it(text: str) -> None:
    assert imported(text).one.title == "Tea"


@pytest.mark.parametrize("line", ["Date: 2026-01-31", "**Created:** 2026-01-31", "- Date: 2026-01-31T00:00:00Z"])
def test_a_date_may_stand_before_it(line: str) -> None:
    assert imported(f"{line}\n\n{STYLES[0]}").one.created_at == datetime(2026, 1, 31, tzinfo=UTC)


@pytest.mark.parametrize("text", [STYLES[12], STYLES[13]])
def test_times_beside_the_speakers_are_read(text: str) -> None:
    times = [message.created_at for message in imported(text).one.messages]
    assert times == [datetime(2026, 1, 1, 10, 0, tzinfo=UTC), datetime(2026, 1, 1, 10, 1, tzinfo=UTC)]


def test_a_system_prompt_is_left_out() -> None:
    found = imported("## System\nBe kind\n## User\nHello\n## Assistant\nHi")
    assert (found.dialogue, found.tally.left_out) == (DIALOGUE, {LeftOut.SYSTEM: 1})


def test_details_before_the_chat_do_not_speak() -> None:
    assert imported("Model: gpt-4\n\nUser: Hello\nAssistant: Hi\nUser: a\nAssistant: b").dialogue[:2] == DIALOGUE
