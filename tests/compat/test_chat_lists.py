"""Conversations of the archive: listed, read, counted and deleted."""

from typing import Any

import pytest

from chats import chat, ingest, sent, upload
from onememory.domain.actors import Scope
from onememory.domain.conversations import Message, Role
from people import Person, refused
from servers import Server

CHATS = "/api/chat-history/chats"
CONVERSATION = "/api/chat-history/conversation"
COUNT = "/api/chat-history/count"
DAYS = ("2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04", "2026-01-05")


@pytest.fixture
def ids(ada: Person) -> list[str]:
    """Five chats of Ada's, one a day, oldest first."""
    platforms = ("claude", "custom", "claude", "custom", "custom")
    return [
        ingest(ada, sent(day, "Hello?", "Hi.", createdAt=f"{day}T09:00:00Z", title=f"Day {day}"), platform=platform)
        for day, platform in zip(DAYS, platforms, strict=True)
    ]


def _ids(ada: Person, **query: object) -> list[str]:
    return [item["id"] for item in ada.get(CHATS, **query)["items"]]


@pytest.mark.requirement("rest:chats")
def test_chats_are_listed_newest_first(ada: Person, ids: list[str]) -> None:
    answer = ada.get(CHATS)

    assert [item["id"] for item in answer["items"]] == ids[::-1]
    assert (answer["page"], answer["pageSize"], answer["total"], answer["totalPages"]) == (1, 25, 5, 1)
    item = answer["items"][0]
    assert set(item) == {
        "id", "title", "platform", "messageCount", "tokenCount", "createdAt", "updatedAt", "pinned",
    }  # fmt: skip
    assert (item["title"], item["platform"], item["messageCount"]) == ("Day 2026-01-05", "custom", 2)
    assert (item["createdAt"], item["pinned"]) == ("2026-01-05T09:00:00Z", False)
    assert item["tokenCount"] > 0


@pytest.mark.requirement("rest:chats:pages")
def test_pages_hold_every_chat_once(ada: Person, ids: list[str]) -> None:
    pages = [ada.get(CHATS, page=n, pageSize=2) for n in (1, 2, 3, 4)]

    assert [[i["id"] for i in page["items"]] for page in pages] == [ids[4:2:-1], ids[2:0:-1], ids[:1], []]
    assert {(page["total"], page["totalPages"], page["pageSize"]) for page in pages} == {(5, 3, 2)}
    assert ada.get(CHATS, title="no such title")["totalPages"] == 0


@pytest.mark.requirement("rest:chats:pages")
@pytest.mark.parametrize("query", [{"page": 0}, {"page": -1}, {"page": "x"}, {"pageSize": 0}, {"pageSize": 101}])
def test_a_page_that_cannot_be_is_refused(ada: Person, query: dict[str, str]) -> None:
    refused(ada.send("GET", CHATS, params=query), 400)


@pytest.mark.requirement("rest:chats:pages")
@pytest.mark.parametrize("page", [10**6, 2**53, 2**63, 10**30])
@pytest.mark.usefixtures("ids")
def test_a_page_far_behind_the_last_is_empty_or_refused(ada: Person, page: int) -> None:
    answer = ada.send("GET", CHATS, params={"page": str(page), "pageSize": "100"})

    assert answer.status_code == 400 or answer.json()["items"] == []


