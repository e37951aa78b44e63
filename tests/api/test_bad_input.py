"""What nobody should send: each is a clear 4xx in the contract's shape, nothing is stored, nothing of it is logged."""

import json
import logging
from typing import Any

import pytest

from people import Person, refused

MARK = "zebrafish"  # stands in every text that is refused
JSON = {"content-type": "application/json"}

BODIES = {
    "no body": (b"", 400),
    "malformed JSON": (b'{"text": "zebrafish"', 400),
    "trailing garbage": (b'{"text": "zebrafish"} zebrafish', 400),
    "single quotes": (b"{'text': 'zebrafish'}", 400),
    "NaN": (b'{"text": "zebrafish", "bucketId": NaN}', 400),
    "bad UTF-8": (b'{"text": "zebrafish \xff\xfe"}', 400),
    "overlong UTF-8": (b'{"text": "zebrafish \xc0\xaf"}', 400),
    "UTF-8 surrogates": (b'{"text": "zebrafish \xed\xa0\x80"}', 400),
    "a lone surrogate": (b'{"text": "zebrafish \\ud83d"}', 400),
    "a reversed pair": (b'{"text": "zebrafish \\ude00\\ud83d"}', 400),
    "a NUL": (b'{"text": "zebrafish \\u0000"}', 400),
    "a raw NUL": (b'{"text": "zebrafish \x00"}', 400),
    "UTF-16": ('{"text": "zebrafish"}'.encode("utf-16"), 400),
    "an array": (b'["zebrafish"]', 400),
    "a string": (b'"zebrafish"', 400),
    "a number as text": (b'{"text": 5, "source": "zebrafish"}', 400),
    "an object as text": (b'{"text": {"zebrafish": 1}}', 400),
    "a boolean as text": (b'{"text": true, "source": "zebrafish"}', 400),
    "deep nesting": (b'{"text": "zebrafish", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400),
    "1 MB of text": (json.dumps({"text": "zebrafish " * 100_000}).encode(), 413),
    "20,001 characters": (json.dumps({"text": "zebrafish".ljust(20_001, "x")}).encode(), 413),
    "a huge body": (b'{"text": "zebrafish' + b" " * 9_000_000 + b'"}', 413),
    "empty text": (b'{"text": "", "source": "zebrafish"}', 400),
    "blank text": ('{"text": " \\n\\t\u3000\u200b\u2028", "source": "zebrafish"}'.encode(), 400),
    "controls only": (b'{"text": "\\u0001\\u0002", "source": "zebrafish"}', 400),
    "a fraction as bucket": (b'{"text": "zebrafish", "bucketId": 1.5}', 400),
    "a name as bucket": (b'{"text": "zebrafish", "bucketId": "General"}', 400),
    "a boolean as bucket": (b'{"text": "zebrafish", "bucketId": true}', 400),
    "a huge bucket": (b'{"text": "zebrafish", "bucketId": 99999999999999999999}', 400),
    "an unknown bucket": (b'{"text": "zebrafish", "bucketId": 77}', 404),
    "a negative bucket": (b'{"text": "zebrafish", "bucketId": -1}', 404),
    "an object as source": (b'{"text": "zebrafish", "source": {}}', 400),
    "a long source": (json.dumps({"text": MARK, "source": "s" * 201}).encode(), 400),
    "a NUL in the source": (b'{"text": "zebrafish", "source": "\\u0000"}', 400),
    "an unknown ancestor": (b'{"text": "zebrafish", "supersedes": "nothing"}', 404),
}


@pytest.mark.parametrize(("body", "status"), BODIES.values(), ids=BODIES.keys())
def test_a_bad_body_stores_nothing_and_leaves_nothing_in_the_log(
    ada: Person, caplog: pytest.LogCaptureFixture, body: bytes, status: int
) -> None:
    with caplog.at_level(logging.DEBUG):
        for path in ("/api/memory", "/api/memories"):
            sentence = refused(ada.send("POST", path, content=body, headers=JSON), status)
            assert MARK not in sentence

    assert ada.get("/api/account")["memories"] == 0
    assert MARK not in caplog.text


@pytest.mark.parametrize(
    "media_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml"],
)
def test_a_body_that_does_not_say_it_is_json_is_refused(ada: Person, media_type: str) -> None:
    body = {"content": b'{"text": "zebrafish"}', "headers": {"content-type": media_type}}

    assert "application/json" in refused(ada.send("POST", "/api/memory", **body), 400)
    assert ada.texts() == []


@pytest.mark.parametrize("media_type", ["application/json; charset=utf-8", "APPLICATION/JSON", "application/ld+json"])
def test_a_body_may_say_that_it_is_json_in_other_ways(ada: Person, media_type: str) -> None:
    answer = ada.send("POST", "/api/memory", content=b'{"text": "tea"}', headers={"content-type": media_type})

    assert answer.status_code == 200


