"""The contract's operations on buckets, and its rules."""

import pytest

from people import Person, refused


@pytest.mark.requirement("rest:buckets:list")
@pytest.mark.parametrize("version", [{}, {"v": 2}, {"v": 1}])
def test_buckets_are_listed_with_string_ids_and_counts(ada: Person, version: dict[str, object]) -> None:
    drinks = ada.post("/api/buckets", name="Drinks", description="hot and cold")
    ada.store("tea", bucketId=drinks["id"])
    ada.store("a walk")
    gone = ada.store("forgotten")
    ada.delete(f"/api/memories/{gone}")

    assert ada.get("/api/buckets", source="chatgpt", **version) == [
        {"id": str(ada.general()), "name": "General", "memoryCount": 1},
        {"id": drinks["id"], "name": "Drinks", "memoryCount": 1, "description": "hot and cold"},
    ]


@pytest.mark.requirement("rest:buckets:create")
def test_creating_a_bucket_answers_its_id_and_name(ada: Person) -> None:
    answer = ada.post("/api/buckets", name="  Work ", source="chatgpt")

    assert answer == {"message": "Bucket created successfully", "id": answer["id"], "name": "Work"}
    assert answer["id"].isdigit()


@pytest.mark.requirement("rest:buckets:general")
def test_general_is_there_from_the_start_and_cannot_be_renamed_or_deleted(ada: Person) -> None:
    general = ada.general()

    refused(ada.send("PATCH", f"/api/buckets/{general}", json={"name": "Mine"}), 400)
    refused(ada.send("DELETE", f"/api/buckets/{general}", params={"trash": "true"}), 400)

    assert ada.get("/api/buckets") == [{"id": str(general), "name": "General", "memoryCount": 0}]


@pytest.mark.requirement("rest:buckets:unique")
@pytest.mark.parametrize("name", ["Work", "work", "WORK", " work\n", "STRASSE", "straße"])
def test_a_name_is_taken_whatever_its_case(ada: Person, name: str) -> None:
    ada.bucket("Work")
    ada.bucket("Straße")
    other = ada.bucket("Other")

    refused(ada.send("POST", "/api/buckets", json={"name": name}), 400)
    refused(ada.send("PATCH", f"/api/buckets/{other}", json={"name": name}), 400)

    assert [b["name"] for b in ada.get("/api/buckets")] == ["General", "Other", "Straße", "Work"]


@pytest.mark.requirement("rest:buckets:unique")
def test_a_bucket_may_change_the_case_of_its_own_name(ada: Person) -> None:
    bucket = ada.bucket("work")

    assert ada.patch(f"/api/buckets/{bucket}", name="Work")["name"] == "Work"


@pytest.mark.requirement("rest:buckets:unique")
def test_two_users_may_have_buckets_of_one_name(ada: Person, ben: Person) -> None:
    assert ada.bucket("Work") != ben.bucket("Work")


@pytest.mark.requirement("rest:buckets:names")
@pytest.mark.parametrize(
    "name", ["", "  ", "123", "٣٤", "general", "GENERAL ", "a" * 201, "a\x00b", "a\nb", None, 5, ["a"]]
)
def test_a_name_that_breaks_a_rule_is_a_400(ada: Person, name: object) -> None:
    bucket = ada.bucket("Work")

    refused(ada.send("POST", "/api/buckets", json={"name": name}), 400)
    refused(ada.send("PATCH", f"/api/buckets/{bucket}", json={"name": name}), 400)

    assert [b["name"] for b in ada.get("/api/buckets")] == ["General", "Work"]


@pytest.mark.requirement("rest:buckets:unknown")
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/memory", {"text": "tea", "bucketId": 77}),
        ("POST", "/api/memory", {"text": "tea", "bucketId": "77"}),
        ("POST", "/api/v2/memory/update", {"memoryId": "ID", "bucketId": 77}),
        ("POST", "/api/v2/memory/update", {"memoryId": "ID", "bucketName": "Nowhere"}),
        ("POST", "/api/v2/memory/update", {"memoryIds": ["ID"], "bucketName": "Nowhere"}),
        ("GET", "/api/v2/memory?bucketId=77", None),
        ("GET", "/api/v2/memory?bucketId=77&query=tea", None),
    ],
)
def test_an_unknown_bucket_is_a_404_and_is_not_made(
    ada: Person, method: str, path: str, body: dict[str, object] | None
) -> None:
    memory_id = ada.store("coffee")
    given = {k: memory_id if v == "ID" else [memory_id] if v == ["ID"] else v for k, v in (body or {}).items()}

    refused(ada.send(method, path, json=given or None), 404)

    assert ada.texts() == ["coffee"]
    assert [b["name"] for b in ada.get("/api/buckets")] == ["General"]
