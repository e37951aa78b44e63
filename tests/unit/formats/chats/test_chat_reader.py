import io
import json
from typing import Any, BinaryIO

import pytest
from export_readings import EXPORTS, member, reading, reading_at, reading_of

from onememory.domain.errors import InvalidInput
from onememory.formats.chats.detect import CHAT_FORMATS, detect
from onememory.formats.chats.members import Member

CHATGPT = (EXPORTS / "chatgpt" / "synthetic-conversations-000.json").read_bytes()
CLAUDE = (EXPORTS / "claude" / "synthetic-conversations.json").read_bytes()

DETECTED = {
    "chatgpt/synthetic-conversations-000.json": "chatgpt",
    "chatgpt/synthetic-conversations-001.json": "chatgpt",
    "claude/synthetic-conversations.json": "claude",
    "claude/synthetic-memories.json": "claude",
    "claude/synthetic-projects.json": "claude",
    "deepseek/synthetic-conversations.json": "deepseek",
    "gemini/synthetic-MyActivity.json": "gemini-activity",
    "gemini/synthetic-MyActivity.html": "gemini-activity-page",
    "gemini/synthetic-workspace-conversation_1.txt": "gemini-workspace",
    "grok/synthetic-prod-grok-backend.json": "grok",
}


def chat(number: int = 0, updated: float | None = None, said: str = "hello", **values: Any) -> dict[str, Any]:
    message = {"author": {"role": "user"}, "content": {"content_type": "text", "parts": [said]}}
    return {
        "id": f"c{number}",
        "update_time": updated,
        "mapping": {"a": {"parent": None, "message": message}},
        **values,
    }


@pytest.mark.parametrize("path", DETECTED)
@pytest.mark.parametrize("name", ["conversations.json", "user.json", "a.csv", "", "prod-grok-backend.json"])
def test_a_format_is_known_by_its_content_and_never_by_its_name(path: str, name: str) -> None:
    found = detect(member((EXPORTS / path).read_bytes(), name))
    assert found is not None
    assert found.id == DETECTED[path]


@pytest.mark.parametrize("path", DETECTED)
def test_exactly_one_format_claims_a_file(path: str) -> None:
    head = (EXPORTS / path).read_bytes()[:65_536]
    assert [row.id for row in CHAT_FORMATS if not row.is_fallback and row.sniff(head, "")] == [DETECTED[path]]


def test_formats_have_ids_of_their_own() -> None:
    assert len({row.id for row in CHAT_FORMATS}) == len(CHAT_FORMATS)


@pytest.mark.parametrize(
    "data", [b"", b"\xef\xbb\xbf", b"{}", b"[]", b"\x00\x01", b"[[[[", b'{"a":1}', b"\xff\xfe[\x00"]
)
def test_what_is_no_chat_is_not_detected(data: bytes) -> None:
    assert detect(member(data)) is None


def test_chats_of_several_tools_in_one_archive_are_refused() -> None:
    found = reading(member(CHATGPT, "a"), member(CLAUDE, "b"))
    assert (found.conversations, found.suggestions) == ([], [])
    assert "chats of several tools (ChatGPT, Claude)" in found.reasons


def test_chats_of_several_tools_in_a_folder_are_read() -> None:
    found = reading(member(CHATGPT, "a"), member(CLAUDE, "b"), allow_mixed=True)
    assert {conversation.platform for conversation in found.conversations} == {"chatgpt", "claude"}


def test_personal_files_beside_chats_are_never_opened() -> None:
    def refuse() -> BinaryIO:
        raise AssertionError

    names = [
        "user.json",
        "users.json",
        "x/prod-mc-billing.json",
        "message_feedback.json",
        "file_0.dat",
        "file-abc-notes.json",
        "chat.html",
    ]
    found = reading(*(Member(name, refuse) for name in names), member(CHATGPT, "a"))
    assert len(found.conversations) == 2
    assert sum(item.count for item in found.skipped) == len(names) + 1


def test_a_file_with_the_name_of_a_side_file_is_read_when_it_is_alone() -> None:
    assert len(reading_of(CHATGPT, "user.json").conversations) == 2


