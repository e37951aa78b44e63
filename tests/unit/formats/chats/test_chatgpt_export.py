from typing import Any

import pytest
from export_readings import Reading, current, left_behind, reading_at, reading_of

from onememory.domain.conversations import MemorySuggestion
from onememory.formats.chats.found import LeftOut
from onememory.formats.chats.tools.chatgpt_marks import without_marks


def node(role: str = "user", parent: str | None = "root", **said: Any) -> dict[str, Any]:
    message = {"author": {"role": role}, "content": {"content_type": "text", "parts": [role]}, "weight": 1.0, **said}
    return {"parent": parent, "message": message}


def content(kind: str, **values: Any) -> dict[str, Any]:
    return {"content": {"content_type": kind, **values}}


def hidden() -> dict[str, Any]:
    return {"metadata": {"is_visually_hidden_from_conversation": True}}


def chat(nodes: dict[str, Any], **values: Any) -> dict[str, Any]:
    return {"id": "c", "title": "T", "mapping": {"root": {"parent": None, "message": None}, **nodes}, **values}


def one(**said: Any) -> Reading:
    """A chat of a question and then this message."""
    return reading_of([chat({"q": node(), "a": node(**{"role": "assistant", "parent": "q", **said})})])


@pytest.mark.parametrize("name", ["synthetic-classic.zip", "synthetic-2026-sharded.zip"])
def test_one_file_and_numbered_parts_are_read_alike(name: str) -> None:
    found = reading_at(f"chatgpt/{name}")
    assert [conversation.platform_id[-1] for conversation in found.conversations] == ["1", "2", "5"]
    assert found.tally.unrecognised == 0


def test_the_way_to_the_current_node_is_the_conversation() -> None:
    found = reading_at("chatgpt/synthetic-conversations-000.json").conversations[0]
    assert [message.id for message in current(found)] == ["u1", "a2", "u2edit", "aud", "a3"]
    assert left_behind(found) == [("a1", "u1"), ("u2", "a2")]


def test_without_a_current_node_and_children_the_newest_leaf_ends_the_conversation() -> None:
    found = reading_at("chatgpt/synthetic-conversations-000.json").conversations[1]
    assert [message.id for message in current(found)] == ["x", "y"]
    assert left_behind(found) == [("z", "gone")]


def test_a_chat_without_a_title_is_called_by_its_opening_words() -> None:
    found = reading_at("chatgpt/synthetic-conversations-000.json").conversations[1]
    assert found.title == "My sister Marta lives in Porto."


def test_a_project_is_kept_by_its_id() -> None:
    found = reading_at("chatgpt/synthetic-conversations-000.json").conversations
    assert [conversation.project for conversation in found] == [None, "g-p-0123456789abcdef"]


def test_what_is_not_to_be_remembered_is_counted_and_never_read() -> None:
    found = reading_at("chatgpt/synthetic-conversations-001.json")
    assert "must not become" not in repr(found)
    assert "1 synthetic-conversations-001.json: It is marked as not to be remembered." in found.reasons


def test_memories_of_a_chat_that_is_not_to_be_remembered_are_not_offered() -> None:
    context = node(**content("model_editable_context", model_set_context="1. [2026-01-01]. A."))
    assert reading_of([chat({"m": context}, is_do_not_remember=True)]).suggestions == []


def test_an_entry_without_mapping_is_reported() -> None:
    assert "The entry is broken" in reading_at("chatgpt/synthetic-conversations-000.json").reasons


def test_a_conversation_that_comes_twice_is_given_once() -> None:
    assert "holds this conversation again" in reading_at("chatgpt/synthetic-conversations-001.json").reasons


def test_custom_instructions_and_saved_memories_are_offered() -> None:
    assert reading_at("chatgpt/synthetic-conversations-000.json").suggestions == [
        MemorySuggestion("chatgpt", "custom_instructions", "Preferred name: Ines. Works as a nurse.", "About me"),
        MemorySuggestion("chatgpt", "custom_instructions", "Answer in short bullet points.", "How to answer"),
        MemorySuggestion("chatgpt", "saved_memory", "2025-11-02 Is allergic to shellfish."),
        MemorySuggestion("chatgpt", "saved_memory", "2025-12-20 Has a dog called Pipoca."),
    ]


