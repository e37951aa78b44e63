"""`onememory chats`."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from commands import Commands
from people import Person
from servers import PUBLIC_URL, Server

EXPORT = Path(__file__).parents[1] / "data" / "exports" / "claude" / "synthetic-claude-export.zip"
ALTITUDE = "I bake at 1,200 m altitude. See my notes."
NOBODY = "01zzzzzzzzzzzzzzzzzzzzzzzz"


@pytest.fixture
def chat(commands: Commands) -> str:
    """The id of the one chat there is."""
    commands.ask("import", EXPORT)
    (item,) = commands.ask("chats", "list")["items"]
    chat_id: str = item["id"]
    return chat_id


def _listed(commands: Commands, *options: str) -> list[str]:
    return [item["title"] for item in commands.ask("chats", "list", *options)["items"]]


def test_chats_are_listed_by_what_they_are(commands: Commands, chat: str) -> None:
    assert _listed(commands) == _listed(commands, "--platform", "claude") == ["Sourdough help"]
    assert _listed(commands, "--title", "DOUGH", "--from", "2026-02-01", "--to", "2026-02-01") == ["Sourdough help"]
    for none in (("--platform", "grok"), ("--pinned",), ("--page", "2"), ("--from", "2026-02-02")):
        assert _listed(commands, *none) == []
    assert chat in commands.run("chats", "list").out


def test_a_chat_is_shown_with_its_branches(commands: Commands, chat: str) -> None:
    shown = commands.ask("chats", "show", chat)
    branches = commands.ask("chats", "show", chat, "--branches")

    assert shown["messages"][0]["text"] == ALTITUDE
    assert branches["total"] >= shown["total"]
    ran = commands.run("chats", "show", chat)
    assert ALTITUDE in ran.out
    assert "attached: notes.txt" in ran.out


def test_messages_are_found_and_passages_recalled(commands: Commands, chat: str) -> None:
    found = commands.ask("chats", "search", "altitude", "--count", "1")
    recalled = commands.ask("chats", "recall", "at", "what", "altitude", "do", "I", "bake", "--tokens", "200")

    assert [(hit["conversationId"], hit["text"]) for hit in found["results"]] == [(chat, ALTITUDE)]
    assert "1,200 m" in recalled["content"]
    assert recalled["sources"][0]["conversationId"] == chat
    assert "1,200 m" in commands.run("chats", "recall", "altitude", "--mode", "quality").out
    assert ALTITUDE in commands.run("chats", "search", "altitude").out


@pytest.mark.usefixtures("chat")
def test_recall_is_bounded_by_days_and_tool(commands: Commands) -> None:
    def sources(*options: str) -> list[Any]:
        answer: list[Any] = commands.ask("chats", "recall", "altitude", *options)["sources"]
        return answer

    assert sources("--after", "2026-02-01", "--before", "2026-02-01", "--platform", "claude")
    for none in (("--before", "2026-01-31"), ("--after", "2026-02-02"), ("--platform", "grok")):
        assert sources(*none) == []


def test_a_pinned_chat_is_safe_from_deletion_in_bulk(commands: Commands, chat: str) -> None:
    assert commands.ask("chats", "pin", chat) == {"changed": 1, "missing": []}

    ran = commands.run("chats", "delete", chat, NOBODY)
    assert (ran.code, f"{chat} is pinned or not there." in ran.out) == (1, True)

    assert commands.ask("chats", "unpin", chat)["changed"] == 1
    assert commands.ask("chats", "delete", chat) == {"deleted": [chat], "count": 1}
    assert _listed(commands) == []


def test_an_excluded_chat_does_not_return(commands: Commands, chat: str) -> None:
    commands.ask("chats", "exclude", chat)

    (report,) = commands.ask("import", EXPORT)

    assert (report["new"], _listed(commands)) == (0, [])
    assert any("excluded" in skipped["reason"] for skipped in report["skipped"])


def test_an_overview_and_a_summary_are_given(commands: Commands, chat: str) -> None:
    (volume,) = commands.ask("chats", "overview")

    assert (volume["platform"], volume["conversations"]) == ("claude", 1)
    assert commands.run("chats", "overview").out.split("\t")[:2] == ["claude", "1"]
    assert ALTITUDE in commands.ask("chats", "summary", chat)["summary"]
    assert ALTITUDE in commands.run("chats", "summary", chat).out


@pytest.mark.usefixtures("chat")
@pytest.mark.parametrize("what", ["show", "summary", "export-link", "pin", "unpin", "exclude", "delete"])
def test_a_chat_that_is_not_there_is_told(commands: Commands, what: str) -> None:
    assert commands.run("chats", what, NOBODY).code == 1


def test_a_link_opens_where_a_server_runs(server: Server, ada: Person, commands: Commands) -> None:
    at = ("--url", server.url, "--token", ada.token)
    said = [{"id": "1", "role": "human", "content": "Tea?"}]
    tea = {"id": "tea", "title": "Tea", "createdAt": "2026-01-01T00:00:00Z", "messages": said}
    chat_id = ada.post("/api/chat-history/ingest/custom-online", conversation=tea)["conversationId"]

    made = commands.ask("chats", "export-link", chat_id, *at)

    told = httpx.get(made["url"].replace(PUBLIC_URL, server.url))
    assert json.loads(told.text)["id"] == chat_id