NOT_READ = {
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00", "Pictures, sound and other files"),
    "an archive": (b"PK\x03\x04abc", "An archive or office document"),
    "another archive": (b"\x1f\x8b\x08", "An archive or office document"),
    "nothing": (b" \n", "It is empty"),
    "UTF-16": ("[1]".encode("utf-16"), "save it as UTF-8"),
    "deep nesting": (b"[" * 300, "nested more than 200 levels"),
    "something else": (b"Dear diary", "No reader knows"),
}


@pytest.mark.parametrize("name", NOT_READ)
def test_other_files_are_reported_with_a_reason(name: str) -> None:
    data, reason = NOT_READ[name]
    found = reading(member(data, "x"), member(CHATGPT, "a"))
    assert len(found.conversations) == 2
    assert reason in found.reasons


def test_a_file_that_cannot_be_opened_is_reported() -> None:
    def refuse() -> BinaryIO:
        raise InvalidInput("It is damaged.")

    found = reading(Member("x", refuse), member(CHATGPT, "a"))
    assert (len(found.conversations), "1 x: It is damaged." in found.reasons) == (2, True)


REPEATS = {
    "the same": ([chat(updated=5), chat(updated=5)], 1),
    "an older one": ([chat(updated=5), chat(updated=4)], 1),
    "a newer one": ([chat(updated=5e9), chat(updated=6e9)], 2),
    "another": ([chat(1), chat(2)], 2),
    "without times": ([chat(), chat()], 1),
}


@pytest.mark.parametrize("name", REPEATS)
def test_a_conversation_comes_again_only_when_it_is_newer(name: str) -> None:
    chats, count = REPEATS[name]
    assert len(reading_of(chats).conversations) == count
    assert len(reading(*(member([item], str(place)) for place, item in enumerate(chats))).conversations) == count


def test_a_suggestion_that_many_chats_hold_is_given_once() -> None:
    context = {"parent": None, "message": {"content": {"content_type": "user_editable_context", "user_profile": "I"}}}
    chats = [chat(number, mapping={**chat()["mapping"], "i": context}) for number in range(9)]
    assert len(reading_of(chats).suggestions) == 1


def test_text_is_made_storable() -> None:
    found = reading_at("hostile/injection-content.json").only
    assert found.messages[0].text.endswith("\u202eevil nul \ufffd")
    assert "<img src=x onerror=alert(1)>" in found.messages[0].text


def test_titles_ids_and_names_are_made_storable() -> None:
    text = json.dumps([chat(title="a\x00b\ud800 \n c", conversation_id="i\x00d", gizmo_id="g-p-\udfff")]).encode()
    found = reading_of(text).only
    assert (found.title, found.platform_id, found.project) == ("ab\ufffd c", "id", "g-p-\ufffd")


def test_a_long_title_is_cut() -> None:
    assert len(reading_of([chat(title="a" * 1_000)]).only.title) == 500


def test_a_title_made_of_opening_words_ends_with_a_word() -> None:
    assert reading_of([chat(said="word " * 100)]).only.title == ("word " * 16)[:79].strip()


def test_times_come_from_the_messages_where_the_chat_has_none() -> None:
    node = chat()["mapping"]["a"]
    node["message"]["create_time"] = 1767225600.0
    found = reading_of([chat(mapping={"a": node})]).only
    assert str(found.created_at) == str(found.updated_at) == "2026-01-01 00:00:00+00:00"


def test_a_chat_without_an_id_has_the_same_one_when_it_has_grown() -> None:
    def turn(said: str, parent: str | None) -> dict[str, Any]:
        return {**chat(said=said)["mapping"]["a"], "parent": parent}

    short = {"title": "T", "mapping": {"a": turn("q", None)}}
    grown = {"title": "T", "mapping": {"a": turn("q", None), "b": turn("more", "a")}}
    assert reading_of([short]).only.platform_id == reading_of([grown]).only.platform_id != ""


def test_streams_are_closed() -> None:
    streams: list[io.BytesIO] = []

    def opened() -> BinaryIO:
        streams.append(io.BytesIO(CHATGPT))
        return streams[-1]

    reading(Member("a", opened))
    assert streams
    assert all(stream.closed for stream in streams)