LEFT_OUT: dict[str, tuple[dict[str, Any], LeftOut]] = {
    "system role": ({"role": "system"}, LeftOut.SYSTEM),
    "user system message": ({"metadata": {"is_user_system_message": True}}, LeftOut.SYSTEM),
    "custom instructions": (content("user_editable_context", user_profile="p"), LeftOut.SYSTEM),
    "visually hidden": (hidden(), LeftOut.HIDDEN),
    "weight 0": ({"weight": 0}, LeftOut.HIDDEN),
    "weight 0.0": ({"weight": 0.0}, LeftOut.HIDDEN),
    "tool role": ({"role": "tool"}, LeftOut.TOOL),
    "thoughts": (content("thoughts", thoughts=[{"summary": "s", "content": "c"}]), LeftOut.THINKING),
    "reasoning recap": (content("reasoning_recap", content="Thought for 4 s"), LeftOut.THINKING),
    "analysis channel": ({"channel": "analysis"}, LeftOut.THINKING),
    "code": (content("code", language="unknown", text="{}"), LeftOut.TOOL),
    "execution output": (content("execution_output", text="1"), LeftOut.TOOL),
    "quote": (content("tether_quote", text="1", title="t"), LeftOut.TOOL),
    "browsing": (content("tether_browsing_display", result="1"), LeftOut.TOOL),
    "web page": (content("sonic_webpage", text="1"), LeftOut.TOOL),
    "system error": (content("system_error", name="n", text="1"), LeftOut.TOOL),
    "computer": (content("computer_output", screenshot={}), LeftOut.TOOL),
    "citable code": (content("citable_code_output", output_str="1"), LeftOut.TOOL),
    "app pairing": (content("app_pairing_content", text="1"), LeftOut.TOOL),
    **{
        f"to {name}": ({"recipient": name}, LeftOut.TOOL)
        for name in ("python", "browser", "web.run", "container.exec", "canmore.create_textdoc", "bio")
    },
}


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_was_not_said_is_left_out_and_counted(name: str) -> None:
    said, kind = LEFT_OUT[name]
    found = one(**said)
    assert found.said == ["user"]
    assert dict(found.tally.left_out) == {kind: 1}


SHOWN: dict[str, tuple[dict[str, Any], str]] = {
    "several parts": (content("text", parts=["a", "b"]), "a\nb"),
    "recipient all": ({"recipient": "all"}, "assistant"),
    "no recipient": ({"recipient": None}, "assistant"),
    "commentary": ({"channel": "commentary"}, "assistant"),
    "final": ({"channel": "final"}, "assistant"),
    "no weight": ({"weight": None}, "assistant"),
    "interrupted": ({"status": "in_progress"}, "assistant"),
    "partial": ({"status": "finished_partial_completion"}, "assistant"),
    "a recording": (content("multimodal_text", parts=[{"content_type": "audio_transcription", "text": "I"}]), "I"),
    "null parts": (content("text", parts=[None, "a", 1, {}]), "a"),
    "a new type with parts": (content("poem", parts=["a"]), "a"),
}


@pytest.mark.parametrize("name", SHOWN)
def test_what_was_said_is_read(name: str) -> None:
    said, text = SHOWN[name]
    assert one(**said).said == ["user", text]


@pytest.mark.parametrize("said", [content("poem", verse="a"), {"role": "critic"}])
def test_what_no_reader_knows_is_counted(said: dict[str, Any]) -> None:
    found = one(**said)
    assert found.said == ["user"]
    assert found.tally.unrecognised == 1


def test_a_spoken_transcript_is_what_the_user_said() -> None:
    message = current(reading_at("chatgpt/synthetic-conversations-000.json").conversations[0])[3]
    assert (message.role, message.text) == ("user", "Remind me that I prefer window seats.")


