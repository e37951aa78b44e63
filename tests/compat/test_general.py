"""What holds for every operation of the contract."""

import re
from collections.abc import Iterator

import httpx
import pytest

from people import Client, Person, refused
from servers import Server, serving

OPERATIONS = [
    ("POST", "/api/memory"),
    ("GET", "/api/memory"),
    ("GET", "/api/v2/memory"),
    ("POST", "/api/v2/memory/update"),
    ("DELETE", "/api/memories/abc"),
    ("POST", "/api/memories/bulk-delete"),
    ("GET", "/api/buckets"),
    ("POST", "/api/buckets"),
]


@pytest.mark.requirement("rest:token")
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
@pytest.mark.parametrize("header", [None, "Bearer wrong", "Bearer", "Basic YTpi", "Bearer \u00e9".encode()])
def test_without_a_good_token_the_answer_is_401(nobody: Client, method: str, path: str, header: str | None) -> None:
    headers = {} if header is None else {"authorization": header}

    answer = nobody.send(method, path, headers=headers, json={} if method == "POST" else None)

    refused(answer, 401)


@pytest.mark.requirement("rest:errors:body")
@pytest.mark.requirement("rest:errors:status")
@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/api/memory", {}, 400),
        ("POST", "/api/memory", {"text": ""}, 400),
        ("POST", "/api/memory", {"text": "x" * 20_001}, 413),
        ("POST", "/api/memory", {"text": "x", "bucketId": 1}, 404),
        ("POST", "/api/v2/memory/update", {}, 400),
        ("POST", "/api/v2/memory/update", {"memoryId": "nothing", "text": "x"}, 404),
        ("POST", "/api/memories/bulk-delete", {"memoryIds": []}, 400),
        ("DELETE", "/api/memories/nothing", None, 404),
        ("POST", "/api/buckets", {}, 400),
        ("GET", "/api/memory?skip=-1", None, 400),
        ("GET", "/api/v2/memory?bucketId=1", None, 404),
        ("GET", "/api/nothing", None, 404),
        ("GET", "/nothing", None, 404),
        ("PUT", "/api/memory", {}, 405),
        ("DELETE", "/api/buckets", None, 405),
        ("TRACE", "/api/memory", None, 405),
    ],
)
def test_every_failure_has_its_status_and_a_sentence(
    ada: Person, method: str, path: str, body: dict[str, object] | None, status: int
) -> None:
    sentence = refused(ada.send(method, path, json=body), status)

    assert re.search(r"[.!]$", sentence)


@pytest.mark.requirement("rest:errors:own-shape")
@pytest.mark.parametrize("body", [b"{", b"[]", b'"text"', b'{"text": 1}', b"\xff", b'{"text": {"a": []}}', b"null"])
def test_a_body_of_the_wrong_shape_is_a_400_in_our_own_words(ada: Person, body: bytes) -> None:
    answer = ada.send("POST", "/api/memory", content=body, headers={"content-type": "application/json"})

    assert "detail" not in answer.json()
    refused(answer, 400)


@pytest.mark.requirement("rest:unknown-fields")
def test_unknown_fields_are_ignored_everywhere(ada: Person) -> None:
    more: dict[str, object] = {"source": "typingmind", "client": "plugin", "v": 2, "unheardOf": ["of"], "n": None}

    memory_id = ada.post("/api/memory", text="tea", **more)["memoryId"]
    ada.post("/api/v2/memory/update", memoryId=memory_id, text="green tea", **more)
    ada.post("/api/buckets", name="Drinks", **more)
    for path in ("/api/memory", "/api/v2/memory", "/api/buckets"):
        ada.get(path, **more)
    ada.delete(f"/api/memories/{memory_id}", **more)
    ada.post("/api/memories/bulk-delete", memoryIds=[memory_id], **more)


@pytest.mark.requirement("rest:bucket-id-forms")
def test_a_bucket_id_may_be_an_integer_or_a_digit_string(ada: Person) -> None:
    bucket = ada.bucket("Drinks")

    ids = [ada.store("tea", bucketId=bucket), ada.store("coffee", bucketId=str(bucket))]
    ada.post("/api/v2/memory/update", memoryIds=ids, bucketId=str(bucket))

    assert len(ada.get("/api/v2/memory", bucketId=bucket)["memories"]) == 2


@pytest.mark.requirement("rest:boolean-forms")
@pytest.mark.parametrize(("written", "meant"), [(w, True) for w in ("true", "1", "True", "TRUE")] + [
    (w, False) for w in ("false", "0", "False", "")
])  # fmt: skip
def test_a_boolean_in_a_query_may_be_written_in_every_usual_way(ada: Person, written: str, meant: bool) -> None:
    ada.store("tea")

    (memory,) = ada.get("/api/v2/memory", includeIds=written, all=written, latest=written)["memories"]

    assert isinstance(memory, dict) is meant


@pytest.mark.requirement("rest:boolean-forms")
@pytest.mark.parametrize("written", [True, 1, "true", "True", "1"])
def test_a_boolean_in_a_body_may_be_written_in_every_usual_way(ada: Person, written: object) -> None:
    ada.store("tea", source="old app")

    answer = ada.post("/api/memories/purge", source="old app", dryRun=written)

    assert answer["dryRun"] is True
    assert ada.texts() == ["tea"]


