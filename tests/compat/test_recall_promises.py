"""Recalling past chats: passages for an assistant, and messages found."""

from typing import Any

import pytest

from chats import ingest, sent
from onememory.embedding.tokens import BundledTokens
from people import Person, refused
from servers import Server

INJECT = "/api/chat-history/inject"
SEARCH = "/api/chat-history/search"
TOKENS = BundledTokens()
BREAD = (
    "How do I bake sourdough bread?",
    "Feed the starter for a week. Then bake the loaf at 230 degrees for forty minutes in an iron pot.",
    "And which flour shall I buy?",
    "Rye flour wakes the starter; wheat flour makes the loaf light.",
)


@pytest.fixture
def baker(ada: Person, server: Server) -> Person:
    """Ada after a chat about bread, and one about the sea."""
    ingest(ada, sent("bread", *BREAD, createdAt="2025-03-10T08:00:00Z", title="Sourdough"), platform="claude")
    ingest(ada, sent("sea", "Why is the sea salty?", "Rivers carry salt.", createdAt="2026-02-01T08:00:00Z"))
    server.settle()
    return ada


@pytest.mark.requirement("rest:inject")
def test_inject_answers_passages_with_their_sources(baker: Person) -> None:
    answer = baker.post(INJECT, query="At how many degrees is the sourdough loaf baked?")

    assert "230 degrees" in answer["content"]
    assert {"content", "sources", "tokenCount", "processingTime", "model"} <= set(answer)
    assert isinstance(answer["processingTime"], str)
    source = answer["sources"][0]
    assert set(source) == {"conversationId", "conversationTitle", "messageId", "date", "relevanceScore"}
    assert (source["conversationTitle"], source["date"]) == ("Sourdough", "2025-03-10")
    chat = baker.get("/api/chat-history/conversation", conversationId=source["conversationId"])
    assert chat["title"] == "Sourdough"


@pytest.mark.requirement("rest:inject:cited")
def test_every_passage_names_its_day_title_and_conversation(baker: Person) -> None:
    answer = baker.post(INJECT, query="sourdough starter and the salty sea", maxTokens=2_000)

    headings = [line for line in answer["content"].splitlines() if line.startswith("[")]
    assert len(headings) == len(answer["sources"]) >= 2
    for heading, source in zip(headings, answer["sources"], strict=True):
        assert heading.startswith(f"[{source['date']}")
        assert source["conversationTitle"] in heading
        assert source["conversationId"] in heading


@pytest.mark.requirement("rest:inject:no-model")
def test_without_a_language_model_the_model_is_none(baker: Person) -> None:
    assert baker.post(INJECT, query="sourdough")["model"] == "none"
    assert baker.post(INJECT, queries=[{"query": "sourdough"}])["model"] == "none"


@pytest.mark.requirement("rest:inject:tokens")
@pytest.mark.parametrize("budget", [60, 100, 150, 300, 600, 2_000])
def test_the_answer_is_within_its_tokens(ada: Person, server: Server, budget: int) -> None:
    long = " ".join(f"The {n}th loaf of bread rose for {n} hours beside the oven." for n in range(300))
    ingest(ada, sent("long", "How long does the bread rise?", long, "And rolls of bread?", long[:5_000]))
    server.settle()

    answer = ada.post(INJECT, query="How many hours did the bread rise?", maxTokens=budget)

    assert answer["tokenCount"] == TOKENS.count([answer["content"]])[0] <= budget
    assert answer["sources"]


@pytest.mark.requirement("rest:inject:tokens")
@pytest.mark.parametrize("budget", [1, 20])
def test_where_no_passage_fits_it_is_not_said_that_there_is_nothing(baker: Person, budget: int) -> None:
    answer = baker.post(INJECT, query="sourdough degrees", maxTokens=budget)

    assert answer["sources"] == []
    assert "so few tokens" in answer["content"]


@pytest.mark.requirement("rest:inject:cap")
def test_more_than_2000_tokens_are_never_given(ada: Person, server: Server) -> None:
    for n in range(12):
        text = " ".join(f"Loaf {n}-{m} of bread has crust number {n * m}." for m in range(120))
        ingest(ada, sent(f"c{n}", "Tell me of bread", text))
    server.settle()

    answer = ada.post(INJECT, query="bread", maxTokens=50_000)

    assert 1_200 < answer["tokenCount"] <= 2_000


