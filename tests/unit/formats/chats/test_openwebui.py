import pytest
from importing import imported, imported_sample

from onememory.formats.chats.found import LeftOut

SAMPLE = "openwebui/synthetic-openwebui-export.json"

ANSWERS = [
    ('<details type="reasoning" done="true">a</details>Yes.', "Yes.", {LeftOut.THINKING: 1}),
    ('<details type="tool_calls">a</details>Yes.', "Yes.", {LeftOut.TOOL: 1}),
    ('<details type="code_interpreter">a</details>Yes.', "Yes.", {LeftOut.TOOL: 1}),
    ('<details type="reasoning">a<details>b</details>c</details>Yes.', "Yes.", {LeftOut.THINKING: 1}),
    ('Yes.<details type="reasoning" done="false">never ended', "Yes.", {LeftOut.THINKING: 1}),
    ("<think>a</think>Yes.", "Yes.", {LeftOut.THINKING: 1}),
    ("Models write <think> first.", "Models write <think> first.", {}),
    ("<details><summary>Steps</summary>a</details>", "<details><summary>Steps</summary>a</details>", {}),
    ([{"type": "text", "text": "Yes."}], "Yes.", {}),
]
OUTPUTS = [
    ({"type": "message", "content": [{"type": "output_text", "text": "Yes."}]}, ["Yes."]),
    ({"type": "reasoning", "content": [{"type": "output_text", "text": "hidden"}]}, []),
    ({"type": "function_call", "name": "search", "arguments": "{}"}, []),
    ({"type": "function_call_output", "output": [{"type": "input_text", "text": "hidden"}]}, []),
]


def chat(**answer: object) -> list[dict[str, object]]:
    messages = {
        "u": {"id": "u", "parentId": None, "childrenIds": ["a"], "role": "user", "content": "Hello"},
        "a": {"id": "a", "parentId": "u", "childrenIds": [], "role": "assistant", "content": "Hi"} | answer,
    }
    return [{"id": "1", "chat": {"title": "T", "history": {"currentId": "a", "messages": messages}}}]


def test_the_branch_of_the_current_message_is_the_conversation() -> None:
    found = imported_sample(SAMPLE)
    assert (found.format_id, found.one.platform_id) == ("openwebui", "owui-1")
    assert found.dialogue == [("user", "Our church choir meets on Tuesdays."), ("assistant", "Tuesday it is.")]


def test_the_answer_that_was_generated_again_is_kept_as_another_branch() -> None:
    other = imported_sample(SAMPLE).message("discarded")
    assert (other.is_current, other.parent_id) == (False, "u1")


def test_each_answer_names_its_model() -> None:
    models = {message.text: message.model for message in imported_sample(SAMPLE).one.messages}
    assert (models["Tuesday it is."], models["discarded"]) == ("deepseek-r1", "llama3.1:latest")


def test_times_in_seconds_are_read() -> None:
    times = [message.created_at for message in imported_sample(SAMPLE).one.messages[:2]]
    assert [time and time.timestamp() for time in times] == [1_767_200_000, 1_767_200_009]


@pytest.mark.parametrize(("content", "answer", "left_out"), ANSWERS)
def test_what_is_folded_away_is_left_out(content: object, answer: str, left_out: dict[LeftOut, int]) -> None:
    found = imported(chat(content=content))
    assert (found.dialogue[1][1], found.tally.left_out) == (answer, left_out)


@pytest.mark.parametrize(("item", "answers"), OUTPUTS)
def test_an_empty_content_is_filled_from_the_output_s_messages(item: object, answers: list[str]) -> None:
    assert [text for _, text in imported(chat(content="", output=[item])).dialogue[1:]] == answers


@pytest.mark.parametrize(
    "root",
    [
        chat(),
        chat()[0],
        chat()[0]["chat"],
        [
            {
                "id": "1",
                "chat": {
                    "models": [],
                    "messages": [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hi"}],
                },
            }
        ],
    ],
)
def test_one_chat_a_bare_chat_and_one_without_a_tree_are_read(root: object) -> None:
    found = imported(root)
    assert (found.format_id, found.dialogue) == ("openwebui", [("user", "Hello"), ("assistant", "Hi")])


def test_names_of_files_are_kept() -> None:
    found = imported(chat(files=[{"type": "file", "file": {"filename": "plan.pdf"}}, {"name": "b.png"}, None]))
    assert found.one.messages[1].attachments == ("plan.pdf", "b.png")


def test_system_messages_are_left_out() -> None:
    assert imported(chat(role="system")).tally.left_out == {LeftOut.SYSTEM: 1}


@pytest.mark.parametrize("current", [None, "gone", 7])
def test_without_a_current_message_the_newest_leaf_is_it(current: object) -> None:
    (record,) = chat()
    record["chat"]["history"]["currentId"] = current  # type: ignore[index]
    assert imported([record]).dialogue == [("user", "Hello"), ("assistant", "Hi")]
