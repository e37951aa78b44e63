"""Tokens that may only write into the inbox, the user's review of it, and purges."""

from typing import Any

import pytest

from people import Person, refused


def test_what_an_inbox_token_stores_is_not_recalled_until_it_is_approved(ada: Person) -> None:
    tool = ada.with_token(policy="inbox")
    memory_id = tool.store("Ada collects stamps")

    assert ada.found("stamps") == ada.texts(all=True) == tool.found("stamps") == []
    assert ada.get("/api/v2/memory", query="stamps")["memories"] == []
    assert ada.get("/api/buckets")[0]["memoryCount"] == 0
    assert [m["id"] for m in ada.get("/api/inbox")["data"]] == [memory_id]

    verdict = ada.post("/api/inbox/approve", ids=[memory_id, "nothing"])
    assert verdict == {"changed": 1, "missing": ["nothing"], "refused": []}

    assert ada.found("stamps") == ada.texts() == ["Ada collects stamps"]
    assert ada.get("/api/inbox")["count"] == 0


def test_a_rejected_memory_goes_to_the_trash(ada: Person) -> None:
    memory_id = ada.with_token(policy="inbox").store("Ada hates stamps")

    assert ada.post("/api/inbox/reject", memoryIds=[memory_id])["changed"] == 1

    assert ada.texts() == []
    assert [m["id"] for m in ada.get("/api/trash")["data"]] == [memory_id]
    assert ada.post("/api/inbox/approve", memoryIds=[memory_id])["missing"] == [memory_id]


def test_a_waiting_memory_supersedes_only_once_it_is_approved(ada: Person) -> None:
    old = ada.store("Ada lives in Oslo")
    new = ada.with_token(policy="inbox").store("Ada lives in Bergen", supersedes=old)

    assert ada.get(f"/api/memories/{old}")["supersededBy"] is None
    ada.post("/api/inbox/approve", memoryIds=[new])
    assert ada.get(f"/api/memories/{old}")["supersededBy"] == new


def test_a_waiting_memory_can_be_approved_when_what_it_supersedes_is_gone(ada: Person) -> None:
    old = ada.store("Ada lives in Oslo", source="old app")
    new = ada.with_token(policy="inbox").store("Ada lives in Bergen", supersedes=old)
    ada.post("/api/memories/purge", source="old app", erase=True)

    ada.post("/api/inbox/approve", memoryIds=[new])

    assert ada.texts() == ["Ada lives in Bergen"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/v2/memory/update", {"memoryId": "ID", "text": "x"}),
        ("DELETE", "/api/memories/ID", None),
        ("POST", "/api/memories/bulk-delete", {"memoryIds": ["ID"]}),
        ("POST", "/api/memories/restore", {"memoryIds": ["ID"]}),
        ("POST", "/api/memories/ID/restore", {}),
        ("POST", "/api/memories/ID/versions/1/redact", {}),
        ("POST", "/api/memories/purge", {"source": "app"}),
        ("POST", "/api/inbox/approve", {"memoryIds": ["ID"]}),
        ("POST", "/api/inbox/reject", {"memoryIds": ["ID"]}),
        ("POST", "/api/buckets", {"name": "New"}),
        ("PATCH", "/api/buckets/7", {"name": "New"}),
        ("DELETE", "/api/buckets/7", None),
        ("POST", "/api/tokens", {"name": "more"}),
        ("GET", "/api/tokens", None),
        ("GET", "/api/audit", None),
        ("PUT", "/api/account/password", {"password": "password"}),
    ],
)
@pytest.mark.parametrize("policy", ["inbox", "read"])
def test_inbox_and_read_tokens_can_change_nothing(
    ada: Person, policy: str, method: str, path: str, body: dict[str, Any] | None
) -> None:
    memory_id = ada.store("tea", source="app")
    given = {k: memory_id if v == "ID" else [memory_id] if v == ["ID"] else v for k, v in (body or {}).items()}

    answer = ada.with_token(policy=policy).send(method, path.replace("ID", memory_id), json=given or None)

    refused(answer, 403)
    assert ada.get(f"/api/memories/{memory_id}")["version"] == 1


def test_a_read_token_reads_and_stores_nothing(ada: Person) -> None:
    ada.store("tea")
    reader = ada.with_token(policy="read")

    assert reader.texts() == reader.found("tea") == ["tea"]
    refused(reader.send("POST", "/api/memory", json={"text": "x"}), 403)
    refused(reader.send("POST", "/api/memories/bulk", json={"memories": ["x"]}), 403)
    refused(reader.send("POST", "/api/import", content=b"- x\n"), 403)


def test_everything_of_one_source_can_be_purged(ada: Person) -> None:
    ada.store("kept", source="claude")
    ids = [ada.store("bad one", source="rogue"), ada.store("bad two", source="rogue")]

    tried = ada.post("/api/memories/purge", source="rogue", dryRun=True)
    assert (tried["count"], set(tried["memoryIds"]), len(ada.texts())) == (2, set(ids), 3)

    assert ada.post("/api/memories/purge", source="rogue")["erased"] is False
    assert ada.texts() == ["kept"]
    assert ada.get("/api/trash")["count"] == 2

    assert ada.post("/api/memories/purge", source="rogue", erase=True)["count"] == 2
    assert ada.get("/api/trash")["count"] == 0
    refused(ada.send("GET", f"/api/memories/{ids[0]}"), 404)


def test_everything_of_one_token_or_time_can_be_purged(ada: Person) -> None:
    rogue = ada.with_token()
    kept, _ = ada.store("kept"), rogue.store("bad")
    token_id = ada.get("/api/tokens")[0]["id"]

    assert ada.post("/api/memories/purge", tokenId=token_id)["count"] == 1
    assert ada.texts() == ["kept"]

    recorded = ada.get(f"/api/memories/{kept}")["metadata"]["createdAt"]
    purge = {"recordedAfter": recorded, "recordedBefore": recorded}
    assert ada.post("/api/memories/purge", **purge)["memoryIds"] == [kept]
    assert ada.texts() == ada.found("kept") == []


def test_a_purge_must_say_of_what(ada: Person) -> None:
    ada.store("tea")

    refused(ada.send("POST", "/api/memories/purge", json={"erase": True}), 400)
    refused(ada.send("POST", "/api/memories/purge", json={"recordedAfter": "2020-01-01T00:00:00"}), 400)

    assert ada.texts() == ["tea"]