def test_attachments_are_kept_by_name() -> None:
    picture = {"content_type": "image_asset_pointer", "asset_pointer": "file-service://file-b"}
    named = {"content_type": "image_asset_pointer", "asset_pointer": "sediment://file_a"}
    files = {"attachments": [{"id": "file_a", "name": "a.png"}, {"id": "file_c", "name": "c.pdf"}, {"id": "d"}, None]}
    found = one(**content("multimodal_text", parts=[picture, named, "Look"]), metadata=files)
    assert found.only.messages[1].attachments == ("a.png", "c.pdf", "d", "file-b")


@pytest.mark.parametrize("time", [None, 0, -1, "soon", True, 1e30, [], float("nan")])
def test_a_time_that_is_none_is_left_open(time: object) -> None:
    assert one(create_time=time).only.messages[1].created_at is None


def test_the_model_stands_with_its_answers() -> None:
    found = one(metadata={"model_slug": "gpt-5-2"})
    assert [message.model for message in found.only.messages] == [None, "gpt-5-2"]


@pytest.mark.parametrize("is_bare", [True, False])
def test_a_single_conversation_is_read_with_and_without_a_list(is_bare: bool) -> None:
    found = chat({"q": node()})
    assert reading_of(found if is_bare else [found]).said == ["user"]


def test_the_conversation_id_identifies_it() -> None:
    assert reading_of([chat({"q": node()}, conversation_id="real")]).only.platform_id == "real"


MARKS = {
    "citation": ("tram 28 \ue200cite\ue202turn0search0\ue201\n- Day", "tram 28\n- Day"),
    "several sources": ("A\ue200cite\ue202turn0search0\ue202turn1news2\ue201.", "A."),
    "sentence": ("\ue203A plain sentence.\ue204 \ue200cite\ue202turn0\ue201", "A plain sentence."),
    "footnote": ("Rain【12†source】 and sun 【3:1†file.pdf】.", "Rain and sun."),
    "other brackets": ("【note】 stays", "【note】 stays"),
    "entity": ('In \ue200entity\ue202["city","Lisbon","capital"]\ue201 now', "In Lisbon now"),
    "bare entity": ('In entity["city","Lisbon","capital"] now', "In Lisbon now"),
    "nameless entity": ("In entity[] now", "In  now"),
    "an identity": ("identity[0]", "identity[0]"),
    "writing": (':::writing{variant="email" id="1"}\nDear all\n:::\nDone', "Dear all\nDone"),
    "broken off": ("Yes \ue200cite\ue202turn", "Yes"),
    "signs alone": ("a\ue201b\ue202c", "abc"),
    "nothing": ("a ::: b [c]", "a ::: b [c]"),
}


@pytest.mark.parametrize("name", MARKS)
def test_marks_for_the_page_are_taken_out(name: str) -> None:
    text, shown = MARKS[name]
    assert without_marks(text) == shown


LONG = [
    'entity["a","b"' * 50_000,
    ":::" + " " * 500_000 + "x",
    "\ue200" * 500_000,
    "\u30101\u2020" * 200_000,
    "entity[" * 100_000,
]


@pytest.mark.parametrize("text", LONG, ids=range(len(LONG)))
def test_marks_without_end_are_no_trouble(text: str) -> None:
    assert len(without_marks(text)) <= len(text)


SAVED = {
    "1. [2025-11-02]. A.\n\n2. [unknown]. B.": ["2025-11-02 A.", "B."],
    "1. [2025-11-02] A has 3. things\nand more": ["2025-11-02 A has 3. things\nand more"],
    "No list at all": ["No list at all"],
    "": [],
}


@pytest.mark.parametrize("text", SAVED)
def test_saved_memories_are_offered_one_by_one(text: str) -> None:
    found = one(**content("model_editable_context", model_set_context=text), **hidden())
    assert [suggestion.text for suggestion in found.suggestions] == SAVED[text]