@pytest.mark.requirement("rest:chats:filters")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"provider": "claude"}, [2, 0]),
        ({"provider": "all"}, [4, 3, 2, 1, 0]),
        ({"provider": "nobody"}, []),
        ({"title": "01-03"}, [2]),
        ({"title": "dAY"}, [4, 3, 2, 1, 0]),
        ({"title": "%"}, []),
        ({"title": "_"}, []),
        ({"dateFrom": "2026-01-04"}, [4, 3]),
        ({"dateTo": "2026-01-02"}, [1, 0]),
        ({"dateFrom": "2026-01-02", "dateTo": "2026-01-02"}, [1]),
        ({"dateFrom": "2026-01-02T09:00:00Z", "dateTo": "2026-01-03T09:00:00Z"}, [2, 1]),
        ({"dateFrom": "2026-01-02T09:00:01Z", "dateTo": "2026-01-03T08:59:59Z"}, []),
        ({"dateFrom": "2026-01-02T10:00:00+01:00", "dateTo": "2026-01-02"}, [1]),
        ({"dateFrom": "0001-01-01", "dateTo": "9999-12-31"}, [4, 3, 2, 1, 0]),
        ({"pinnedOnly": "true"}, []),
        ({"pinnedOnly": "false"}, [4, 3, 2, 1, 0]),
        ({"importId": "nothing"}, []),
        ({"provider": "claude", "dateFrom": "2026-01-02", "source": "app", "v": "2"}, [2]),
    ],
)
def test_filters_keep_to_what_they_say(ada: Person, ids: list[str], query: dict[str, str], found: list[int]) -> None:
    assert _ids(ada, **query) == [ids[n] for n in found]
    assert ada.get(CHATS, **query)["total"] == len(found)


@pytest.mark.requirement("rest:chats:filters")
def test_the_chats_of_one_import_are_listed(ada: Person, ids: list[str], server: Server) -> None:
    answer = upload(ada, b'[{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]')
    server.settle()

    (item,) = ada.get(CHATS, importId=answer["importId"])["items"]

    assert item["id"] not in ids


@pytest.mark.requirement("rest:chats:filters")
@pytest.mark.parametrize("query", [{"dateFrom": "yesterday"}, {"dateTo": "2026-02-30"}, {"pinnedOnly": "maybe"}])
def test_a_filter_that_cannot_be_read_is_refused(ada: Person, query: dict[str, str]) -> None:
    refused(ada.send("GET", CHATS, params=query), 400)


@pytest.mark.requirement("rest:chats:pinned")
def test_pinned_chats_are_marked_and_can_be_listed_alone(ada: Person, ids: list[str]) -> None:
    ada.post("/api/chat-history/pin", ids=[ids[1]])

    (item,) = ada.get(CHATS, pinnedOnly=True)["items"]
    assert (item["id"], item["pinned"]) == (ids[1], True)
    ada.post("/api/chat-history/unpin", ids=[ids[1]])
    assert _ids(ada, pinnedOnly=True) == []


@pytest.mark.requirement("rest:conversation")
def test_a_conversation_is_read_with_its_messages_in_order(ada: Person, ids: list[str]) -> None:
    answer = ada.get(CONVERSATION, conversationId=ids[0])

    assert set(answer) == {"id", "title", "messages", "total", "platformConversationId", "sourceId", "tokenCount"}
    assert (answer["id"], answer["platformConversationId"], answer["total"]) == (ids[0], DAYS[0], 2)
    assert answer["sourceId"] == "claude"
    assert answer["messages"] == [
        {"message_index": n, "sender": sender, "text": text, "timestamp": "2026-01-01T09:00:00Z"}
        for n, (sender, text) in enumerate([("human", "Hello?"), ("assistant", "Hi.")])
    ]


@pytest.fixture
def branched(ada: Person, server: Server) -> str:
    """A chat whose first answer was regenerated."""
    left = Message("x", Role.ASSISTANT, "The giraffe answer.", is_current=False, parent_id="m0")
    whole = chat("c", "A question?", "The kept answer.")
    whole = type(whole)(**{f: getattr(whole, f) for f in whole.__slots__} | {"messages": (*whole.messages, left)})
    (kept,) = server.run(server.services.archive.keep(Scope(ada.user_id), [whole]))
    server.settle()
    return kept.conversation.id


