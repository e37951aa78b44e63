"""Conversations as they are read: found by words, part by part, along branches."""

from datetime import timedelta

import pytest

from chats import START, ingest, sent
from onememory.domain.actors import Scope
from onememory.domain.conversations import Conversation, Message, Role
from people import Json, Person, refused
from servers import Server

CHATS = "/api/chat-history/conversations"


def _keep(server: Server, person: Person, *conversations: Conversation) -> list[str]:
    kept = server.run(server.services.archive.keep(Scope(person.user_id), conversations))
    return [each.conversation.id for each in kept]


def _said(number: int, text: str, **more: object) -> Message:
    role = (Role.USER, Role.ASSISTANT)[number % 2]
    return Message(f"m{number}", role, text, START + timedelta(minutes=number), **more)  # type: ignore[arg-type]


@pytest.fixture
def forked(server: Server, ada: Person) -> str:
    """A chat whose first answer was written anew."""
    texts = ("Which tea?", "Green tea.", "Why?", "It is mild.")
    said = [_said(n, text) for n, text in enumerate(texts)]
    other = [Message("other", Role.ASSISTANT, "Black tea, as in Kandy.", is_current=False, parent_id="m0")]
    chat = Conversation("chatgpt", "forked", "About tea", START, START, (*said, *other), project="Kitchen")
    return _keep(server, ada, chat)[0]


def _messages(ada: Person, conversation_id: str, **query: object) -> Json:
    return ada.get(f"{CHATS}/{conversation_id}/messages", **query)


def test_a_branch_is_read_through_any_of_its_messages(ada: Person, forked: str) -> None:
    current, other = _messages(ada, forked), _messages(ada, forked, at=4)

    assert [m["messageIndex"] for m in current["messages"]] == [0, 1, 2, 3]
    assert current["messages"][1]["versions"] == [1, 4]
    assert [m["text"] for m in other["messages"]] == ["Which tea?", "Black tea, as in Kandy."]
    assert (other["total"], other["next"]) == (2, None)
    assert [m["messageIndex"] for m in _messages(ada, forked, branch=4, at=0)["messages"]] == [0, 4]


def test_parts_follow_one_another_to_the_end(ada: Person) -> None:
    long = ingest(ada, sent("long", *(f"Remark {n}" for n in range(250))))
    read: list[int] = []
    at: int | None = 0
    while at is not None:
        part = _messages(ada, long, at=at, count=70)
        assert (part["total"], part["skipped"]) == (250, len(read))
        read += [m["messageIndex"] for m in part["messages"]]
        at = part["next"]

    assert read == list(range(250))


@pytest.mark.parametrize(
    ("query", "found"),
    [("TEA", [0, 1, 4]), ("tea kandy", [4]), ('"which tea"', [0]), ('"tea which"', []), ("coffee", []), (" ", [])],
)
def test_words_are_found_on_every_branch(ada: Person, forked: str, query: str, found: list[int]) -> None:
    assert _messages(ada, forked, query=query)["found"] == found


def test_conversations_are_found_by_their_titles_and_by_what_was_said(ada: Person, forked: str) -> None:
    other = ingest(ada, sent("other", "Is the giraffe mild?", "It is."))

    by_title = ada.get(CHATS, query="About tea")
    by_words = ada.get(CHATS, query="giraffe")

    assert by_title["results"][0]["conversation"]["id"] == forked
    assert by_title["confidence"] == "strong"
    assert [r["conversation"]["id"] for r in by_words["results"]] == [other]
    assert by_words["results"][0]["passages"][0].keys() == {"messageIndex", "sender", "text", "score"}
    assert "Is the giraffe mild?" in [passage["text"] for passage in by_words["results"][0]["passages"]]


def test_found_conversations_are_what_the_filters_say(ada: Person, forked: str) -> None:
    ingest(ada, sent("other", "Is the tea mild?", "It is."))

    for filters in ({"project": "Kitchen"}, {"provider": "chatgpt"}):
        results = ada.get(CHATS, query="tea", **filters)["results"]
        assert [r["conversation"]["id"] for r in results] == [forked]
    assert ada.get(CHATS, query="tea", pinnedOnly=True)["results"] == []
    refused(ada.send("GET", CHATS, params={"query": " "}), 400)


def test_projects_are_counted_and_lists_narrowed_to_one(ada: Person, forked: str) -> None:
    ingest(ada, sent("other", "Hello?", "Hi."))

    assert ada.get("/api/chat-history/projects") == [{"project": "Kitchen", "conversations": 1}]
    (item,) = ada.get("/api/chat-history/chats", project="Kitchen")["items"]
    assert (item["id"], item["project"]) == (forked, "Kitchen")


def test_memories_made_from_a_conversation_are_listed_until_they_are_deleted(ada: Person, forked: str) -> None:
    made, gone = (ada.store(f"Tea {n}", conversationId=forked, messageId="m1") for n in range(2))
    ada.store("Something else")
    ada.delete(f"/api/memories/{gone}")

    assert [memory["id"] for memory in ada.get(f"{CHATS}/{forked}/memories")["data"]] == [made]
    refused(ada.send("GET", f"{CHATS}/nothing/memories"), 404)


def test_a_token_for_some_buckets_has_no_part_in_conversations(ada: Person, forked: str) -> None:
    limited = ada.with_token(buckets=["General"])
    for path in (f"{CHATS}?query=tea", f"{CHATS}/{forked}/messages", f"{CHATS}/{forked}/memories"):
        refused(limited.send("GET", path), 403)
