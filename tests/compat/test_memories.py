"""The contract's operations on memories."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from people import Person, refused

SEED_BASE = "https://www.memoryplugin.com"


@pytest.mark.requirement("rest:memory:add")
def test_storing_answers_the_id_twice(ada: Person) -> None:
    answer = ada.post("/api/memory", text="2026-03-01 Ada drinks green tea")

    assert answer == {"done": "ok", "memoryId": answer["memoryId"], "dbId": answer["memoryId"]}
    assert ada.texts() == ["2026-03-01 Ada drinks green tea"]


@pytest.mark.requirement("rest:memory:add:text")
@pytest.mark.parametrize(
    "body", [{}, {"text": None}, {"text": " \n\t"}, {"text": 5}, {"text": ["tea"]}, {"source": "x"}]
)
def test_a_memory_without_a_text_is_refused(ada: Person, body: dict[str, object]) -> None:
    assert "text" in refused(ada.send("POST", "/api/memory", json=body), 400)
    assert ada.texts() == []


@pytest.mark.requirement("rest:memory:add:bucket")
def test_a_memory_goes_into_the_named_bucket_or_into_general(ada: Person) -> None:
    bucket = ada.bucket("Work")
    ada.store("in general")
    ada.store("at work", bucketId=bucket, source="chatgpt")

    names = {m["text"]: m["metadata"]["bucketName"] for m in ada.get("/api/memory")["data"]}

    assert names == {"in general": "General", "at work": "Work"}


@pytest.mark.requirement("rest:memory:seed")
def test_the_client_of_the_seed_page_needs_only_base_url_and_token(ada: Person) -> None:
    request = httpx.Request(
        "POST",
        f"{SEED_BASE}/api/memory",
        headers={"Authorization": f"Bearer {ada.token}", "Content-Type": "application/json"},
        content=b'{"text": "2026-03-01 Ada drinks tea", "source": "chatgpt"}',
    )
    request.url = ada.http.base_url.join(request.url.raw_path.decode())
    request.headers["host"] = request.url.netloc.decode()

    answer = ada.http.send(request)

    assert answer.status_code == 200
    assert answer.json()["done"] == "ok"
    assert isinstance(answer.json()["memoryId"], str)


@pytest.mark.requirement("rest:memory:list:v2")
@pytest.mark.requirement("rest:memory:object")
@pytest.mark.parametrize("version", [{}, {"v": 2}])
@pytest.mark.parametrize("question", [{}, {"latest": True}, {"all": True}, {"query": "tea"}])
def test_the_list_is_an_object_of_memory_objects(
    ada: Person, version: dict[str, object], question: dict[str, object]
) -> None:
    memory_id = ada.store("green tea")

    answer = ada.get("/api/memory", **version, **question)

    (memory,) = answer["data"]
    created = memory["metadata"].pop("createdAt")
    metadata = {"text": "green tea", "bucketId": ada.general(), "bucketName": "General"}
    ours = {"source": None, "trust": "stated"}
    assert memory == {"id": memory_id, "text": "green tea", "content_type": "text", "metadata": metadata} | ours
    assert abs(datetime.fromisoformat(created) - datetime.now(UTC)) < timedelta(minutes=5)  # noqa: TID251
    assert answer["count"] == 1


@pytest.mark.requirement("rest:memory:list:v1")
def test_version_1_of_the_list_is_an_array_of_strings(ada: Person) -> None:
    ada.store_all("tea", "green tea", "coffee")

    assert ada.get("/api/memory", v=1) == ["coffee", "green tea", "tea"]
    assert ada.get("/api/memory", v=1, query="tea")[:2] == ["green tea", "tea"] or ["tea", "green tea"]


@pytest.mark.requirement("rest:memory:list:query")
@pytest.mark.parametrize("version", [1, 2])
def test_a_query_answers_the_five_most_relevant(ada: Person, version: int) -> None:
    teas = [f"{kind} tea" for kind in ("green", "black", "white", "mint", "fruit", "iced")]
    ada.store_all(*teas, "the tram to work", "a red bicycle")

    answer = ada.get("/api/memory", query="tea", v=version)

    texts = answer if version == 1 else [memory["text"] for memory in answer["data"]]
    assert len(texts) == 5
    assert set(texts) <= set(teas)


@pytest.mark.requirement("rest:memory:both:strings")
@pytest.mark.parametrize("question", [{}, {"all": True}, {"latest": True}, {"query": "tea"}, {"v": 1}])
def test_memories_beside_buckets_are_bare_strings(ada: Person, question: dict[str, object]) -> None:
    ada.store("green tea")

    assert ada.get("/api/v2/memory", **question)["memories"] == ["green tea"]


@pytest.mark.requirement("rest:memory:both:objects")
@pytest.mark.parametrize("question", [{}, {"query": "tea"}])
@pytest.mark.parametrize("wish", [{"includeIds": True}, {"v": 2}])
def test_memories_beside_buckets_are_objects_when_asked_for(
    ada: Person, question: dict[str, object], wish: dict[str, object]
) -> None:
    memory_id = ada.store("green tea")

    (memory,) = ada.get("/api/v2/memory", **question, **wish)["memories"]

    assert memory["id"] == memory_id
    assert memory["text"] == memory["metadata"]["text"] == "green tea"
    assert memory["content_type"] == "text"


@pytest.mark.requirement("rest:memory:both:buckets")
@pytest.mark.parametrize("question", [{}, {"query": "tea"}])
def test_buckets_beside_memories_have_integer_ids(ada: Person, question: dict[str, object]) -> None:
    drinks = ada.post("/api/buckets", name="Drinks", description="What Ada drinks")
    ada.store("tea", bucketId=drinks["id"])

    assert ada.get("/api/v2/memory", **question)["buckets"] == [
        {"id": ada.general(), "name": "General", "memoryCount": 0},
        {"id": int(drinks["id"]), "name": "Drinks", "memoryCount": 1, "description": "What Ada drinks"},
    ]


@pytest.mark.requirement("rest:memory:both:filters")
@pytest.mark.parametrize("question", [{}, {"query": "tea"}, {"all": True}])
def test_bucket_and_content_type_filter(ada: Person, question: dict[str, object]) -> None:
    bucket = ada.bucket("Drinks")
    ada.store("tea at home")
    ada.store("tea in the bar", bucketId=bucket)

    assert ada.get("/api/v2/memory", bucketId=bucket, **question)["memories"] == ["tea in the bar"]
    assert len(ada.get("/api/v2/memory", contentType="text", **question)["memories"]) == 2
    assert ada.get("/api/v2/memory", contentType="image", **question)["memories"] == []


@pytest.mark.requirement("rest:memory:both:count")
@pytest.mark.parametrize(("count", "answered"), [(None, 10), (0, 0), (3, 3), (7, 7), (500, 12)])
def test_a_query_beside_buckets_answers_as_many_as_asked(ada: Person, count: int | None, answered: int) -> None:
    ada.store_all(*(f"tea number {n}" for n in range(12)))

    assert len(ada.get("/api/v2/memory", query="tea", count=count)["memories"]) == answered


@pytest.mark.requirement("rest:memory:update:one")
def test_one_memory_can_be_given_a_text_a_bucket_or_both(ada: Person) -> None:
    bucket, memory_id = ada.bucket("Drinks"), ada.store("tea")

    ada.post("/api/v2/memory/update", memoryId=memory_id, text="green tea")
    ada.post("/api/v2/memory/update", memoryId=memory_id, bucketName="drinks")
    ada.post("/api/v2/memory/update", memoryId=memory_id, bucketId=ada.general(), text="black tea")

    memory = ada.get(f"/api/memories/{memory_id}")
    assert (memory["text"], memory["metadata"]["bucketName"], memory["version"]) == ("black tea", "General", 4)
    assert bucket != ada.general()


@pytest.mark.requirement("rest:memory:update:one")
@pytest.mark.parametrize(
    ("change", "status"),
    [({}, 400), ({"text": ""}, 400), ({"bucketId": 1}, 404), ({"bucketName": "Nowhere"}, 404), ({"text": None}, 400)],
)
def test_an_update_that_says_nothing_or_nonsense_changes_nothing(
    ada: Person, change: dict[str, object], status: int
) -> None:
    memory_id = ada.store("tea")

    refused(ada.send("POST", "/api/v2/memory/update", json={"memoryId": memory_id, **change}), status)

    assert ada.get(f"/api/memories/{memory_id}")["version"] == 1


@pytest.mark.requirement("rest:memory:update:version")
def test_an_edited_memory_is_found_by_its_new_words_and_meaning_only(ada: Person) -> None:
    memory_id = ada.store("Ada plays the violin")
    ada.post("/api/v2/memory/update", memoryId=memory_id, text="Ada repairs bicycles")

    (hit,) = ada.get("/api/search", query="bicycles", explain=True)["hits"]

    signals = {s["name"]: s["value"] for s in hit["explanation"]["signals"]}
    assert signals["words"] > 0
    assert signals["meaning"] > 0
    assert ada.get("/api/search", query="violin")["confidence"] == "none"
    assert len(ada.get(f"/api/memories/{memory_id}/versions")["versions"]) == 2


@pytest.mark.requirement("rest:memory:update:bulk")
def test_a_hundred_memories_can_be_moved_at_once_and_no_more(ada: Person) -> None:
    bucket = ada.bucket("Archive")
    ids = ada.store_all(*(f"memory {n}" for n in range(101)))

    ada.post("/api/v2/memory/update", memoryIds=ids[:100], bucketName="Archive")

    assert ada.get("/api/v2/memory", bucketId=bucket, all=True)["buckets"][1]["memoryCount"] == 100
    refused(ada.send("POST", "/api/v2/memory/update", json={"memoryIds": ids, "bucketId": bucket}), 400)
    edited = {"memoryIds": ids[:2], "bucketId": bucket, "text": "all the same"}
    refused(ada.send("POST", "/api/v2/memory/update", json=edited), 400)
    refused(ada.send("POST", "/api/v2/memory/update", json={"memoryIds": ids[:2]}), 400)


@pytest.mark.requirement("rest:memory:update:all-or-nothing")
@pytest.mark.parametrize("unknown", ["nothing", "x" * 100, "01zzzzzzzzzzzzzzzzzzzzzzzz"])
def test_one_unknown_id_moves_none(ada: Person, unknown: str) -> None:
    bucket, ids = ada.bucket("Archive"), ada.store_all("tea", "coffee")

    answer = ada.send("POST", "/api/v2/memory/update", json={"memoryIds": [*ids, unknown], "bucketId": bucket})

    refused(answer, 404)
    assert answer.json()["rejectedIds"] == [unknown]
    assert ada.get("/api/v2/memory", bucketId=bucket)["memories"] == []


@pytest.mark.requirement("rest:memory:delete")
def test_a_deleted_memory_is_gone_from_every_list(ada: Person) -> None:
    kept, gone = ada.store_all("green tea", "black tea")

    assert ada.delete(f"/api/memories/{gone}") == {"message": "Memory deleted"}

    assert ada.texts(all=True) == ada.texts(query="black tea") == ada.found("black tea") == ["green tea"]
    assert ada.get("/api/buckets")[0]["memoryCount"] == 1
    for unknown in (gone, "nothing", "x" * 100):
        refused(ada.send("DELETE", f"/api/memories/{unknown}"), 404)
    assert kept != gone


@pytest.mark.requirement("rest:memory:delete:no-id")
@pytest.mark.parametrize("path", ["/api/memories", "/api/memories/"])
def test_deleting_without_an_id_says_that_one_is_required(ada: Person, path: str) -> None:
    assert ada.send("DELETE", path).status_code == 400
    assert ada.send("DELETE", path).json() == {"error": "Memory ID is required"}


@pytest.mark.requirement("rest:memory:bulk-delete")
def test_bulk_delete_counts_what_went_and_what_was_not_there(ada: Person) -> None:
    ids = ada.store_all("tea", "coffee", "milk")

    answer = ada.post("/api/memories/bulk-delete", memoryIds=[*ids[:2], ids[0], "nothing", "x" * 100])

    assert answer == {"deleted": 2, "failed": 2}
    assert ada.texts() == ["milk"]


@pytest.mark.requirement("rest:memory:date")
def test_a_leading_date_is_kept_verbatim_and_understood(ada: Person) -> None:
    dated = ada.store("2024-02-29 Ada moved to Oslo")
    undated = ada.store("2024-02-30 is no day")

    assert ada.texts() == ["2024-02-30 is no day", "2024-02-29 Ada moved to Oslo"]
    assert ada.get(f"/api/memories/{dated}")["about"] == "2024-02-29"
    assert ada.get(f"/api/memories/{undated}")["about"] is None
    assert ada.found("Ada", before="2024-12-31") == ["2024-02-29 Ada moved to Oslo"]