@pytest.mark.requirement("rest:conversation:branches")
def test_only_the_current_branch_is_shown_unless_all_are_asked_for(ada: Person, branched: str) -> None:
    current = ada.get(CONVERSATION, conversationId=branched)
    everything = ada.get(CONVERSATION, conversationId=branched, branches="all")

    assert [m["text"] for m in current["messages"]] == ["A question?", "The kept answer."]
    assert [m["text"] for m in everything["messages"]] == ["A question?", "The kept answer.", "The giraffe answer."]
    assert [m["is_current"] for m in everything["messages"]] == [True, True, False]
    assert (current["total"], everything["total"]) == (2, 3)
    refused(ada.send("GET", CONVERSATION, params={"conversationId": branched, "branches": "some"}), 400)


@pytest.mark.requirement("rest:conversation:branches")
@pytest.mark.usefixtures("branched")
def test_search_does_not_find_a_branch_that_was_left(ada: Person) -> None:
    for query in ("giraffe answer", "question"):
        for hit in ada.post("/api/chat-history/search", query=query, contextChunks=20)["results"]:
            assert "giraffe" not in str(hit)


@pytest.mark.requirement("rest:conversation:unknown")
@pytest.mark.parametrize(
    ("query", "status"), [({}, 400), ({"conversationId": "nothing"}, 404), ({"conversationId": "x" * 65}, 400)]
)
def test_a_conversation_that_is_not_there_is_a_404(ada: Person, query: dict[str, str], status: int) -> None:
    refused(ada.send("GET", CONVERSATION, params=query), status)


@pytest.mark.requirement("rest:count")
def test_the_count_leaves_out_what_was_excluded(ada: Person, ids: list[str]) -> None:
    assert ada.get(COUNT) == {"count": 5}
    ada.post("/api/chat-history/exclude", ids=ids[:2])
    assert ada.get(COUNT) == {"count": 3}


def _delete(ada: Person, *ids: str) -> Any:
    answer = ada.send("DELETE", CHATS, json={"ids": list(ids)})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.requirement("rest:chats:delete")
def test_deleted_chats_are_gone(ada: Person, ids: list[str], server: Server) -> None:
    server.settle()
    answer = _delete(ada, ids[0], ids[1], "nothing", ids[1])

    assert answer == {"deleted": ids[:2], "count": 2}
    assert _ids(ada) == ids[:1:-1]
    refused(ada.send("GET", CONVERSATION, params={"conversationId": ids[0]}), 404)
    found = ada.post("/api/chat-history/search", query="Hello", limit=100)["results"]
    assert {hit["conversationId"] for hit in found} == set(ids[2:])
    assert _delete(ada, ids[0]) == {"deleted": [], "count": 0}


@pytest.mark.requirement("rest:chats:delete:errors")
@pytest.mark.parametrize("body", [{}, {"ids": []}, {"ids": "x"}, {"ids": [7]}, {"ids": ["x" * 65]}, []])
@pytest.mark.usefixtures("ids")
def test_a_deletion_without_good_ids_is_refused(ada: Person, body: Any) -> None:
    refused(ada.send("DELETE", CHATS, json=body), 400)

    assert ada.get(COUNT) == {"count": 5}


@pytest.mark.requirement("rest:chats:delete:errors")
def test_a_deletion_of_too_many_is_refused(ada: Person, ids: list[str]) -> None:
    refused(ada.send("DELETE", CHATS, json={"ids": [*ids, *map(str, range(1_000))]}), 400)

    assert ada.get(COUNT) == {"count": 5}


PLATFORMS = """
    chatgpt claude gemini grok deepseek mistral perplexity copilot openwebui librechat typingmind claude-code codex
    cursor antigravity custom
"""


@pytest.mark.requirement("rest:platforms")
@pytest.mark.parametrize("platform", PLATFORMS.split())
def test_every_platform_of_the_contract_can_be_named(ada: Person, platform: str) -> None:
    ingest(ada, sent("c", "Hello?", "Hi."), platform=platform)

    (item,) = ada.get(CHATS, provider=platform)["items"]
    assert item["platform"] == platform
    assert ada.post("/api/chat-history/search", query="Hello", provider=platform)["totalResults"] > 0
