"""How an answer came about: what was left out and why, and how long each part took."""

from typing import Any

import pytest

from chats import ingest, sent
from people import Person
from servers import Server


def _reasons(trace: Any) -> dict[str, list[str]]:
    reasons: dict[str, list[str]] = {}
    for left in trace["leftOut"]:
        reasons.setdefault(left["reason"], []).append(left["text"])
    return reasons


def test_a_trace_comes_with_the_explanation_alone(ada: Person) -> None:
    ada.store("Ada keeps bees")

    assert "trace" not in ada.get("/api/search", query="bees")
    assert "trace" in ada.get("/api/search", query="bees", explain=True)


def test_a_trace_says_what_was_looked_for_and_how_long_each_part_took(ada: Person) -> None:
    ada.store("Ada keeps bees")

    trace = ada.get("/api/search", query="the bees in May 2024", explain=True)["trace"]

    assert trace["terms"] == ["bee", "may", "2024"]
    assert trace["compared"] == "the bees in May 2024"
    assert trace["periods"] == [["2024-05-01", "2024-05-31"]]
    assert trace["searched"] == 1
    assert [stage["name"] for stage in trace["stages"]] == ["embed", "nominate", "rank", "read"]
    assert all(stage["milliseconds"] > 0 for stage in trace["stages"])


def test_what_stands_behind_the_hits_is_next_in_line(ada: Person) -> None:
    ada.store_all(*(f"tea number {number}" for number in range(20)))

    answer = ada.get("/api/search", query="tea", count=3, explain=True)
    after = ada.get("/api/search", query="tea", skip=3, count=10)

    assert _reasons(answer["trace"]) == {"limit": [hit["text"] for hit in after["hits"]]}
    assert answer["trace"]["leftOut"][0]["signals"]


def test_what_a_filter_keeps_out_is_told(ada: Person) -> None:
    work = ada.bucket("Work")
    ada.store("bees at work", bucketId=work)
    ada.store("bees at home")

    answer = ada.get("/api/search", query="bees", bucketId=work, explain=True)

    assert [hit["text"] for hit in answer["hits"]] == ["bees at work"]
    assert _reasons(answer["trace"]) == {"filter": ["bees at home"]}


def test_a_filter_lets_nobody_see_beyond_the_buckets_of_a_token(ada: Person) -> None:
    work = ada.bucket("Work")
    ada.store("bees at work", bucketId=work)
    ada.store("bees at home")

    answer = ada.with_token(buckets=["Work"]).get("/api/search", query="bees", after="2100-01-01", explain=True)

    assert _reasons(answer["trace"]) == {"filter": ["bees at work"]}


def test_what_was_replaced_is_told_apart_from_what_is_next_in_line(ada: Person) -> None:
    old = ada.store("the house near the harbour")
    ada.store("the yellow house near the harbour", supersedes=old)
    ada.store_all("the red house near the harbour", "a painted crane")

    answer = ada.get("/api/search", query="house near the harbour", count=2, explain=True)

    assert _reasons(answer["trace"]) == {"superseded": ["the house near the harbour"], "limit": ["a painted crane"]}


def test_an_answer_that_is_not_sure_enough_is_withheld_and_told(ada: Person) -> None:
    ada.store("Ada keeps bees")

    answer = ada.get("/api/search", query="quantum physics", minConfidence="strong", explain=True)

    assert answer["hits"] == []
    assert _reasons(answer["trace"]) == {"unsure": ["Ada keeps bees"]}


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"maxTokens": 40}, "budget"),
        ({"maxTokens": 600, "platform": "claude"}, "filter"),
    ],
)
def test_an_answer_from_chats_tells_what_it_left_out(ada: Person, asked: dict[str, Any], reason: str) -> None:
    for number in range(6):
        ingest(ada, sent(f"c{number}", "Where do giraffes sleep?", f"In savanna {number}, standing under tall trees."))
    ingest(ada, sent("same", "Where do giraffes sleep?", "Nobody knows where giraffes sleep."), platform="claude")

    answer = ada.post("/api/chat-history/inject", query="where do giraffes sleep", explain=True, **asked)

    assert reason in _reasons(answer["trace"])
    assert [stage["name"] for stage in answer["trace"]["stages"]] == ["embed", "nominate", "rank", "read", "compose"]


def test_what_was_said_before_is_handed_out_once(ada: Person) -> None:
    for chat_id in ("c1", "c2"):
        ingest(ada, sent(chat_id, "Giraffes sleep standing up."))

    answer = ada.post("/api/chat-history/inject", query="giraffes", explain=True)

    assert len(answer["sources"]) == 1
    assert _reasons(answer["trace"]) == {"repeated": ["Giraffes sleep standing up."]}


def test_chats_that_have_nothing_to_do_with_the_question_are_withheld_and_told(server: Server, ada: Person) -> None:
    ingest(ada, sent("c1", "Where do giraffes sleep?", "In the savanna."))
    server.settle()

    answer = ada.post("/api/chat-history/inject", query="quantum chromodynamics lectures", explain=True)

    assert answer["sources"] == []
    assert set(_reasons(answer["trace"])) == {"unsure"}
    assert "trace" not in ada.post("/api/chat-history/inject", query="giraffes")
