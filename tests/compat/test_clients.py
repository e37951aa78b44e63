"""Requests as real clients send them."""

import pytest

from people import Person


@pytest.mark.requirement("rest:clients:connector")
@pytest.mark.parametrize("question", [{"query": "tea"}, {"all": "true"}, {"latest": "true"}])
def test_the_connector_reads_text_and_request_id(ada: Person, question: dict[str, str]) -> None:
    ada.store("2026-03-01 tea at four")
    query = {"count": "10", "skip": "0", "source": "connector", "bucketId": str(ada.general()), "v": "2", **question}

    answer = ada.send("GET", "/api/v2/memory", params=query)

    (memory,) = answer.json()["memories"]
    assert memory["text"] == memory["metadata"]["text"] == "2026-03-01 tea at four"
    assert answer.headers["x-request-id"]


@pytest.mark.requirement("rest:clients:probe")
def test_the_connectors_probe_works_on_an_empty_account(ada: Person) -> None:
    answer = ada.send("GET", "/api/v2/memory?latest=true&count=1&v=2")

    assert answer.status_code == 200
    assert answer.json()["memories"] == []


@pytest.mark.requirement("rest:clients:client")
def test_client_stands_beside_source(ada: Person) -> None:
    memory_id = ada.post("/api/memory", text="tea", source="raycast", client="raycast")["memoryId"]

    assert ada.get("/api/memory?client=raycast&source=raycast&v=2")["count"] == 1
    assert ada.get(f"/api/memories/{memory_id}")["provenance"]["source"] == "raycast"


@pytest.mark.requirement("rest:clients:content")
@pytest.mark.parametrize("path", ["/api/memory", "/api/memories"])
def test_content_stands_for_text(ada: Person, path: str) -> None:
    ada.post(path, content="tea")
    ada.post(path, content="ignored", text="coffee")

    assert ada.texts() == ["coffee", "tea"]


@pytest.mark.requirement("rest:clients:memories")
def test_a_memory_can_be_posted_to_the_plural_path(ada: Person) -> None:
    answer = ada.post("/api/memories", text="tea")

    assert answer == {"done": "ok", "memoryId": answer["memoryId"], "dbId": answer["memoryId"]}