@pytest.mark.requirement("rest:inject:default")
def test_600_tokens_are_the_default(ada: Person, server: Server) -> None:
    for n in range(9):
        ingest(ada, sent(f"c{n}", "bread", " ".join(f"Loaf {n}-{m} is bread." for m in range(90))))
    server.settle()

    assert 300 < ada.post(INJECT, query="bread")["tokenCount"] <= 600


@pytest.mark.requirement("rest:inject:queries")
def test_several_queries_have_results_and_budgets_of_their_own(baker: Person) -> None:
    asked = ("sourdough flour", "salty sea", "xylophone quartet")

    answer = baker.post(INJECT, queries=[{"query": query, "maxTokens": 90} for query in asked])

    assert [r["query"] for r in answer["results"]] == list(asked)
    assert all(r["tokenCount"] <= 90 for r in answer["results"])
    assert "Rivers carry salt" in answer["results"][1]["content"]
    assert answer["results"][2]["sources"] == []
    assert all({"content", "sources", "tokenCount", "processingTime", "model"} <= set(r) for r in answer["results"])
    assert answer["sources"] == [s for r in answer["results"] for s in r["sources"]]
    assert answer["tokenCount"] == TOKENS.count([answer["content"]])[0]


@pytest.mark.requirement("rest:inject:queries")
@pytest.mark.parametrize(("count", "status"), [(15, 200), (16, 400)])
def test_up_to_15_queries_are_taken(baker: Person, count: int, status: int) -> None:
    body = {"queries": [{"query": "bread", "maxTokens": 50}] * count}

    assert baker.send("POST", INJECT, json=body).status_code == status


@pytest.mark.requirement("rest:inject:queries")
def test_a_query_beside_15_queries_is_no_mistake(baker: Person) -> None:
    queries = [{"query": "salty sea", "maxTokens": 100}] * 15

    answer = baker.post(INJECT, query="sourdough degrees", queries=queries)

    assert [r["query"] for r in answer["results"]] == ["salty sea"] * 15
    assert "230 degrees" in answer["content"]


@pytest.mark.requirement("rest:inject:platform")
def test_a_platform_keeps_to_its_chats(baker: Person) -> None:
    assert baker.post(INJECT, query="sourdough", platform="claude")["sources"]
    assert baker.post(INJECT, query="sourdough", platform="custom")["sources"] == []
    assert baker.post(INJECT, query="sourdough", platform="nobody")["sources"] == []


@pytest.mark.requirement("rest:inject:dates")
@pytest.mark.parametrize(
    ("bounds", "is_found"),
    [
        ({"after": "2025-03-10"}, True),
        ({"after": "2025-03-11"}, False),
        ({"before": "2025-03-10"}, True),
        ({"before": "2025-03-09"}, False),
        ({"after": "2025-03-01", "before": "2025-03-31"}, True),
        ({"after": "2025-03-10T00:00:00Z"}, True),
    ],
)
def test_dates_bound_the_answer_inclusively(baker: Person, bounds: dict[str, str], is_found: bool) -> None:
    answer = baker.post(INJECT, query="sourdough starter", **bounds)

    assert bool(answer["sources"]) is is_found


@pytest.mark.requirement("rest:inject:mode")
def test_both_modes_answer_and_another_is_refused(baker: Person) -> None:
    for mode in ("speed", "quality"):
        assert "230 degrees" in baker.post(INJECT, query="sourdough degrees", mode=mode)["content"]
    refused(baker.send("POST", INJECT, json={"query": "x", "mode": "magic"}), 400)


@pytest.mark.requirement("rest:inject:context")
def test_the_conversation_around_the_question_is_accepted(baker: Person) -> None:
    history = [{"role": "user", "content": "I bake"}, {"role": "assistant", "content": "Good", "id": 7}]

    answer = baker.post(INJECT, query="sourdough", conversationContext="baking", conversationHistory=history)

    assert answer["sources"]


@pytest.mark.requirement("rest:inject:nothing")
@pytest.mark.parametrize("query", ["xylophone quartet tuning", "the of and"])
def test_nothing_found_is_said_plainly_and_has_no_sources(baker: Person, query: str) -> None:
    answer = baker.post(INJECT, query=query)

    assert answer["sources"] == []
    assert "nothing" in answer["content"].lower()


@pytest.mark.requirement("rest:inject:nothing")
def test_an_empty_archive_has_nothing_to_recall(ben: Person) -> None:
    assert ben.post(INJECT, query="sourdough")["sources"] == []
    assert ben.post(SEARCH, query="sourdough")["results"] == []


