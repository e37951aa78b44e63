"""Lists with every filter that go on from any place, and what is done to the memories that are chosen."""

import json
from datetime import timedelta

import pytest

from people import Client, Json, Person, refused
from servers import Server

NO_SUCH = "01zzzzzzzzzzzzzzzzzzzzzzzz"


def _texts(answer: Json) -> list[str]:
    return [memory["text"] for memory in answer["data"]]


def _states(ada: Client, *memory_ids: str) -> list[str]:
    return [ada.get(f"/api/memories/{memory_id}")["state"] for memory_id in memory_ids]


def test_a_list_goes_on_where_it_stopped_whatever_comes_in_front(ada: Person) -> None:
    ada.store_all(*(f"note {n}" for n in range(5)))  # at the same moment, so the ids decide
    first = ada.get("/api/memories", count=2)
    ada.store("a newer one")
    second = ada.get("/api/memories", count=2, cursor=first["next"])
    third = ada.get("/api/memories", count=2, cursor=second["next"])

    assert _texts(first) + _texts(second) + _texts(third) == [f"note {n}" for n in (4, 3, 2, 1, 0)]
    assert [part["count"] for part in (first, second, third)] == [5, 6, 6]
    assert third["next"] is None


@pytest.mark.parametrize("cursor", ["x", "1", "1.", "99999999999999999.a", "1.a b", "-.a"])
def test_a_cursor_that_no_list_gave_is_refused(ada: Person, cursor: str) -> None:
    assert "`cursor`" in refused(ada.send("GET", "/api/memories", params={"cursor": cursor}), 400)


def test_every_filter_narrows_the_list_and_its_count(ada: Person) -> None:
    work = ada.bucket("Work")
    other = ada.with_token(policy="propose")
    ada.store("2026-01-05 tea", source="app", bucketId=work)
    other.store("2026-02-05 coffee")
    ada.delete(f"/api/memories/{ada.store('gone')}")
    token = ada.token_id()

    cases: list[tuple[dict[str, object], list[str]]] = [
        ({"bucketId": work}, ["2026-01-05 tea"]),
        ({"fromSource": "app"}, ["2026-01-05 tea"]),
        ({"trust": "assistant"}, ["2026-02-05 coffee"]),
        ({"tokenId": token}, ["2026-02-05 coffee"]),
        ({"after": "2026-01-06"}, ["2026-02-05 coffee"]),
        ({"before": "2026-01-06"}, ["2026-01-05 tea"]),
        ({"contentType": "image"}, []),
        ({"state": "trashed"}, ["gone"]),
        ({"recordedAfter": "2100-01-01T00:00:00Z"}, []),
        ({"recordedBefore": "2100-01-01T00:00:00Z", "state": "inbox"}, []),
    ]
    for filters, expected in cases:
        answer = ada.get("/api/memories", **filters)
        assert (_texts(answer), answer["count"]) == (expected, len(expected)), filters


def test_the_clients_that_wrote_are_named_once_and_only_within_reach(ada: Person) -> None:
    ada.bucket("Work")
    for source in ("cursor", "claude", "cursor", None):
        ada.store("tea", source=source)

    assert ada.get("/api/memories/sources") == {"sources": ["claude", "cursor"]}
    assert ada.with_token(buckets=["Work"]).get("/api/memories/sources") == {"sources": []}


def test_what_says_the_same_is_named_and_the_memory_itself_is_not(ada: Person) -> None:
    first, second = ada.store("Ada likes green tea"), ada.store("Ada likes green tea.")
    ada.store("The hedge needs cutting in June")

    assert [m["id"] for m in ada.get(f"/api/memories/{first}/duplicates")["data"]] == [second]
    refused(ada.send("GET", f"/api/memories/{NO_SUCH}/duplicates"), 404)


@pytest.mark.parametrize(
    ("form", "name"), [("json", "memories.json"), ("markdown", "memories.md"), ("csv", "memories.csv")]
)
def test_a_selection_is_exported_as_a_file(ada: Person, form: str, name: str) -> None:
    tea, _ = ada.store_all("tea", "coffee")
    body = {"memoryIds": [tea, NO_SUCH], "format": form}
    answer = ada.send("POST", "/api/memories/export", json=body)

    assert name in answer.headers["content-disposition"]
    assert "tea" in answer.text
    assert "coffee" not in answer.text


def test_an_exported_selection_can_be_imported_with_its_versions(ada: Person, ben: Person) -> None:
    tea = ada.store("tea", bucketId=ada.bucket("Drinks"), supersedes=ada.store("not exported"))
    ada.post("/api/v2/memory/update", memoryId=tea, text="green tea")
    content = ada.send("POST", "/api/memories/export", json={"memoryIds": [tea]}).content
    ben.send("POST", "/api/import", content=content)

    (memory,) = ben.get("/api/memories")["data"]
    assert (memory["text"], memory["metadata"]["bucketName"]) == ("green tea", "Drinks")
    assert len(ben.get(f"/api/memories/{memory['id']}/versions")["versions"]) == 2
    assert json.loads(content)["count"] == 1