@pytest.mark.requirement("rest:ids")
def test_ids_can_stand_in_a_url_as_they_are(ada: Person) -> None:
    memory_id = ada.store("tea")

    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", memory_id)
    assert ada.get(f"/api/memories/{memory_id}")["id"] == memory_id


@pytest.mark.requirement("rest:request-id")
@pytest.mark.parametrize(
    ("method", "path"),
    [*OPERATIONS, ("GET", "/healthz"), ("GET", "/openapi.json"), ("GET", "/x"), ("PUT", "/api/memory")],
)
def test_every_response_carries_a_request_id(ada: Person, nobody: Client, method: str, path: str) -> None:
    ids = [each.send(method, path).headers["x-request-id"] for each in (ada, nobody)]

    assert len(set(ids)) == 2
    assert ada.send(method, path, headers={"x-request-id": "mine-1"}).headers["x-request-id"] == "mine-1"


@pytest.mark.requirement("rest:text-limit")
@pytest.mark.parametrize("letter", ["x", "本", "🦊"])
def test_a_text_of_20000_characters_is_stored_and_one_more_is_413(ada: Person, letter: str) -> None:
    memory_id = ada.store(letter * 20_000)

    assert "20,000" in refused(ada.send("POST", "/api/memory", json={"text": letter * 20_001}), 413)
    longer = {"memoryId": memory_id, "text": letter * 20_001}
    refused(ada.send("POST", "/api/v2/memory/update", json=longer), 413)
    assert ada.texts() == [letter * 20_000]


@pytest.mark.requirement("rest:chatgpt-size")
@pytest.mark.parametrize("path", ["/api/memory", "/api/memory?v=1", "/api/v2/memory", "/api/v2/memory?v=2"])
@pytest.mark.parametrize("question", [{"all": "true"}, {"query": "tea", "count": "50", "explain": "true"}])
@pytest.mark.parametrize("filling", ["x ", '"\n', "茶"])
def test_an_answer_to_chatgpt_stays_under_100000_characters(
    ada: Person, path: str, question: dict[str, str], filling: str
) -> None:
    ada.store_all(*(f"tea {n} " + filling * (9_000 // len(filling)) for n in range(12)))

    answer = ada.send("GET", path, params={**httpx.URL(path).params, **question, "source": "chatgpt"})

    assert answer.status_code == 200
    assert 9_000 < len(answer.text) < 100_000


@pytest.mark.requirement("rest:chatgpt-size")
@pytest.mark.parametrize("letter", ["x", "本", '"'])
def test_the_longest_memory_still_reaches_chatgpt(ada: Person, letter: str) -> None:
    ada.store(letter * 19_999 + "x")

    assert len(ada.texts(source="chatgpt")) == 1


@pytest.mark.requirement("rest:chatgpt-size")
def test_buckets_with_long_descriptions_leave_chatgpt_its_limit(ada: Person) -> None:
    for number in range(60):
        ada.post("/api/buckets", name=f"Bucket {number}", description="d" * 2_000)
    ada.store("tea " * 4_000)

    for path in ("/api/v2/memory", "/api/buckets"):
        answer = ada.send("GET", path, params={"source": "chatgpt", "v": "2"})
        assert len(answer.text) < 100_000
        assert "Bucket 59" in answer.text


@pytest.mark.requirement("rest:chatgpt-size")
def test_a_search_for_chatgpt_stays_under_100000_characters(ada: Person) -> None:
    ada.store_all(*(f"tea {n} " + "x " * 4_500 for n in range(12)))

    answer = ada.send("GET", "/api/search", params={"query": "tea", "source": "chatgpt", "explain": "true"})

    assert 9_000 < len(answer.text) < 100_000


@pytest.mark.requirement("rest:chatgpt-size")
def test_chatgpt_gets_everything_by_going_on_with_skip(ada: Person) -> None:
    texts = [f"{n} " + "x" * 9_000 for n in range(12)]
    ada.store_all(*texts)

    gathered: list[str] = []
    while page := ada.texts(source="chatgpt", all=True, skip=len(gathered)):
        gathered += page

    assert gathered == texts[::-1]


@pytest.mark.requirement("rest:rates:off")
def test_by_default_no_number_of_requests_is_too_many(ada: Person) -> None:
    assert {ada.send("GET", "/api/buckets").status_code for _ in range(150)} == {200}


@pytest.fixture(scope="module")
def strict(data_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that lets a token make three requests a minute."""
    with serving(data_factory.mktemp("strict"), rate_per_minute=3, embedder="none") as running:
        yield running


@pytest.mark.requirement("rest:rates:retry-after")
def test_over_the_rate_the_answer_is_429_and_says_when_to_come_back(strict: Server) -> None:
    ada, ben = strict.person("Ada", is_admin=True), strict.person("Ben")
    answers = [ada.send("GET", "/api/buckets") for _ in range(4)]

    assert [a.status_code for a in answers] == [200, 200, 200, 429]
    refused(answers[-1], 429)
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    assert ben.send("GET", "/api/buckets").status_code == 200