@pytest.mark.requirement("rest:recall:errors")
@pytest.mark.parametrize("path", [INJECT, SEARCH])
@pytest.mark.parametrize(
    "body",
    [{}, {"query": ""}, {"query": "  "}, {"query": 7}, {"query": None}, {"query": ["x"]}, [], "text"],
)
def test_without_a_query_the_answer_is_400(baker: Person, path: str, body: Any) -> None:
    refused(baker.send("POST", path, json=body), 400)


@pytest.mark.requirement("rest:recall:errors")
@pytest.mark.parametrize(
    ("path", "more"),
    [
        (INJECT, {"maxTokens": 0}),
        (INJECT, {"maxTokens": -5}),
        (INJECT, {"maxTokens": "many"}),
        (INJECT, {"queries": {"query": "x"}}),
        (INJECT, {"queries": [{"query": "x", "maxTokens": 0}]}),
        (INJECT, {"queries": [{}]}),
        (INJECT, {"before": "yesterday"}),
        (INJECT, {"after": "2025-13-01"}),
        (INJECT, {"platform": 7}),
        (SEARCH, {"limit": 0}),
        (SEARCH, {"limit": 101}),
        (SEARCH, {"limit": "x"}),
        (SEARCH, {"contextChunks": -1}),
        (SEARCH, {"provider": []}),
    ],
)
def test_a_wrong_argument_is_a_400(baker: Person, path: str, more: dict[str, Any]) -> None:
    refused(baker.send("POST", path, json={"query": "bread"} | more), 400)


@pytest.mark.requirement("rest:search")
def test_search_answers_messages_with_those_around_them(baker: Person) -> None:
    answer = baker.post(SEARCH, query="sourdough loaf degrees")

    assert set(answer) == {"results", "totalResults", "query", "provider", "processingTime"}
    assert (answer["query"], answer["provider"]) == ("sourdough loaf degrees", "all")
    assert isinstance(answer["processingTime"], float | int)
    hit = answer["results"][0]
    assert set(hit) == {"conversationId", "title", "text", "score", "timestamp", "sender", "context"}
    assert (hit["title"], hit["text"], hit["sender"]) == ("Sourdough", BREAD[1], "assistant")
    assert hit["timestamp"].startswith("2025-03-10T08:00:00")
    assert [(c["text"], c["sender"]) for c in hit["context"]] == [
        (BREAD[0], "human"), (BREAD[2], "human"), (BREAD[3], "assistant"),
    ]  # fmt: skip
    assert all(set(c) == {"text", "sender", "timestamp"} for c in hit["context"])


@pytest.mark.requirement("rest:search:limit")
def test_search_answers_no_more_than_the_limit_and_20_by_default(ada: Person, server: Server) -> None:
    for n in range(15):
        ingest(ada, sent(f"c{n}", f"bread {n}", f"more bread {n}"))
    server.settle()

    for limit, count in ((None, 20), (1, 1), (7, 7), (100, 30)):
        body = {"query": "bread"} | ({"limit": limit} if limit else {})
        answer = ada.post(SEARCH, **body)
        assert (len(answer["results"]), answer["totalResults"]) == (count, count)
        scores = [hit["score"] for hit in answer["results"]]
        assert scores == sorted(scores, reverse=True)


@pytest.mark.requirement("rest:search:provider")
def test_a_provider_keeps_to_its_chats(baker: Person) -> None:
    found = {p: baker.post(SEARCH, query="sourdough", provider=p)["totalResults"] for p in ("all", "claude", "custom")}

    assert found["all"] > 0
    assert found["claude"] > 0
    assert {h["title"] for h in baker.post(SEARCH, query="sourdough", provider="custom")["results"]} <= {"Chat sea"}


@pytest.mark.requirement("rest:search:context")
@pytest.mark.parametrize(("chunks", "around"), [(0, 0), (2, 2), (4, 4), (20, 8)])
def test_context_chunks_is_the_number_of_messages_around_a_hit(
    ada: Person, server: Server, chunks: int, around: int
) -> None:
    ingest(ada, sent("c", *(f"message number {n}" if n != 4 else "a word about bread" for n in range(9))))
    server.settle()

    hit = ada.post(SEARCH, query="bread", contextChunks=chunks)["results"][0]

    assert hit["text"] == "a word about bread"
    assert len(hit["context"]) == around


@pytest.mark.requirement("rest:search:rerank")
def test_skip_rerank_is_accepted(baker: Person) -> None:
    assert baker.post(SEARCH, query="sourdough", skipRerank=True)["results"][0]["title"] == "Sourdough"