def test_one_undo_takes_back_whatever_was_done_last(ada: Person) -> None:
    new, edited, moved, trashed, restored = ada.store_all("new", "edited", "moved", "trashed", "restored")
    drinks = ada.bucket("Drinks")
    ada.post("/api/v2/memory/update", memoryId=edited, text="edited twice", bucketId=drinks)
    ada.post("/api/v2/memory/update", memoryIds=[moved], bucketId=drinks)
    ada.post("/api/memories/bulk-delete", memoryIds=[trashed, restored])
    ada.post(f"/api/memories/{restored}/restore")

    answer = ada.post("/api/memories/undo", memoryIds=[new, edited, moved, trashed, restored])

    assert answer == {"changed": 5, "missing": []}
    assert _states(ada, new, edited, moved, trashed, restored) == ["trashed", "active", "active", "active", "trashed"]
    assert ada.get(f"/api/memories/{edited}")["text"] == "edited"
    assert ada.get("/api/memories", bucketId=drinks)["data"] == []
    assert ada.found("trashed")[0] == "trashed"


def test_an_undone_edit_gives_the_former_trust_back(ada: Person) -> None:
    tea = ada.with_token(policy="propose").store("tea")
    ada.post("/api/v2/memory/update", memoryId=tea, text="coffee")
    assert ada.get(f"/api/memories/{tea}")["trust"] == "stated"
    ada.post("/api/memories/undo", memoryIds=[tea])

    memory = ada.get(f"/api/memories/{tea}")
    assert (memory["text"], memory["trust"]) == ("tea", "assistant")


def test_nobody_undoes_what_somebody_else_did_since(ada: Person) -> None:
    tea = ada.store("tea")
    ada.with_token().post("/api/v2/memory/update", memoryId=tea, text="coffee")

    assert ada.post("/api/memories/undo", memoryIds=[tea, NO_SUCH]) == {"changed": 0, "missing": [tea, NO_SUCH]}
    assert ada.get(f"/api/memories/{tea}")["text"] == "coffee"


def test_what_has_no_way_back_stays_as_it_is(ada: Person) -> None:
    redacted, moved, drinks = ada.store("my secret"), ada.store("tea"), ada.bucket("Drinks")
    ada.post("/api/v2/memory/update", memoryId=redacted, text="nothing")
    ada.send("POST", f"/api/memories/{redacted}/versions/1/redact")
    ada.post("/api/v2/memory/update", memoryId=moved, bucketId=drinks)
    ada.post("/api/v2/memory/update", memoryId=moved, bucketName="General")
    ada.delete(f"/api/buckets/{drinks}")

    assert ada.post("/api/memories/undo", memoryIds=[redacted, moved])["missing"] == [redacted, moved]


def test_only_what_is_in_the_trash_is_erased(ada: Person) -> None:
    kept, gone = ada.store_all("kept", "gone")
    ada.delete(f"/api/memories/{gone}")

    assert ada.post("/api/memories/erase", memoryIds=[kept, gone]) == {"changed": 1, "missing": [kept]}
    refused(ada.send("GET", f"/api/memories/{gone}"), 404)
    assert _states(ada, kept) == ["active"]


def test_the_trash_is_emptied_and_nothing_else(ada: Person, server: Server) -> None:
    kept, *gone = ada.store_all(*(f"note {n}" for n in range(700)))  # more than are erased in one transaction
    ada.post("/api/memories/bulk-delete", memoryIds=gone)
    server.installation.clock.advance(timedelta(seconds=1))

    assert ada.delete("/api/trash") == {"erased": 699}
    assert ada.get("/api/trash")["count"] == 0
    assert _states(ada, kept) == ["active"]
    assert ada.get("/api/audit")[0]["action"] == "memory.erase"


def test_what_came_into_the_trash_later_is_spared(ada: Person, server: Server) -> None:
    early, late = ada.store_all("early", "late")
    ada.delete(f"/api/memories/{early}")
    until = ada.get(f"/api/memories/{early}")["updatedAt"]
    server.installation.clock.advance(timedelta(seconds=1))
    ada.delete(f"/api/memories/{late}")

    assert ada.send("DELETE", "/api/trash", params={"until": until}).json() == {"erased": 1}
    assert [memory["id"] for memory in ada.get("/api/trash")["data"]] == [late]
    refused(ada.send("DELETE", "/api/trash", params={"until": "yesterday"}), 400)


@pytest.mark.parametrize("policy", ["inbox", "read", "propose"])
def test_who_may_not_erase_erases_nothing(ada: Person, policy: str) -> None:
    gone = ada.store("gone")
    ada.delete(f"/api/memories/{gone}")
    limited = ada.with_token(policy=policy)

    refused(limited.send("DELETE", "/api/trash"), 403)
    refused(limited.send("POST", "/api/memories/erase", json={"memoryIds": [gone]}), 403)
    assert _states(ada, gone) == ["trashed"]
