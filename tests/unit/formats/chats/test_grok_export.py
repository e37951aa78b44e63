from typing import Any

import pytest
from export_readings import Reading, current, left_behind, reading_at, reading_of

from onememory.domain.conversations import MemorySuggestion
from onememory.formats.chats.found import LeftOut


def response(number: str, sender: str = "human", message: str = "", **values: Any) -> dict[str, Any]:
    return {"response": {"_id": number, "sender": sender, "message": message or number, **values}}


def chat(*responses: dict[str, Any]) -> Reading:
    return reading_of({"conversations": [{"conversation": {"id": "c", "title": "T"}, "responses": list(responses)}]})


def test_the_archive_is_read_and_account_and_billing_are_not() -> None:
    found = reading_at("grok/synthetic-grok-export.zip")
    assert found.only.title == "Running plan"
    assert "ines@example.org" not in repr(found)
    assert (
        "2 ttl/30d/export_data/00000000-0000-4000-8000-000000000098/prod-mc-auth-mgmt-api.json: Personal"
        in found.reasons
    )


def test_assets_count_as_attachments() -> None:
    found = reading_at("grok/synthetic-grok-export.zip")
    assert (found.tally.unrecognised, "Pictures, sound" in found.reasons) == (0, True)


def test_branches_end_at_the_leaf_that_is_named() -> None:
    found = reading_at("grok/synthetic-prod-grok-backend.json").only
    assert [message.id for message in current(found)] == ["r1", "r3"]
    assert left_behind(found) == [("r2", "r1")]


def test_dates_of_two_kinds_are_read() -> None:
    found = reading_at("grok/synthetic-prod-grok-backend.json").only
    assert str(found.created_at) == "2026-03-01 10:00:00+00:00"
    assert str(found.messages[0].created_at) == "2026-03-01 10:00:00+00:00"


def test_projects_are_offered_and_other_things_reported() -> None:
    found = reading_at("grok/synthetic-prod-grok-backend.json")
    assert found.suggestions == [MemorySuggestion("grok", "custom_instructions", "Be a coach", "Fitness")]
    assert "made picture" in found.reasons


@pytest.mark.parametrize("sender", ["assistant", "ASSISTANT", "grok-4", "Grok 3 (Think)"])
def test_whoever_is_not_human_is_the_assistant(sender: str) -> None:
    assert [message.role for message in chat(response("a"), response("b", sender)).only.messages] == [
        "user",
        "assistant",
    ]


TAGS = {
    "citation": ('Yes. <grok:render type="x"><argument name="id">1</argument></grok:render> Good', "Yes. Good"),
    "closed in itself": ("Yes <grok:render/>no", "Yesno"),
    "nested": ("a<grok:render><grok:b>1</grok:b>2</grok:render>c", "ac"),
    "open": ("a <grok:render>b", "ab"),
    "none": ("a < b <grok", "a < b <grok"),
}


@pytest.mark.parametrize("name", TAGS)
def test_tags_for_the_page_are_taken_out(name: str) -> None:
    text, shown = TAGS[name]
    assert chat(response("a", message=text)).said == [shown]


def test_thinking_and_searching_are_counted_and_files_named() -> None:
    made: dict[str, Any] = {
        "generated_image_urls": ["https://x/y/fox.png"],
        "file_attachments": ["f1", {"file_name": "a.pdf"}],
    }
    found = chat(response("a", agent_thinking_traces=["t"], web_search_results=[{}], **made))
    assert dict(found.tally.left_out) == {LeftOut.THINKING: 1, LeftOut.TOOL: 1}
    assert found.only.messages[0].attachments == ("f1", "a.pdf", "fox.png")


FLAT: dict[str, object] = {
    "responses without wrapping": {
        "conversations": [{"id": "c", "title": "T", "responses": [{"sender": "human", "message": "q"}]}]
    },
    "a bare list": [{"conversation": {"id": "c"}, "responses": [{"response": {"sender": "human", "message": "q"}}]}],
    "projects first": {
        "projects": [],
        "media_posts": [],
        "conversations": [{"conversation": {"id": "c"}, "responses": [response("a", message="q")]}],
    },
}


@pytest.mark.parametrize("name", FLAT)
def test_flatter_forms_are_read_too(name: str) -> None:
    assert reading_of(FLAT[name]).said == ["q"]


def test_without_parents_responses_follow_each_other() -> None:
    assert chat(response("a"), response("b", "grok"), response("c")).said == ["a", "b", "c"]


@pytest.mark.parametrize("text", ["<grok:" * 100_000, "<grok:" + "a" * 500_000, "<grok:a>" * 100_000])
def test_tags_without_end_are_no_trouble(text: str) -> None:
    assert len(chat(response("a", message=f"said {text}")).said[0]) <= len(text) + 5
