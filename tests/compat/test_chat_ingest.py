"""Chats that clients send, one at a time."""

import json
from typing import Any

import pytest

from chats import INGEST, ingest, sent
from people import Person, refused
from servers import Server

CONVERSATION = "/api/chat-history/conversation"


def _texts(ada: Person, conversation_id: str) -> list[str]:
    return [m["text"] for m in ada.get(CONVERSATION, conversationId=conversation_id)["messages"]]


@pytest.mark.requirement("rest:ingest")
def test_a_chat_is_taken_and_answered_as_queued(ada: Person) -> None:
    answer = ada.post(INGEST, conversation=sent("c1", "Hello?", "Hi.", updatedAt="2026-01-06T09:00:00Z"))

    assert (answer["queued"], answer["platform"]) == (True, "custom")
    assert answer["importId"]
    assert answer["conversationId"] == answer["conversation"]["id"]
    assert answer["conversation"] == {
        "id": answer["conversationId"],
        "platformConversationId": "c1",
        "title": "Chat c1",
        "updatedAt": "2026-01-06T09:00:00Z",
        "messageCount": 2,
        "status": "queued",
    }


@pytest.mark.requirement("rest:ingest:indexed")
def test_a_chat_that_was_sent_is_recalled(ada: Person, server: Server) -> None:
    ingest(ada, sent("c1", "My bicycle is called Rosinante.", "A fine name."))
    server.settle()

    assert "Rosinante" in ada.post("/api/chat-history/inject", query="What is my bicycle called?")["content"]


@pytest.mark.requirement("rest:ingest:upsert")
def test_the_same_chat_again_is_the_same_conversation(ada: Person, ben: Person) -> None:
    first = ingest(ada, sent("c1", "Hello?", "Hi."))

    assert ingest(ada, sent("c1", "Hello?", "Hi.")) == first
    assert ingest(ada, sent("c1", "Hello?", "Hi.", "And now?")) == first
    assert _texts(ada, first) == ["Hello?", "Hi.", "And now?"]
    assert ingest(ada, sent("c2", "Hello?", "Hi.")) != first
    assert ingest(ada, sent("c1", "Hello?", "Hi."), platform="claude") != first
    assert ingest(ben, sent("c1", "Hello?", "Hi.")) != first
    assert ada.get("/api/chat-history/count") == {"count": 3}


@pytest.mark.requirement("rest:ingest:replaces")
@pytest.mark.parametrize("updated", ["2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z", None])
def test_other_text_replaces_the_first_whatever_the_times(ada: Person, server: Server, updated: str | None) -> None:
    first = ingest(ada, sent("c1", "Where is the giraffe?", "In Basel.", updatedAt="2026-01-06T09:00:00Z"))
    ingest(ada, sent("c1", "Where is the walrus?", "In Basel.", updatedAt=updated))
    server.settle()

    assert _texts(ada, first) == ["Where is the walrus?", "In Basel."]
    assert "walrus" in ada.post("/api/chat-history/inject", query="walrus")["content"]
    assert ada.post("/api/chat-history/inject", query="giraffe")["sources"] == []


@pytest.mark.requirement("rest:ingest:too-long")
def test_over_100000_tokens_is_rejected_and_the_import_says_so(ada: Person, server: Server) -> None:
    answer = ada.post(INGEST, conversation=sent("long", "Tell me more", "giraffe " * 120_000))
    server.settle()

    report = ada.get(f"/api/imports/{answer['importId']}")
    assert (report["new"], report["updated"]) == (0, 0)
    assert "100,000 tokens" in report["skipped"][0]["reason"]
    assert ada.get("/api/chat-history/count") == {"count": 0}
    assert ada.post("/api/chat-history/inject", query="giraffe")["sources"] == []


@pytest.mark.requirement("rest:ingest:too-long")
def test_just_under_100000_tokens_is_kept(ada: Person) -> None:
    conversation_id = ingest(ada, sent("long", "Tell me more", "tea " * 49_000))

    chat = ada.get(CONVERSATION, conversationId=conversation_id)
    assert 49_000 <= chat["tokenCount"] <= 100_000


@pytest.mark.requirement("rest:ingest:platform")
@pytest.mark.parametrize("platform", ["a", "My-Tool_2.0", "x" * 100])
def test_a_platform_of_the_pattern_is_taken(ada: Person, platform: str) -> None:
    ingest(ada, sent("c1", "Hello?"), platform=platform, platformDisplayName="My tool")

    (item,) = ada.get("/api/chat-history/chats", provider=platform)["items"]
    assert item["platform"] == platform


