"""Chats taken along and brought back without loss."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from onememory.domain.actors import Scope
from onememory.domain.conversations import Conversation, Message, Role
from people import Person
from servers import Server, serving

DAY = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
SAID = (
    Message("m1", Role.USER, "Where does the zebrafish sleep?", DAY, attachments=("fish.png",)),
    Message("m2", Role.ASSISTANT, "In the tank by the window.", DAY, "opus", parent_id="m1"),
    Message("m3", Role.ASSISTANT, "In the sea.", is_current=False, parent_id="m1"),
)
CHATS = [
    Conversation("claude", "p1", "About fish", DAY, DAY, SAID, "Aquarium"),
    Conversation("chatgpt", "p1", "About tea", None, None, (Message("1", Role.USER, "Green tea, please."),)),
    Conversation("chatgpt", "p2", "A secret", None, None, (Message("1", Role.USER, "The word is mellon."),)),
]


@pytest.fixture(scope="module")
def empty(data_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Another server."""
    with serving(data_factory.mktemp("empty")) as running:
        yield running


@pytest.fixture
def export(ada: Person, server: Server) -> bytes:
    """What Ada takes along: a memory, a pinned chat, another one, and one that she excluded."""
    fish, _, secret = _keep(server, ada, CHATS)
    ada.post("/api/chat-history/pin", ids=[fish])
    ada.post("/api/chat-history/exclude", ids=[secret])
    ada.store("Ada keeps fish")
    return ada.send("GET", "/api/export").content


def _keep(server: Server, person: Person, chats: list[Conversation]) -> list[str]:
    kept = server.run(server.services.archive.keep(Scope(person.user_id), chats))
    return [each.conversation.id for each in kept]


def _import(person: Person, content: bytes, **query: str) -> dict[str, Any]:
    answer = person.send("POST", "/api/import", params=query, content=content)
    assert answer.status_code == 200, answer.text
    report: dict[str, Any] = answer.json()
    return report


def test_an_export_has_the_chats_with_every_branch_and_placeholders(export: bytes) -> None:
    fish, tea, secret = json.loads(export)["conversations"]

    assert [m["isCurrent"] for m in fish["messages"]] == [True, True, False]
    assert (fish["isPinned"], tea["isPinned"]) == (True, False)
    assert (secret["state"], secret["messages"]) == ("excluded", [])
    assert b"mellon" not in export


def test_chats_are_restored_as_they_were(ada: Person, empty: Server, export: bytes) -> None:
    other = empty.person(ada.name)

    report = _import(other, export)

    assert report["conversations"] == {"read": 3, "new": 3, "unchanged": 0}
    assert (report["new"], report["skipped"]) == (1, [])
    again = other.send("GET", "/api/export").content
    assert json.loads(again)["conversations"] == json.loads(export)["conversations"]
    assert other.get("/api/chat-history/chats") == ada.get("/api/chat-history/chats")


def test_what_was_restored_is_recalled(ada: Person, empty: Server, export: bytes) -> None:
    other = empty.person(ada.name)
    _import(other, export)
    empty.settle()

    assert "tank" in other.post("/api/chat-history/inject", query="where does the zebrafish sleep")["content"]
    assert "mellon" not in other.post("/api/chat-history/inject", query="what is the word mellon")["content"]


def test_what_was_excluded_does_not_return_after_a_restore(ada: Person, empty: Server, export: bytes) -> None:
    other = empty.person(ada.name)
    _import(other, export)

    _keep(empty, other, CHATS)

    assert other.get("/api/chat-history/count") == {"count": 2}


def test_a_restore_again_changes_nothing(ada: Person, export: bytes) -> None:
    report = _import(ada, export)

    assert report["conversations"] == {"read": 3, "new": 0, "unchanged": 3}
    assert report["skipped"] == []


def test_a_preview_of_a_restore_counts_and_keeps_nothing(ben: Person, export: bytes) -> None:
    report = _import(ben, export, preview="true")

    assert report["conversations"] == {"read": 3, "new": 3, "unchanged": 0}
    assert ben.get("/api/chat-history/count") == {"count": 0}


def test_a_chat_that_is_here_with_another_text_stays(ada: Person, server: Server, export: bytes) -> None:
    changed = Conversation("chatgpt", "p1", "About tea", None, None, (Message("1", Role.USER, "Black tea."),))
    (tea,) = _keep(server, ada, [changed])

    report = _import(ada, export)

    assert ["another text" in problem["reason"] for problem in report["skipped"]] == [True]
    assert ada.get("/api/chat-history/conversation", conversationId=tea)["messages"][0]["text"] == "Black tea."


def test_a_bad_chat_costs_only_itself(ben: Person, export: bytes) -> None:
    document = json.loads(export)
    document["conversations"][0]["messages"][0]["role"] = "ghost"
    document["conversations"].append(document["conversations"][1])

    report = _import(ben, json.dumps(document, indent=1).encode())

    assert report["conversations"] == {"read": 4, "new": 2, "unchanged": 0}
    assert [p["position"] for p in report["skipped"]] == [1, 4]


def test_an_export_without_chats_is_read_as_before(ben: Person, export: bytes) -> None:
    document = json.loads(export)
    del document["conversations"]

    report = _import(ben, json.dumps(document).encode())

    assert (report["new"], "conversations" in report) == (1, False)


@pytest.mark.usefixtures("export")
def test_a_token_of_some_buckets_takes_no_chats_along(ada: Person) -> None:
    limited = ada.with_token(bucketIds=[ada.general()])

    assert "conversations" not in json.loads(limited.send("GET", "/api/export").content)
