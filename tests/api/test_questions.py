"""What tools asked: noted with what they got, listed, forgotten and asked again."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from chats import ingest, sent
from onememory.domain.questions import HITS_KEPT
from people import Client, Person, refused
from servers import Server, serving


@pytest.fixture
def tool(ada: Person) -> Client:
    """A program that may read and propose."""
    return ada.with_token(policy="propose")


def test_a_search_is_noted_with_what_it_got(server: Server, ada: Person, tool: Client) -> None:
    ids = ada.store_all("Ada keeps bees", "Ben keeps chickens")
    found = tool.get("/api/search", query="who keeps bees", after="2020-01-01", minConfidence="weak", source="claude")
    server.settle()

    (question,) = ada.get("/api/questions")

    assert (question["query"], question["kind"], question["source"]) == ("who keeps bees", "memories", "claude")
    assert [hit["memoryId"] for hit in question["hits"]] == [hit["id"] for hit in found["hits"]]
    assert question["hits"][0]["memoryId"] == ids[0]
    assert question["terms"]["after"] == "2020-01-01"
    assert question["terms"]["minConfidence"] == "weak"
    assert question["milliseconds"] > 0
    assert question["tokenId"] in {token["id"] for token in ada.get("/api/tokens")}


def test_an_answer_from_chats_is_noted_with_the_messages_that_it_was_made_of(
    server: Server, ada: Person, tool: Client
) -> None:
    ingest(ada, sent("c1", "Where do giraffes sleep?", "Standing, in the savanna."))
    answer = tool.post("/api/chat-history/inject", query="giraffes", maxTokens=400, source="gpt")
    server.settle()

    (question,) = ada.get("/api/questions")

    assert (question["kind"], question["source"], question["terms"]["maxTokens"]) == ("chats", "gpt", 400)
    sources = [(source["conversationId"], source["messageId"]) for source in answer["sources"]]
    assert [(hit["conversationId"], hit["messageId"]) for hit in question["hits"]] == sources
    assert sources


def test_messages_that_were_searched_are_noted(server: Server, ada: Person, tool: Client) -> None:
    ingest(ada, sent("c1", "Where do giraffes sleep?", "Standing, in the savanna."))
    found = tool.post("/api/chat-history/search", query="giraffes", limit=2, provider="custom")
    server.settle()

    (question,) = ada.get("/api/questions")

    assert len(question["hits"]) == found["totalResults"] == 2
    assert question["terms"]["limit"] == 2
    assert question["terms"]["platforms"] == ["custom"]


@pytest.mark.parametrize(
    ("narrowed", "expected"),
    [
        ({}, ["slugs", "wifi password", "bees"]),
        ({"kind": "chats"}, ["slugs"]),
        ({"kind": "memories"}, ["wifi password", "bees"]),
        ({"emptyHanded": True}, ["slugs", "wifi password"]),
        ({"count": 1}, ["slugs"]),
        ({"tokenId": "nobody"}, []),
    ],
)
def test_the_list_is_narrowed(server: Server, ada: Person, narrowed: dict[str, object], expected: list[str]) -> None:
    ada.store("Ada keeps bees")
    ada.get("/api/search", query="bees")
    ada.get("/api/search", query="wifi password", minConfidence="strong")
    ada.post("/api/chat-history/inject", query="slugs")
    server.settle()

    assert [question["query"] for question in ada.get("/api/questions", **narrowed)] == expected


def test_the_list_goes_on_before_a_question(server: Server, ada: Person) -> None:
    for number in range(5):
        ada.get("/api/search", query=f"question {number}")
    server.settle()
    first = ada.get("/api/questions", count=2)

    rest = ada.get("/api/questions", before=first[-1]["id"])

    assert [question["query"][-1] for question in [*first, *rest]] == list("43210")


def test_of_many_hits_no_more_are_noted_than_are_kept(server: Server, ada: Person) -> None:
    ada.store_all(*(f"tea {number}" for number in range(HITS_KEPT + 20)))
    ada.get("/api/v2/memory", query="tea", all=True)
    server.settle()

    assert len(ada.get("/api/questions")[0]["hits"]) == HITS_KEPT


def test_a_secret_in_a_question_is_not_kept(server: Server, ada: Person) -> None:
    key = "AKIA" + "Q3EGRIJ5TNLCBZ7A"
    ada.get("/api/search", query=f"what is {key} for")
    server.settle()

    (question,) = ada.get("/api/questions")

    assert key not in question["query"]
    assert question["query"].startswith("what is ")


def test_one_question_is_forgotten(server: Server, ada: Person) -> None:
    for query in ("tea", "bees"):
        ada.get("/api/search", query=query)
    server.settle()
    bees, tea = ada.get("/api/questions")

    assert ada.delete(f"/api/questions/{bees['id']}") == {"forgotten": 1}
    assert ada.get("/api/questions") == [tea]
    for method in ("GET", "DELETE"):
        assert "not kept any more" in refused(ada.send(method, f"/api/questions/{bees['id']}"), 404)


def test_everything_is_forgotten_even_what_is_not_written_yet(server: Server, ada: Person, ben: Person) -> None:
    for person in (ada, ben):
        person.get("/api/search", query="tea")
    server.settle()
    ada.get("/api/search", query="bees")

    assert ada.delete("/api/questions") == {"forgotten": 2}
    server.settle()
    assert ada.get("/api/questions") == []
    assert [question["query"] for question in ben.get("/api/questions")] == ["tea"]


@pytest.mark.parametrize("wanted", [{"policy": "propose"}, {"buckets": ["General"]}, {"scopes": ["read"]}])
def test_a_tool_does_not_learn_what_others_asked(server: Server, ada: Person, wanted: dict[str, object]) -> None:
    ada.get("/api/search", query="tea")
    server.settle()
    question_id = ada.get("/api/questions")[0]["id"]
    tool = ada.with_token(**wanted)

    for method, path in (("GET", ""), ("GET", f"/{question_id}"), ("POST", f"/{question_id}/replay"), ("DELETE", "")):
        refused(tool.send(method, f"/api/questions{path}"), 403)


def test_a_replay_tells_what_would_be_found_now(server: Server, ada: Person) -> None:
    bees = ada.store("Ada keeps bees")
    ada.get("/api/search", query="bees", count=5, explain=True)
    server.settle()
    wasps = ada.store("Bees, bees, bees, and one wasp")
    ada.delete(f"/api/memories/{bees}")

    replay = ada.post(f"/api/questions/{ada.get('/api/questions')[0]['id']}/replay")

    assert [hit["memoryId"] for hit in replay["question"]["hits"]] == [bees]
    assert [hit["memoryId"] for hit in replay["hits"]] == [wasps]
    assert replay["trace"]["terms"] == ["bee"]


def test_a_replay_is_not_noted(server: Server, ada: Person) -> None:
    ada.get("/api/search", query="bees")
    ada.post("/api/chat-history/inject", query="bees")
    ada.post("/api/chat-history/search", query="bees")
    server.settle()
    questions = ada.get("/api/questions")
    for question in questions:
        ada.post(f"/api/questions/{question['id']}/replay")
    server.settle()

    assert ada.get("/api/questions") == questions


def test_a_replay_asks_no_more_buckets_than_the_token_could_reach(server: Server, ada: Person) -> None:
    work = ada.bucket("Work")
    at_work = ada.store("tea at work", bucketId=work)
    ada.store("tea at home")
    ada.with_token(buckets=["Work"]).get("/api/search", query="tea")
    server.settle()
    question_id = ada.get("/api/questions")[0]["id"]

    assert [hit["memoryId"] for hit in ada.post(f"/api/questions/{question_id}/replay")["hits"]] == [at_work]
    ada.delete(f"/api/buckets/{work}", trash=True)
    assert ada.post(f"/api/questions/{question_id}/replay")["hits"] == []


def test_a_replay_of_chats_keeps_their_filters(server: Server, ada: Person) -> None:
    old = ingest(ada, sent("c1", "Where do giraffes sleep?", "In the savanna."), platform="claude")
    ingest(ada, sent("c2", "And where do giraffes eat?", "In the savanna, too."), platform="chatgpt")
    ada.post("/api/chat-history/inject", query="giraffes", platform="claude", before="2027-01-01", mode="quality")
    server.settle()
    question = ada.get("/api/questions")[0]

    replay = ada.post(f"/api/questions/{question['id']}/replay")

    assert {hit["conversationId"] for hit in replay["hits"]} == {old}
    assert question["terms"]["thorough"]
    assert "filter" in {left["reason"] for left in replay["trace"]["leftOut"]}


@pytest.fixture(scope="module")
def silent(data_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that does not keep what is asked."""
    with serving(data_factory.mktemp("silent"), embedder="none", question_days=0) as running:
        yield running


def test_nothing_is_noted_where_the_setting_says_so(silent: Server) -> None:
    ada = silent.person("Ada")
    ada.get("/api/search", query="bees")
    ada.post("/api/chat-history/inject", query="bees")
    silent.settle()

    assert ada.get("/api/questions") == []


def test_questions_are_kept_for_as_many_days_as_the_setting_says(data_factory: pytest.TempPathFactory) -> None:
    with serving(data_factory.mktemp("kept"), embedder="none", question_days=7) as server:
        ada = server.person("Ada")
        ada.get("/api/search", query="old")
        server.settle()
        server.installation.clock.advance(timedelta(days=4))
        ada.get("/api/search", query="new")
        server.settle()
        server.installation.clock.advance(timedelta(days=4))
        server.run(server.services.retention.sweep())

        assert [question["query"] for question in ada.get("/api/questions")] == ["new"]