@pytest.mark.requirement("rest:ingest:platform")
@pytest.mark.parametrize("platform", ["", "x" * 101, "a b", "a/b", "ä", "a\n", 7])
def test_a_platform_outside_of_the_pattern_is_refused(ada: Person, platform: object) -> None:
    refused(ada.send("POST", INGEST, json={"conversation": sent("c1", "Hello?"), "platform": platform}), 400)


def _without(chat: Any, *names: str) -> Any:
    return {k: v for k, v in chat.items() if k not in names}


CHAT = sent("c1", "Hello?")
MESSAGE = CHAT["messages"][0]


@pytest.mark.requirement("rest:ingest:errors")
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"conversation": None},
        {"conversation": []},
        *({"conversation": _without(CHAT, name)} for name in ("id", "title", "createdAt", "messages")),
        {"conversation": CHAT | {"id": ""}},
        {"conversation": CHAT | {"id": 7}},
        {"conversation": CHAT | {"messages": "Hello?"}},
        {"conversation": CHAT | {"createdAt": "yesterday"}},
        *({"conversation": CHAT | {"messages": [_without(MESSAGE, name)]}} for name in ("id", "role", "content")),
        {"conversation": CHAT | {"messages": [MESSAGE | {"role": "system"}]}},
        {"conversation": CHAT | {"messages": [MESSAGE | {"content": ["Hello?"]}]}},
        {"conversation": CHAT, "platformDisplayName": "x" * 201},
    ],
)
def test_a_chat_of_the_wrong_shape_is_refused_and_nothing_is_kept(ada: Person, body: Any) -> None:
    refused(ada.send("POST", INGEST, json=body), 400)

    assert ada.get("/api/chat-history/count") == {"count": 0}
    assert ada.get("/api/imports") == []


@pytest.mark.requirement("rest:ingest:size")
def test_over_50_mb_is_413(ada: Person) -> None:
    pieces = (b" " * 1024 * 1024 for _ in range(51))

    answer = ada.send("POST", INGEST, content=pieces, headers={"content-type": "application/json"})

    refused(answer, 413)


@pytest.mark.requirement("rest:ingest:size")
def test_a_chat_of_many_megabytes_is_no_413(ada: Person) -> None:
    body = json.dumps({"conversation": CHAT, "padding": "x" * (12 * 1024 * 1024)})

    assert ada.send("POST", INGEST, content=body).status_code == 200


@pytest.mark.requirement("rest:ingest:any")
@pytest.mark.parametrize(
    "chat",
    [
        CHAT | {"messages": []},
        CHAT | {"title": ""},
        CHAT | {"title": "t\u0000itle", "id": "c\u0000"},
        CHAT | {"title": "t" * 3_000},
        CHAT | {"messages": [MESSAGE, MESSAGE]},
        CHAT | {"messages": [MESSAGE | {"content": ""}]},
        CHAT | {"messages": [MESSAGE | {"content": "a\u0000b", "id": ""}]},
        CHAT | {"messages": [_without(MESSAGE, "createdAt")]},
        CHAT | {"createdAt": "2026-01-05T09:00:00"},
        CHAT | {"createdAt": "0001-01-01T00:00:00Z"},
        CHAT | {"createdAt": "0001-01-01T00:00:00+05:00"},
        CHAT | {"createdAt": "9999-12-31T23:59:59.999999Z"},
        CHAT | {"createdAt": "9999-12-31T23:59:59-05:00", "updatedAt": "0001-01-01T00:00:00+14:00"},
        CHAT | {"messages": [MESSAGE | {"createdAt": "9999-12-31T23:59:59-05:00"}]},
    ],
)
def test_an_odd_chat_is_kept_or_refused_and_can_be_read(ada: Person, server: Server, chat: Any) -> None:
    answer = ada.send("POST", INGEST, json={"conversation": chat})
    server.settle()

    assert answer.status_code in {200, 400}
    for item in ada.get("/api/chat-history/chats")["items"]:
        ada.get(CONVERSATION, conversationId=item["id"])
    ada.post("/api/chat-history/inject", query="Hello")
    ada.get("/api/chat-history/overview")
