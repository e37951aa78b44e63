"""A token that is limited to some buckets sees and changes nothing of the others, in any way."""

import json

import pytest

from people import Client, Person, refused
from servers import Server


@pytest.fixture
def work(ada: Person) -> int:
    return ada.bucket("Work")


@pytest.fixture
def hidden(ada: Person, work: int, server: Server) -> str:
    """A memory outside of the bucket Work, beside one within."""
    ada.store("tea at work", bucketId=work)
    memory_id = ada.store("tea with a zebrafish", source="app")
    server.settle()
    return memory_id


@pytest.fixture
def limited(ada: Person, work: int) -> Client:
    return ada.with_token(bucketIds=[work])


@pytest.mark.parametrize(
    "path",
    [
        "/api/memory",
        "/api/memory?all=true",
        "/api/memory?query=tea",
        "/api/v2/memory?v=2",
        "/api/v2/memory?query=tea&v=2",
        "/api/buckets",
        "/api/search?query=tea%20zebrafish&explain=true",
        "/api/trash",
        "/api/inbox",
        "/api/memories/as-of?moment=2100-01-01T00:00:00Z",
        "/api/export",
        "/api/export?format=csv",
        "/api/export?format=markdown",
        "/api/account",
    ],
)
def test_every_list_shows_its_buckets_only(ada: Person, limited: Client, hidden: str, path: str) -> None:
    ada.delete(f"/api/memories/{ada.store('trashed zebrafish')}")
    ada.with_token(policy="inbox").store("waiting zebrafish")

    answer = limited.send("GET", path)

    assert answer.status_code == 200
    told = answer.text.replace('"tea","zebrafish"', "").replace('"tea zebrafish"', "")  # what was asked
    for secret in ("zebrafish", hidden, '"General"', str(ada.general())):
        assert secret not in told


def test_counts_count_its_buckets_only(ada: Person, limited: Client, hidden: str) -> None:
    assert limited.get("/api/memory", count=0)["count"] == 1
    assert limited.get("/api/memory", query="tea")["count"] == 1
    account = limited.get("/api/account")
    assert (account["memories"], account["buckets"]) == (1, 1)
    assert ada.get("/api/account")["memories"] == 2
    assert hidden


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/memories/<id>", None),
        ("GET", "/api/memories/<id>/versions", None),
        ("DELETE", "/api/memories/<id>", None),
        ("POST", "/api/memories/<id>/restore", {}),
        ("POST", "/api/memories/<id>/versions/1/redact", {}),
        ("POST", "/api/v2/memory/update", {"memoryId": "<id>", "text": "x"}),
        ("POST", "/api/v2/memory/update", {"memoryId": "<id>", "bucketName": "Work"}),
        ("POST", "/api/v2/memory/update", {"memoryIds": ["<id>"], "bucketName": "Work"}),
        ("POST", "/api/memory", {"text": "x", "supersedes": "<id>"}),
        ("POST", "/api/memory", {"text": "x", "bucketId": "<general>"}),
        ("GET", "/api/v2/memory?bucketId=<general>", None),
        ("GET", "/api/search?query=tea&bucketId=<general>", None),
        ("POST", "/api/import?bucketId=<general>", "- x"),
    ],
)
def test_what_lies_outside_does_not_exist(
    ada: Person, limited: Client, hidden: str, method: str, path: str, body: dict[str, object] | str | None
) -> None:
    def filled(text: str) -> str:
        return text.replace("<id>", hidden).replace("<general>", str(ada.general()))

    content = filled(body if isinstance(body, str) else json.dumps(body))
    answer = limited.send(method, filled(path), content=content, headers={"content-type": "application/json"})

    refused(answer, 404)
    assert ada.get(f"/api/memories/{hidden}")["version"] == 1


def test_bulk_operations_pass_over_what_lies_outside(ada: Person, limited: Client, hidden: str) -> None:
    assert limited.post("/api/memories/bulk-delete", memoryIds=[hidden]) == {"deleted": 0, "failed": 1}
    assert limited.post("/api/memories/restore", memoryIds=[hidden])["missing"] == [hidden]
    assert limited.post("/api/memories/purge", source="app", erase=True)["count"] == 0
    assert ada.get(f"/api/memories/{hidden}")["version"] == 1


def test_versions_from_a_bucket_outside_are_not_shown(ada: Person, limited: Client, work: int) -> None:
    memory_id = ada.store("the zebrafish of old")
    ada.post("/api/v2/memory/update", memoryId=memory_id, text="about work", bucketId=work)

    assert "zebrafish" not in limited.send("GET", f"/api/memories/{memory_id}/versions").text
    assert "zebrafish" not in limited.send("GET", "/api/export").text
    refused(limited.send("POST", f"/api/memories/{memory_id}/versions/1/redact"), 404)
    assert "zebrafish" in ada.send("GET", f"/api/memories/{memory_id}/versions").text


def test_what_a_token_of_one_bucket_stores_goes_there(ada: Person, limited: Client, work: int) -> None:
    limited.store("coffee at work")

    assert ada.get("/api/v2/memory", bucketId=work)["memories"] == ["coffee at work"]


def test_a_token_of_two_buckets_must_say_which(ada: Person, work: int) -> None:
    other = ada.with_token(bucketIds=[work, ada.bucket("Home")])

    refused(other.send("POST", "/api/memory", json={"text": "x"}), 404)
    other.store("x", bucketId=work)


def test_a_token_with_buckets_manages_neither_buckets_nor_tokens(limited: Client, work: int) -> None:
    for method, path, body in (
        ("POST", "/api/buckets", {"name": "New"}),
        ("PATCH", f"/api/buckets/{work}", {"name": "New"}),
        ("DELETE", f"/api/buckets/{work}", None),
        ("POST", "/api/tokens", {"name": "more"}),
        ("GET", "/api/tokens", None),
        ("GET", "/api/audit", None),
    ):
        refused(limited.send(method, path, json=body), 403)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/chat-history/chats", None),
        ("GET", "/api/chat-history/count", None),
        ("GET", "/api/chat-history/overview", None),
        ("GET", "/api/chat-history/conversation?conversationId=x", None),
        ("POST", "/api/chat-history/search", {"query": "zebrafish"}),
        ("POST", "/api/chat-history/inject", {"query": "zebrafish"}),
        ("POST", "/api/chat-history/inject", {"queries": [{"query": "zebrafish"}]}),
    ],
)
def test_a_token_with_buckets_has_no_part_in_chat_history(
    limited: Client, method: str, path: str, body: dict[str, object] | None
) -> None:
    refused(limited.send(method, path, json=body), 403)


@pytest.mark.parametrize("by", ["buckets", "bucketIds"])
def test_a_token_can_be_limited_to_a_bucket_that_somebody_shares(ada: Person, ben: Person, by: str) -> None:
    pond = ada.bucket("Pond")
    ada.post(f"/api/buckets/{pond}/members", name=ben.name)
    ben.post(f"/api/invitations/{pond}/accept")

    limited = ben.with_token(**{by: ["pond"] if by == "buckets" else [pond]})
    assert [bucket["sharedBy"] for bucket in limited.get("/api/buckets")] == [ada.name]
    ada.delete(f"/api/buckets/{pond}/members/{ben.user_id}")
    assert limited.get("/api/buckets") == []
