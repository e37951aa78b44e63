"""The past: what was known when, and what is taken out of it for good."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from people import Person, refused
from servers import Server, serving


def _moment(ada: Person, memory_id: str, number: int) -> str:
    versions = ada.get(f"/api/memories/{memory_id}/versions")["versions"]
    moment: str = next(v["at"] for v in versions if v["number"] == number)
    return moment


def _earlier(moment: str) -> str:
    return (datetime.fromisoformat(moment) - timedelta(milliseconds=1)).astimezone(UTC).isoformat()


def test_as_of_answers_what_was_known_at_a_moment(ada: Person) -> None:
    edited, deleted = ada.store("Ada lives in Oslo"), ada.store("Ada owns a cat")
    ada.post("/api/v2/memory/update", memoryId=edited, text="Ada lives in Bergen")
    ada.delete(f"/api/memories/{deleted}")
    moved, gone = _moment(ada, edited, 2), _moment(ada, deleted, 2)

    def known(moment: str) -> set[str]:
        return {m["text"] for m in ada.get("/api/memories/as-of", moment=moment)["data"]}

    assert known(_earlier(moved)) == {"Ada lives in Oslo", "Ada owns a cat"}
    assert known(_earlier(gone)) == {"Ada lives in Bergen", "Ada owns a cat"}
    assert known(gone) == {"Ada lives in Bergen"}
    assert known("2020-01-01T00:00:00Z") == set()


def test_as_of_needs_a_moment_with_a_zone(ada: Person) -> None:
    for moment in ("yesterday", "2026-01-01T00:00:00", "", "2026-01-01"):
        refused(ada.send("GET", "/api/memories/as-of", params={"moment": moment}), 400)


def test_a_redacted_version_has_no_text_and_no_diff(ada: Person) -> None:
    memory_id = ada.store("the code is 4711")
    ada.post("/api/v2/memory/update", memoryId=memory_id, bucketId=ada.bucket("Safe"))
    ada.post("/api/v2/memory/update", memoryId=memory_id, text="the code was changed")

    assert ada.post(f"/api/memories/{memory_id}/versions/1/redact") == {"redacted": [1, 2]}

    answer = ada.send("GET", f"/api/memories/{memory_id}/versions")
    assert "4711" not in answer.text
    assert [v["text"] for v in answer.json()["versions"]] == ["the code was changed", None, None]
    assert answer.json()["versions"][1]["redactedAt"]
    assert all(version["diff"] == [] for version in answer.json()["versions"])
    assert "4711" not in ada.send("GET", "/api/export").text


def test_a_text_that_the_memory_still_says_cannot_be_redacted(ada: Person) -> None:
    memory_id = ada.store("the code is 4711")

    refused(ada.send("POST", f"/api/memories/{memory_id}/versions/1/redact"), 400)
    refused(ada.send("POST", f"/api/memories/{memory_id}/versions/2/redact"), 404)
    refused(ada.send("POST", "/api/memories/nothing/versions/1/redact"), 404)


SECRET = "zqxkvorlm"  # its own stem, so the index of words would hold it as it is


def _holding(folder: Path) -> list[str]:
    """The files that hold the secret anywhere in their bytes."""
    return [f.name for f in folder.rglob("*") if f.is_file() and SECRET.encode() in f.read_bytes()]


@pytest.mark.parametrize("way", ["redact", "erase"])
@pytest.mark.parametrize("length", [1, 300])
@pytest.mark.sqlite
def test_nothing_of_a_removed_text_stays_in_the_files(data: Path, way: str, length: int) -> None:
    with serving(data) as server:
        ada = server.person("Ada", is_admin=True)
        ada.store_all(*(f"note {n} of something else" for n in range(20)))
        memory_id = ada.store(f"The word is {SECRET}. " * length, source="leaky")
        assert _holding(data) != []
        if way == "redact":
            ada.post("/api/v2/memory/update", memoryId=memory_id, text="The word was changed.")
            ada.post(f"/api/memories/{memory_id}/versions/1/redact")
        else:
            ada.post("/api/memories/purge", source="leaky", erase=True)

        assert _holding(data) == []

    assert _holding(data) == []


def test_the_audit_log_says_who_did_what_without_the_text(ada: Person, server: Server) -> None:
    memory_id = ada.store("Ada's zebrafish", source="claude")
    ada.get("/api/memory", query="zebrafish", source="chatgpt")
    ada.get(f"/api/memories/{memory_id}")
    ada.post("/api/v2/memory/update", memoryId=memory_id, text="Ada's zebrafishes")
    ada.delete(f"/api/memories/{memory_id}")
    server.settle()

    answer = ada.send("GET", "/api/audit")

    acts = {entry["action"]: entry for entry in answer.json()}
    assert {"memory.add", "memory.search", "memory.read", "memory.edited", "memory.trashed"} <= set(acts)
    assert acts["memory.add"]["source"] == "claude"
    assert acts["memory.search"]["source"] == "chatgpt"
    assert acts["memory.search"]["items"] == [memory_id]
    assert acts["memory.read"]["tokenId"] == ada.get("/api/tokens")[-1]["id"]
    assert "zebrafish" not in answer.text


def test_the_audit_log_is_cut_into_pages_newest_first(ada: Person) -> None:
    ada.store_all("tea")
    for text in ("coffee", "milk"):
        ada.store(text)

    everything = ada.get("/api/audit")

    assert ada.get("/api/audit", count=1, skip=1) == everything[1:2]
    assert [e["at"] for e in everything] == sorted((e["at"] for e in everything), reverse=True)