def test_a_body_that_is_sent_in_pieces_has_the_same_limit(ada: Person) -> None:
    pieces = (b" " * 1_000_000 for _ in range(9))

    refused(ada.send("POST", "/api/memory", content=pieces, headers=JSON), 413)


QUERIES = [
    ("/api/memory", {"skip": "-1"}),
    ("/api/memory", {"count": "-5"}),
    ("/api/memory", {"count": "ten"}),
    ("/api/memory", {"all": "perhaps"}),
    ("/api/memory", {"v": "3"}),
    ("/api/v2/memory", {"skip": "-1"}),
    ("/api/v2/memory", {"contentType": "video"}),
    ("/api/v2/memory", {"includeIds": "2"}),
    ("/api/v2/memory", {"bucketId": "zebrafish"}),
    ("/api/search", {"query": "x", "skip": "-1"}),
    ("/api/search", {"query": "x", "after": "2024-13-01"}),
    ("/api/trash", {"skip": "-1"}),
    ("/api/inbox", {"count": "1001"}),
    ("/api/audit", {"skip": "-1"}),
    ("/api/memories/as-of", {"moment": "2024-01-01T00:00:00Z", "skip": "-1"}),
]


@pytest.mark.parametrize(("path", "query"), QUERIES)
def test_a_bad_query_is_a_400_that_names_the_parameter(ada: Person, path: str, query: dict[str, str]) -> None:
    assert list(query)[-1] in refused(ada.send("GET", path, params=query), 400)


def test_no_query_reaches_the_log(ada: Person, caplog: pytest.LogCaptureFixture) -> None:
    memory_id = ada.store("a zebrafish")

    with caplog.at_level(logging.DEBUG, logger="onememory"):
        ada.get("/api/memory", query="zebrafish")
        ada.get("/api/search", query="zebrafish", explain=True)
        ada.post("/api/v2/memory/update", memoryId=memory_id, text="two zebrafish")
        ada.send("GET", "/api/zebrafish")
        ada.get("/api/buckets")  # over the same connection: once it is answered, those before it are logged

    assert len(caplog.records) >= 4
    assert MARK not in caplog.text


BULKS: list[tuple[str, dict[str, Any], int]] = [
    ("/api/v2/memory/update", {"memoryIds": [], "bucketName": "General"}, 400),
    ("/api/v2/memory/update", {"memoryIds": "abc", "bucketName": "General"}, 400),
    ("/api/v2/memory/update", {"memoryIds": [1], "bucketName": "General"}, 400),
    ("/api/v2/memory/update", {"memoryId": "a", "memoryIds": ["a"], "bucketName": "General"}, 400),
    ("/api/v2/memory/update", {"memoryIds": ["a"] * 3 + ["b"], "bucketName": "General"}, 404),
    ("/api/memories/bulk-delete", {}, 400),
    ("/api/memories/bulk-delete", {"memoryIds": [None]}, 400),
    ("/api/memories/bulk-delete", {"memoryIds": [str(n) for n in range(1_001)]}, 400),
    ("/api/memories/bulk", {"memories": []}, 400),
    ("/api/memories/bulk", {"memories": "tea"}, 400),
    ("/api/memories/bulk", {"memories": ["tea"] * 1_001}, 400),
    ("/api/memories/restore", {"memoryIds": []}, 400),
    ("/api/inbox/approve", {"memoryIds": []}, 400),
]


@pytest.mark.parametrize(("path", "body", "status"), BULKS)
def test_a_bad_bulk_changes_nothing(ada: Person, path: str, body: dict[str, Any], status: int) -> None:
    memory_id = ada.store("tea")

    refused(ada.send("POST", path, json=body), status)

    assert ada.get("/api/account")["memories"] == 1
    assert ada.get(f"/api/memories/{memory_id}")["version"] == 1


@pytest.mark.parametrize("memory_id", ["%00", "..%2F..%2Fetc", "%ff", "a%20b", "'", "x" * 3_000, "\u672c"])
def test_an_odd_id_is_one_that_does_not_exist(ada: Person, memory_id: str) -> None:
    for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/versions"), ("POST", "/restore")):
        refused(ada.send(method, f"/api/memories/{memory_id}{path}"), 404)


def test_another_method_is_told_which_ones_the_path_takes(ada: Person) -> None:
    answer = ada.send("PUT", "/api/memory", json={})

    refused(answer, 405)
    assert {m.strip() for m in answer.headers["allow"].split(",")} == {"GET", "HEAD", "POST"}
