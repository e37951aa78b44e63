"""Everything out, and memories from elsewhere in."""

import csv
import io
import json
from collections.abc import Iterator

import pytest

from people import Person, refused
from servers import Server, serving

QUERIES = ("where does Ada live", "tea", "what happened in March 2024", "绿茶", "nothing of the sort")


@pytest.fixture(scope="module")
def empty(data_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Another server."""
    with serving(data_factory.mktemp("empty")) as running:
        yield running


def _fill(ada: Person) -> None:
    drinks = ada.bucket("Drinks")
    ada.patch(f"/api/buckets/{drinks}", description="hot and cold")
    old = ada.store("Ada lives in Oslo", source="claude", conversationId="c1")
    ada.store("Ada lives in Bergen", supersedes=old)
    edited = ada.store("2024-03-12 Ada drinks tea", bucketId=drinks)
    ada.post("/api/v2/memory/update", memoryId=edited, text="2024-03-12 Ada drinks green tea")
    ada.store("我喜欢喝绿茶", bucketId=drinks)
    ada.delete(f"/api/memories/{ada.store('forgotten')}")
    ada.with_token(policy="inbox").store("not yet approved", source="tool")


def _import(ada: Person, content: bytes, **query: str) -> dict[str, object]:
    answer = ada.send("POST", "/api/import", params=query, content=content)
    assert answer.status_code == 200, answer.text
    report: dict[str, object] = answer.json()
    return report


def test_an_export_imported_into_an_empty_account_gives_the_same_answers(ada: Person, empty: Server) -> None:
    _fill(ada)
    export = ada.send("GET", "/api/export").content
    other = empty.person(ada.name, is_admin=True)

    report = _import(other, export)
    empty.settle()

    assert (report["new"], report["skipped"], report["newBuckets"]) == (6, [], ["Drinks"])
    for query in QUERIES:
        assert _hits(other, query) == _hits(ada, query)
    for path in ("/api/inbox", "/api/trash", "/api/memory?all=true"):
        assert _comparable(other.get(path)) == _comparable(ada.get(path))


def _hits(ada: Person, query: str) -> list[tuple[str, str, str, float]]:
    hits = ada.get("/api/search", query=query, explain=True)["hits"]
    return [(h["id"], h["text"], h["metadata"]["createdAt"], round(h["score"], 4)) for h in hits]


def _comparable(answer: dict[str, list[dict[str, dict[str, object]]]]) -> str:
    for memory in answer["data"]:
        memory["metadata"].pop("bucketId")
    return json.dumps(answer, sort_keys=True)


def test_an_imported_export_is_exported_the_same(ada: Person, empty: Server) -> None:
    _fill(ada)
    export = ada.send("GET", "/api/export").content
    other = empty.person(ada.name, is_admin=True)
    _import(other, export)

    again = other.send("GET", "/api/export").content

    assert _memories(again) == _memories(export)


def _memories(export: bytes) -> list[object]:
    document = json.loads(export)
    names = {bucket["id"]: bucket["name"] for bucket in document["buckets"]}
    for memory in document["memories"]:
        for version in (memory, *memory["versions"]):
            version["bucketId"] = names[version["bucketId"]]
    memories: list[object] = document["memories"]
    return memories


def test_a_second_import_of_the_same_export_changes_nothing(ada: Person) -> None:
    _fill(ada)
    export = ada.send("GET", "/api/export").content

    report = _import(ada, export)

    assert (report["new"], report["unchanged"]) == (0, 6)


def test_an_export_comes_as_a_file(ada: Person) -> None:
    answer = ada.send("GET", "/api/export")

    assert answer.headers["content-type"] == "application/json"
    assert 'filename="onememory-export.json"' in answer.headers["content-disposition"]
    assert json.loads(answer.content)["user"]["name"] == ada.name


def test_the_csv_export_holds_the_active_memories(ada: Person) -> None:
    ada.store('2024-01-01 "quoted", with\na line', bucketId=ada.bucket("Odd"))
    ada.delete(f"/api/memories/{ada.store('forgotten')}")

    answer = ada.send("GET", "/api/export", params={"format": "csv"})

    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 1
    assert '2024-01-01 "quoted", with\na line' in rows[0].values()
    assert answer.headers["content-type"].startswith("text/csv")


def test_the_markdown_export_names_buckets_and_memories(ada: Person) -> None:
    ada.store("tea at four", bucketId=ada.bucket("Drinks"))

    answer = ada.send("GET", "/api/export", params={"format": "markdown"})

    assert "Drinks" in answer.text
    assert "tea at four" in answer.text
    assert answer.headers["content-type"].startswith("text/markdown")


@pytest.mark.parametrize("form", ["csv", "markdown"])
def test_csv_and_markdown_can_be_read_back(ada: Person, ben: Person, form: str) -> None:
    ada.store_all("2024-03-12 Ada drinks tea", "Ada lives in Oslo")
    exported = ada.send("GET", "/api/export", params={"format": form}).content

    _import(ben, exported, fileName=f"memories.{'csv' if form == 'csv' else 'md'}")

    assert ben.found("Oslo")[0].endswith("Ada lives in Oslo")
    assert ben.found("tea")[0].endswith("Ada drinks tea")


@pytest.mark.parametrize(
    ("content", "texts"),
    [
        (b"- tea at four\n- coffee at nine\n", {"tea at four", "coffee at nine"}),
        (b"tea at four\ncoffee at nine\n", {"tea at four", "coffee at nine"}),
        (b"text,bucket\ntea at four,Drinks\ncoffee at nine,\n", {"tea at four", "coffee at nine"}),
        (b'[{"text": "tea at four"}, {"memory": "coffee at nine"}]', {"tea at four", "coffee at nine"}),
        (b'{"text": "tea at four"}\n{"text": "coffee at nine"}\n', {"tea at four", "coffee at nine"}),
    ],
)
def test_memories_are_imported_from_common_formats_after_a_preview(
    ada: Person, content: bytes, texts: set[str]
) -> None:
    preview = _import(ada, content, preview="true")
    assert (preview["preview"], preview["new"], ada.texts()) == (True, 2, [])
    assert {b["name"] for b in ada.get("/api/buckets")} == {"General"}

    report = _import(ada, content)

    assert (report["new"], report["newBuckets"]) == (2, preview["newBuckets"])
    assert set(ada.texts()) == texts
    assert _import(ada, content)["unchanged"] == 2


def test_an_import_can_go_into_one_bucket(ada: Person) -> None:
    bucket = ada.bucket("Pasted")

    _import(ada, b"- tea\n- coffee\n", bucketId=str(bucket), source="chatgpt")

    assert len(ada.get("/api/v2/memory", bucketId=bucket)["memories"]) == 2
    origin = ada.get(f"/api/memories/{ada.get('/api/memory')['data'][0]['id']}")["provenance"]
    assert (origin["channel"], origin["trust"], origin["source"]) == ("import", "imported", "chatgpt")


def test_an_inbox_tokens_import_waits_for_review(ada: Person) -> None:
    answer = ada.with_token(policy="inbox").send("POST", "/api/import", content=b"- tea\n- coffee\n")

    assert answer.status_code == 200
    assert ada.texts() == []
    assert ada.get("/api/inbox")["count"] == 2


@pytest.mark.parametrize(
    "content", [b"", b"   ", b"\xff\xfe\xfd", b"PK\x03\x04zip", b"a\x00b", b"<html>", b'{"format":"onememory"}']
)
def test_what_cannot_be_memories_is_refused(ada: Person, content: bytes) -> None:
    refused(ada.send("POST", "/api/import", content=content), 400)
    assert ada.texts() == []


def test_an_unknown_format_or_bucket_is_refused(ada: Person) -> None:
    refused(ada.send("POST", "/api/import", params={"format": "docx"}, content=b"- tea"), 400)
    refused(ada.send("POST", "/api/import", params={"bucketId": "77"}, content=b"- tea\n- milk\n"), 404)
    refused(ada.send("GET", "/api/export", params={"format": "docx"}), 400)


def test_items_that_cannot_be_kept_are_told_and_the_others_are_kept(ada: Person) -> None:
    report = _import(ada, json.dumps([{"text": "tea"}, {"text": "x" * 20_001}, {"text": ""}]).encode())

    assert report["new"] == 1
    assert len(report["skipped"]) == 2  # type: ignore[arg-type]
    assert ada.texts() == ["tea"]


def test_everything_that_was_accepted_survives_export_and_import(ada: Person, empty: Server) -> None:
    odd = [
        "\u0001\u001f tab\t",
        "a\r\nb\u2028c\u2029d",
        "🏳️‍🌈 e\u0301",
        "\ufeffbom",
        "</script>",
        "\ud7ff\ue000\U0010ffff",
    ]
    for text in odd:
        ada.send("POST", "/api/memory", json={"text": text, "source": "s\u0001\x00", "conversationId": "c\x00"})
        ada.send("POST", "/api/memory", json={"text": text, "source": "s"})
    export = ada.send("GET", "/api/export").content
    other = empty.person(f"{ada.name}-odd", is_admin=True)

    report = _import(other, export)

    assert report["skipped"] == []
    assert other.texts(all=True) == ada.texts(all=True)


def test_a_long_import_keeps_each_text_once_and_the_preview_says_so(ada: Person) -> None:
    content = "".join(f"- note number {n % 700} of many\n" for n in range(1_400)).encode()

    reports = [_import(ada, content, preview="true"), _import(ada, content), _import(ada, content)]

    assert [(r["read"], r["new"], r["unchanged"], r.get("repeated", 0)) for r in reports] == [
        (1_400, 700, 0, 700),
        (1_400, 700, 0, 700),
        (1_400, 0, 1_400, 0),
    ]
    assert ada.get("/api/memory", count=0)["count"] == 700


def test_a_preview_of_an_export_counts_as_the_import_does(ada: Person, ben: Person) -> None:
    _fill(ada)
    export = ada.send("GET", "/api/export").content

    counts = [(r["new"], r["unchanged"]) for r in (_import(ben, export, preview="true"), _import(ben, export))]

    assert counts == [(6, 0), (6, 0)]
