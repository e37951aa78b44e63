from datetime import UTC, datetime

import pytest
from importing import imported, imported_sample

QUESTION = "Is R290 safe indoors?"
ENTRY: dict[str, object] = {"uuid": "q1", "context_uuid": "c1", "query_str": QUESTION}

SHAPES = [
    ("perplexity/synthetic-a-conversations.json", "Yes with limits.[1]", None),
    ("perplexity/synthetic-b-thread.json", "Yes with limits.", "sonar"),
    ("perplexity/synthetic-c-api-entries.json", "Yes with limits.", "sonar"),
]
ANSWERS = [
    ({"answer": "Yes."}, "Yes."),
    ({"blocks": [{"markdown_block": {"answer": "Yes."}}]}, "Yes."),
    ({"blocks": [{"markdown_block": {"chunks": ["Ye", "s."]}}]}, "Yes."),
    ({"blocks": [{"markdown_block": {"answer": "Yes."}}, {"markdown_block": {"answer": "Yes."}}]}, "Yes."),
    (
        {
            "blocks": [
                {"markdown_block": {"answer": "Plan"}},
                {"intended_usage": "ask_text", "markdown_block": {"answer": "Yes."}},
            ]
        },
        "Yes.",
    ),
    ({"blocks": [{"plan_block": {"steps": []}}, {"markdown_block": {"answer": "Yes."}}]}, "Yes."),
    ({"blocks": [None, {"markdown_block": None}, {"markdown_block": {"chunks": [None, "Yes."]}}]}, "Yes."),
]


@pytest.mark.parametrize(("path", "answer", "model"), SHAPES)
def test_each_shape_gives_question_and_answer(path: str, answer: str, model: str | None) -> None:
    found = imported_sample(path)
    assert (found.format_id, found.one.title) == ("perplexity", "Heat pumps")
    assert found.dialogue == [("user", QUESTION), ("assistant", answer)]
    assert found.one.messages[1].model == model
    assert found.one.created_at == datetime(2026, 5, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize("path", [path for path, _, _ in SHAPES[1:]])
def test_the_thread_is_known_by_its_id(path: str) -> None:
    assert imported_sample(path).one.platform_id == "00000000-0000-4000-8000-000000000072"


def test_the_two_halves_of_a_turn_have_ids_of_their_own() -> None:
    found = imported_sample("perplexity/synthetic-b-thread.json")
    assert [message.id for message in found.one.messages] == ["q1:query", "q1:answer"]


@pytest.mark.parametrize(("fields", "answer"), ANSWERS)
def test_the_answer_is_found_wherever_the_dump_has_it(fields: dict[str, object], answer: str) -> None:
    assert imported({"entries": [ENTRY | fields]}).dialogue == [("user", QUESTION), ("assistant", answer)]


def test_entries_of_several_threads_are_told_apart() -> None:
    found = imported({"entries": [ENTRY, ENTRY | {"context_uuid": "c2"}, ENTRY | {"uuid": "q2"}]})
    assert {chat.platform_id: len(chat.messages) for chat in found.conversations} == {"c1": 2, "c2": 1}


def test_entries_may_be_the_whole_file() -> None:
    assert imported([ENTRY | {"answer": "Yes."}]).dialogue == [("user", QUESTION), ("assistant", "Yes.")]


def test_names_of_attachments_are_the_ends_of_their_addresses() -> None:
    found = imported({"entries": [ENTRY | {"attachments": ["https://s3.example/u/plan.pdf?sig=1", None, ""]}]})
    assert found.one.messages[0].attachments == ("plan.pdf",)


@pytest.mark.parametrize("turn", [None, {}, "text", {"query": None, "answer": None}])
def test_turns_without_words_are_counted(turn: object) -> None:
    found = imported({"metadata": None, "conversations": [{"query": "a", "answer": "b"}, turn]})
    assert (found.dialogue, found.tally.unrecognised) == ([("user", "a"), ("assistant", "b")], 1)
