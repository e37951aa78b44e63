"""One memory in full: its origin, its versions with what changed, and its way to the trash and back."""

from people import Person, refused
from servers import Server


def test_a_memory_tells_where_it_came_from(ada: Person) -> None:
    memory_id = ada.store("2026-01-05 Ada sings alto", source="claude", conversationId="c1", messageId="m1")

    memory = ada.get(f"/api/memories/{memory_id}")

    origin = memory["provenance"]
    assert origin["tokenId"] == ada.get("/api/tokens")[-1]["id"]
    assert {k: origin[k] for k in ("channel", "trust", "source", "conversationId", "messageId", "parents")} == {
        "channel": "api",
        "trust": "stated",
        "source": "claude",
        "conversationId": "c1",
        "messageId": "m1",
        "parents": [],
    }
    assert (memory["state"], memory["about"], memory["version"]) == ("active", "2026-01-05", 1)


def test_versions_show_what_changed(ada: Person) -> None:
    memory_id, bucket = ada.store("Ada likes green tea"), ada.bucket("Drinks")
    ada.post("/api/v2/memory/update", memoryId=memory_id, text="Ada likes black tea")
    ada.post("/api/v2/memory/update", memoryId=memory_id, bucketId=bucket)

    versions = ada.get(f"/api/memories/{memory_id}/versions")["versions"]

    assert [(v["number"], v["change"]) for v in versions] == [(3, "moved"), (2, "edited"), (1, "created")]
    changed = [(part["kind"], part["text"].strip()) for part in versions[1]["diff"] if part["kind"] != "same"]
    assert changed == [("removed", "green"), ("added", "black")]
    assert versions[0]["diff"] == versions[2]["diff"] == []


def test_an_edit_that_changes_nothing_makes_no_version(ada: Person) -> None:
    memory_id = ada.store("tea")

    ada.post("/api/v2/memory/update", memoryId=memory_id, text="tea", bucketName="general")

    assert ada.get(f"/api/memories/{memory_id}")["version"] == 1


def test_a_deleted_memory_waits_in_the_trash_and_can_be_restored(ada: Person) -> None:
    memory_id = ada.store("Ada sings alto")
    ada.delete(f"/api/memories/{memory_id}")

    trash = ada.get("/api/trash")
    assert [(m["id"], m["state"]) for m in trash["data"]] == [(memory_id, "trashed")]
    assert trash["count"] == 1

    assert ada.post(f"/api/memories/{memory_id}/restore") == {"message": "Memory restored"}
    assert ada.found("alto") == ["Ada sings alto"]
    refused(ada.send("POST", f"/api/memories/{memory_id}/restore"), 404)


def test_many_memories_are_restored_at_once(ada: Person) -> None:
    ids = ada.store_all("tea", "coffee")
    ada.post("/api/memories/bulk-delete", memoryIds=ids)

    answer = ada.post("/api/memories/restore", memoryIds=[*ids, "nothing"])

    assert answer == {"changed": 2, "missing": ["nothing"]}
    assert ada.get("/api/buckets")[0]["memoryCount"] == 2


def test_a_trashed_memory_cannot_be_edited_or_moved(ada: Person) -> None:
    memory_id, bucket = ada.store("tea"), ada.bucket("Drinks")
    ada.delete(f"/api/memories/{memory_id}")

    for change in ({"memoryId": memory_id, "text": "x"}, {"memoryIds": [memory_id], "bucketId": bucket}):
        refused(ada.send("POST", "/api/v2/memory/update", json=change), 404)


def test_bulk_create_judges_each_item_by_itself(ada: Person) -> None:
    bucket = ada.bucket("Drinks")
    items = [
        "tea",
        {"text": "coffee", "bucketId": str(bucket)},
        {"text": ""},
        {"text": "x", "bucketId": 77},
        5,
        {},
        None,
    ]
    items += [
        "x" * 20_001,
        {"text": "x\x00"},
        {"content": "milk", "source": "app"},
        {"text": "x", "supersedes": "none"},
    ]

    answer = ada.post("/api/memories/bulk", memories=items)

    assert (answer["stored"], answer["failed"]) == (3, 8)
    assert [r["index"] for r in answer["results"]] == list(range(11))
    assert [r["index"] for r in answer["results"] if "memoryId" in r] == [0, 1, 9]
    assert all("error" in r or r["index"] in {0, 1, 9} for r in answer["results"])
    assert ada.texts() == ["milk", "coffee", "tea"]


def test_a_large_bulk_is_found_by_its_words_at_once_and_by_meaning_after_the_job(ada: Person, server: Server) -> None:
    ada.store_all(*(f"Ada drinks tea number {n}" for n in range(40)), "Ada repairs bicycles")

    assert ada.found("bicycles")[0] == "Ada repairs bicycles"
    assert ada.get("/api/account")["withoutVector"] == 41
    server.settle()
    assert ada.get("/api/account")["withoutVector"] == 0
    assert ada.found("mending a bike")[0] == "Ada repairs bicycles"


def test_a_memory_that_supersedes_another_is_ranked_before_it(ada: Person) -> None:
    old = ada.store("Ada lives in Oslo")
    new = ada.store("Ada lives in Bergen", supersedes=old)

    assert ada.found("where does Ada live") == ["Ada lives in Bergen", "Ada lives in Oslo"]
    assert ada.get(f"/api/memories/{old}")["supersededBy"] == new
    assert ada.get(f"/api/memories/{old}/versions")["versions"][0]["change"] == "superseded"
    refused(ada.send("POST", "/api/memory", json={"text": "x", "supersedes": "nothing"}), 404)
