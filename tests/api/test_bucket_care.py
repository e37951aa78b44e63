"""Renaming, describing and deleting buckets."""

import pytest

from people import Person, refused


def test_a_bucket_can_be_renamed_and_described(ada: Person) -> None:
    bucket = ada.bucket("Work")

    ada.patch(f"/api/buckets/{bucket}", description=" what is done for money ")
    ada.patch(f"/api/buckets/{bucket}", name="Job")
    assert ada.get("/api/buckets")[1] == {
        "id": str(bucket),
        "name": "Job",
        "memoryCount": 0,
        "description": "what is done for money",
    }

    assert "description" not in ada.patch(f"/api/buckets/{bucket}", description="")
    refused(ada.send("PATCH", f"/api/buckets/{bucket}", json={}), 400)
    refused(ada.send("PATCH", "/api/buckets/77", json={"name": "x"}), 404)


def test_general_can_be_described(ada: Person) -> None:
    assert ada.patch(f"/api/buckets/{ada.general()}", description="all sorts")["description"] == "all sorts"


def test_a_deleted_buckets_memories_move_where_the_caller_says(ada: Person) -> None:
    work, home = ada.bucket("Work"), ada.bucket("Home")
    ids = [ada.store(text, bucketId=work) for text in ("tea", "coffee")]

    answer = ada.delete(f"/api/buckets/{work}", moveTo=home)

    assert (answer["moved"], answer["trashed"]) == (2, 0)
    assert ada.get(f"/api/memories/{ids[0]}")["metadata"]["bucketName"] == "Home"
    assert ada.get("/api/v2/memory", query="tea", bucketId=home)["memories"][0] == "tea"
    assert [b["name"] for b in ada.get("/api/buckets")] == ["General", "Home"]


def test_a_deleted_buckets_memories_go_to_the_trash_and_come_back_into_general(ada: Person) -> None:
    work = ada.bucket("Work")
    memory_id = ada.store("tea", bucketId=work)

    answer = ada.delete(f"/api/buckets/{work}", trash=True)

    assert (answer["moved"], answer["trashed"]) == (0, 1)
    assert ada.texts() == []
    ada.post(f"/api/memories/{memory_id}/restore")
    assert ada.get("/api/memory")["data"][0]["metadata"]["bucketName"] == "General"


@pytest.mark.parametrize("wish", [{}, {"trash": "true", "moveTo": "HOME"}, {"moveTo": "WORK"}])
def test_a_full_bucket_is_kept_until_its_memories_have_one_place_to_go(ada: Person, wish: dict[str, str]) -> None:
    work, home = ada.bucket("Work"), ada.bucket("Home")
    ada.store("tea", bucketId=work)
    ids = {"WORK": str(work), "HOME": str(home)}

    answer = ada.send("DELETE", f"/api/buckets/{work}", params={k: ids.get(v, v) for k, v in wish.items()})

    refused(answer, 400)
    assert ada.get("/api/v2/memory", bucketId=work)["memories"] == ["tea"]


def test_an_empty_bucket_is_deleted_without_a_word(ada: Person) -> None:
    work = ada.bucket("Work")
    ada.delete(f"/api/memories/{ada.store('tea', bucketId=work)}")

    ada.delete(f"/api/buckets/{work}")

    assert [b["name"] for b in ada.get("/api/buckets")] == ["General"]
    refused(ada.send("DELETE", f"/api/buckets/{work}"), 404)
    refused(ada.send("DELETE", "/api/buckets/work"), 400)


def test_a_bucket_cannot_be_emptied_into_one_that_is_not_there(ada: Person) -> None:
    work = ada.bucket("Work")
    ada.store("tea", bucketId=work)

    refused(ada.send("DELETE", f"/api/buckets/{work}", params={"moveTo": "77"}), 404)

    assert len(ada.get("/api/buckets")) == 2
