"""One conversation through a link that needs no login."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count

import httpx
import pytest

from onememory.domain.actors import Scope
from onememory.domain.conversations import Conversation, Message, Role
from people import Person, answered, refused
from servers import PUBLIC_URL, Server, serving

_numbers = count(1)

SAID = (
    Message("m1", Role.USER, "Where does the zebrafish sleep?", attachments=("fish.png",)),
    Message("m2", Role.ASSISTANT, "In the tank.", model="opus-5", parent_id="m1"),
    Message("m3", Role.ASSISTANT, "In the sea.", is_current=False, parent_id="m1"),
)


@pytest.fixture(scope="module")
def keeper(data_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of whose clock these tests may make use."""
    with serving(data_factory.mktemp("keeper"), embedder="none") as running:
        yield running


@pytest.fixture
def reader(keeper: Server) -> Person:
    return keeper.person(f"Reader{next(_numbers)}")


@pytest.fixture
def chat(keeper: Server, reader: Person) -> str:
    """The id of a conversation of the reader's."""
    chat = Conversation("claude", "p1", "About fish", None, None, SAID, "Aquarium")
    (kept,) = keeper.run(keeper.services.archive.keep(Scope(reader.user_id), [chat]))
    return kept.conversation.id


def _link(reader: Person, chat: str) -> str:
    """The part of a link behind the public URL."""
    url: str = reader.post(f"/api/chat-history/conversations/{chat}/export")["url"]
    assert url.startswith(f"{PUBLIC_URL}/api/exports/conversation?")
    return url.removeprefix(PUBLIC_URL)


def test_a_link_gives_the_conversation_with_every_branch(keeper: Server, reader: Person, chat: str) -> None:
    answer = keeper.anonymous().send("GET", _link(reader, chat))

    told = answered(answer)
    names = ("id", "platform", "platformConversationId", "title", "project", "createdAt", "updatedAt")
    assert [told[name] for name in names] == [chat, "claude", "p1", "About fish", "Aquarium", None, None]
    assert [(m["id"], m["role"], m["isCurrent"], m["parentId"]) for m in told["messages"]] == [
        ("m1", "user", True, None),
        ("m2", "assistant", True, "m1"),
        ("m3", "assistant", False, "m1"),
    ]
    assert (told["messages"][0]["attachments"], told["messages"][1]["model"]) == (["fish.png"], "opus-5")
    assert f"conversation-{chat}.json" in answer.headers["content-disposition"]


def test_a_link_is_valid_for_15_minutes(keeper: Server, reader: Person, chat: str) -> None:
    link, nobody = _link(reader, chat), keeper.anonymous()

    keeper.installation.clock.advance(timedelta(minutes=14, seconds=50))
    answered(nobody.send("GET", link))
    keeper.installation.clock.advance(timedelta(seconds=20))

    assert "expired" in refused(nobody.send("GET", link), 403)


@pytest.mark.parametrize("name", ["user", "conversation", "expires", "signature"])
@pytest.mark.parametrize("value", ["", "x", "99999999999999999999", "é\x00"])
def test_a_link_that_was_changed_opens_nothing(
    keeper: Server, reader: Person, chat: str, name: str, value: str
) -> None:
    link = httpx.URL(_link(reader, chat)).copy_set_param(name, value)

    assert "changed" in refused(keeper.anonymous().send("GET", str(link)), 403)


def test_a_link_without_anything_opens_nothing(keeper: Server) -> None:
    refused(keeper.anonymous().send("GET", "/api/exports/conversation"), 403)


@pytest.mark.parametrize(("method", "path"), [("DELETE", "chats"), ("POST", "exclude")])
def test_a_link_to_what_is_gone_opens_nothing(
    keeper: Server, reader: Person, chat: str, method: str, path: str
) -> None:
    link = _link(reader, chat)

    reader.send(method, f"/api/chat-history/{path}", json={"ids": [chat]})

    refused(keeper.anonymous().send("GET", link), 404)
    refused(reader.send("POST", f"/api/chat-history/conversations/{chat}/export"), 404)


def test_a_link_is_made_by_its_owner_alone(keeper: Server, reader: Person, chat: str) -> None:
    other = keeper.person(f"{reader.name}-no-more")

    refused(other.send("POST", f"/api/chat-history/conversations/{chat}/export"), 404)


def test_a_token_of_some_buckets_makes_no_links(reader: Person, chat: str) -> None:
    limited = reader.with_token(bucketIds=[reader.general()])

    refused(limited.send("POST", f"/api/chat-history/conversations/{chat}/export"), 403)
