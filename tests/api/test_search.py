"""Search with its filters, its reasons and its confidence."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from people import Person, refused
from servers import Server, serving

DIARY = (
    "2023-05-04 Ada planted an apple tree in the garden",
    "2024-03-12 Ada broke her arm on the ice",
    "2024-08-30 Ada sailed to Denmark with Ben",
    "2025-01-20 Ada started to learn the cello",
    "Ada is allergic to peanuts",
    "Ada's favourite colour is turquoise",
)


def test_every_stored_memory_is_found_by_the_very_next_request(ada: Person) -> None:
    for number in range(40):
        ada.store(f"note {number} about word{number}x")
        assert ada.found(f"word{number}x")[0] == f"note {number} about word{number}x"
        assert ada.texts(query=f"word{number}x")[0] == f"note {number} about word{number}x"


def test_what_is_meant_is_found_without_a_common_word(ada: Person) -> None:
    ada.store_all(*DIARY)

    assert ada.found("which musical instrument")[0] == DIARY[3]
    assert ada.found("fractured bone")[0] == DIARY[1]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("我每天早上喝一杯绿茶", "绿茶"),
        ("私は東京で働いています", "東京"),
        ("나는 부산에서 살고 있다", "부산"),
        ("Müller wohnt in Zürich", "zurich"),
        ("Анна любит книги", "книга"),
        ("The vet's name is O'Brien", "o'brien"),
        ("my passport number is AB-1234567", "1234567"),
        ("🦊 is my spirit animal", "🦊"),
    ],
)
def test_words_of_every_script_are_found(ada: Person, text: str, query: str) -> None:
    ada.store_all(text, "something else entirely", "昨日は雨でした", "오늘은 춥다", "今天下雨了")

    answer = ada.get("/api/search", query=query)

    assert answer["hits"][0]["text"] == text
    assert answer["confidence"] == "strong"


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("what happened to Ada in March 2024", DIARY[1]),
        ("what did Ada do in the garden in 2023", DIARY[0]),
        ("Ada in summer 2024", DIARY[2]),
        ("Ada on 2025-01-20", DIARY[3]),
    ],
)
def test_dates_in_a_query_are_understood(ada: Person, query: str, best: str) -> None:
    ada.store_all(*DIARY)

    assert ada.found(query)[0] == best


def test_relative_dates_count_from_today(ada: Person, server: Server) -> None:
    today = server.installation.clock.today()
    recent, older = (f"{today - timedelta(days=d)} Ada had dinner with Ben" for d in (14, 300))
    ada.store_all(recent, older)

    assert ada.found("dinner two weeks ago")[0] == recent


@pytest.fixture
def shelf(ada: Person) -> Person:
    """Ada with memories that differ in bucket, day, source and trust."""
    bucket = ada.bucket("Drinks")
    ada.store("2024-01-01 tea in January", source="claude")
    ada.store("2024-06-01 tea in June", source="chatgpt", bucketId=bucket)
    ada.send("POST", "/api/import", params={"source": "file"}, content=b"- imported tea\n- imported milk\n")
    return ada


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, {"2024-01-01 tea in January", "2024-06-01 tea in June", "imported tea", "imported milk"}),
        ({"after": "2024-02-01", "before": "2024-12-31"}, {"2024-06-01 tea in June"}),
        ({"before": "2024-01-01"}, {"2024-01-01 tea in January"}),
        ({"fromSource": "claude"}, {"2024-01-01 tea in January"}),
        ({"trust": "imported"}, {"imported tea", "imported milk"}),
        ({"trust": "stated", "fromSource": "chatgpt"}, {"2024-06-01 tea in June"}),
        ({"contentType": "image"}, set()),
        ({"fromSource": "nobody"}, set()),
    ],
)
def test_filters_hold_for_words_and_meaning(
    shelf: Person, server: Server, filters: dict[str, str], found: set[str]
) -> None:
    server.settle()

    assert set(shelf.found("tea", **filters)) == found


def test_the_bucket_filter_holds(shelf: Person) -> None:
    bucket = shelf.get("/api/buckets")[1]["id"]

    assert shelf.found("tea", bucketId=bucket) == ["2024-06-01 tea in June"]


def test_the_reasons_add_up_to_the_score(ada: Person) -> None:
    ada.store_all(*DIARY)

    hits = ada.get("/api/search", query="when did Ada sail in August 2024?", explain=True)["hits"]

    assert len(hits) == len(DIARY)
    for hit in hits:
        signals = hit["explanation"]["signals"]
        assert sum(s["contribution"] for s in signals) == pytest.approx(hit["score"], abs=1e-4)
        assert all(s["contribution"] == pytest.approx(s["value"] * s["weight"], abs=1e-4) for s in signals)
    assert [h["score"] for h in hits] == sorted((h["score"] for h in hits), reverse=True)


@pytest.mark.parametrize("path", ["/api/memory", "/api/v2/memory"])
def test_the_contracts_operations_explain_too(ada: Person, path: str) -> None:
    ada.store("tea")

    answer = ada.get(path, query="tea", explain=True)

    (memory,) = answer.get("data") or answer["memories"]
    assert {s["name"] for s in memory["explanation"]["signals"]} >= {"words", "meaning"}
    assert answer["confidence"] == "strong"


def test_nothing_relevant_is_an_answer(ada: Person) -> None:
    ada.store_all(*DIARY)

    unrelated = ada.get("/api/search", query="quarterly kubernetes cluster invoices")
    related = ada.get("/api/search", query="is Ada allergic to peanuts")

    assert (unrelated["confidence"], related["confidence"]) == ("none", "strong")
    assert ada.get("/api/search", query="kubernetes invoices", minConfidence="weak")["hits"] == []
    assert ada.send("GET", "/api/memory?v=1&query=kubernetes").headers["x-onememory-confidence"] == "none"


def test_an_empty_account_answers_no_hits(ada: Person) -> None:
    answer = ada.get("/api/search", query="tea")

    assert (answer["hits"], answer["confidence"], answer["candidates"]) == ([], "none", 0)


@pytest.mark.parametrize(
    "query",
    ['"', "'; DROP TABLE memories; --", "tea OR", "NEAR(tea)", "tea*", "(((", "{}", "^tea", "a" * 9_000, "%00", "!"],
)
def test_no_query_is_taken_for_a_command(ada: Person, query: str) -> None:
    ada.store("tea")

    assert ada.get("/api/search", query=query)["confidence"] in {"strong", "weak", "none"}


@pytest.mark.parametrize(
    "query",
    [{}, {"query": ""}, {"query": " "}, {"query": "x", "count": "101"}, {"query": "x", "trust": "mine"}, {
        "query": "x", "after": "soon"}, {"query": "x", "minConfidence": "sure"}],
)  # fmt: skip
def test_a_search_that_makes_no_sense_is_refused(ada: Person, query: dict[str, Any]) -> None:
    refused(ada.send("GET", "/api/search", params=query), 400)


@pytest.fixture(scope="module")
def wordy(data_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server without a model."""
    with serving(data_factory.mktemp("wordy"), embedder="none") as running:
        yield running


def test_without_a_model_words_alone_find(wordy: Server) -> None:
    ada = wordy.person("Ada", is_admin=True)
    ada.store_all(*DIARY)

    answer = ada.get("/api/search", query="peanuts", explain=True)

    assert [hit["text"] for hit in answer["hits"]] == [DIARY[4]]
    assert answer["confidence"] == "strong"
    assert answer["notes"] == []
    assert ada.get("/api/search", query="instrument")["hits"] == []
    assert ada.get("/api/account")["withoutVector"] == 0
    assert ada.get("/api/memory", query="Ada", count=1)["count"] == len(DIARY)
