"""The embeddings endpoint: what is sent, what is tried again, and what is told when it fails."""

import asyncio
import json
import logging
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from model_servers import DIMENSION, Answer, ModelServer, model_server, row_of

from onememory.domain.errors import InvalidInput, Unavailable
from onememory.embedding.openai_compatible import OpenAiCompatibleEmbedder, Patience
from onememory.embedding.options import EmbedderOptions
from onememory.ports import Vectors

AT_ONCE = Patience(timeout=5, attempts=3, pause=0)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as running:
        yield running


def embed(server: ModelServer, *texts: str, model: str = "tiny", **options: Any) -> Vectors:
    async def once() -> Vectors:
        given: dict[str, Any] = {"url": f"{server.url}/v1", "dimension": DIMENSION, **options}
        embedder = OpenAiCompatibleEmbedder(model, EmbedderOptions(Path(), **given), AT_ONCE)
        try:
            return await embedder.embed(texts)
        finally:
            await embedder.close()

    return asyncio.run(once())


def vectors_answer(*rows: list[float]) -> Answer:
    return Answer(200, json.dumps({"data": [{"index": i, "embedding": r} for i, r in enumerate(rows)]}).encode())


def test_rows_are_ordered_by_their_index_and_made_unit(server: ModelServer) -> None:
    rows = embed(server, "a", "b")

    expected = np.array([row_of("a"), row_of("b")], np.float32)
    np.testing.assert_allclose(rows, expected / np.linalg.norm(expected, axis=1, keepdims=True), atol=1e-6)


def test_many_texts_are_sent_in_requests_of_128(server: ModelServer) -> None:
    embed(server, *(f"text {i}" for i in range(300)))

    assert [len(request["input"]) for request in server.requests] == [128, 128, 44]


def test_the_key_is_sent_as_a_bearer_token(server: ModelServer) -> None:
    embed(server, "a", key="k-1")
    embed(server, "a")

    assert [headers.get("authorization") for headers in server.headers] == ["Bearer k-1", None]


def test_an_empty_text_is_not_sent_and_gives_a_zero_row(server: ModelServer) -> None:
    rows = embed(server, "a", "  ", "b")

    assert server.requests[0]["input"] == ["a", "b"]
    assert [row.any() for row in rows] == [True, False, True]


def test_fewer_dimensions_are_asked_only_of_models_known_to_shorten(server: ModelServer) -> None:
    embed(server, "a", model="text-embedding-3-small")
    embed(server, "a", model="tiny")

    assert [request.get("dimensions") for request in server.requests] == [DIMENSION, None]


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
def test_a_passing_failure_is_tried_again(server: ModelServer, status: int) -> None:
    server.answers = [Answer(status), Answer(status, headers={"retry-after": "0"})]

    assert embed(server, "a").any()
    assert len(server.requests) == 3


def test_retry_after_is_honoured_up_to_a_bound(server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    async def note(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr("onememory.embedding.openai_compatible.sleep", note)
    server.answers = [Answer(429, headers={"retry-after": "7"}), Answer(429, headers={"retry-after": "3600"})]
    embed(server, "a")

    assert waits == [7, 30]


@pytest.mark.parametrize(
    ("answers", "sentence", "setting"),
    [
        ([Answer(401)], "refuses the key", "ONEMEMORY_EMBEDDER_KEY"),
        ([Answer(403)], "refuses the key", "ONEMEMORY_EMBEDDER_KEY"),
        ([Answer(404)], "no such model", "ONEMEMORY_EMBEDDER_URL"),
        ([Answer(400)], "status 400", "ONEMEMORY_EMBEDDER"),
        ([Answer(503)] * 3, "status 503", "ONEMEMORY_EMBEDDER_URL"),
        ([Answer(200, b"<html>")], "form of OpenAI", "ONEMEMORY_EMBEDDER_URL"),
        ([Answer(200, b'{"data": [{"index": 0}]}')], "form of OpenAI", "ONEMEMORY_EMBEDDER_URL"),
        ([Answer(200, b'{"data": []}')], "0 vectors for 1", "ONEMEMORY_EMBEDDER_URL"),
        ([vectors_answer([1, 0, 0])], "3 dimensions and not 8", "ONEMEMORY_EMBEDDER_DIMENSION to 3"),
        ([vectors_answer([float("nan")] * 8)], "not finite", "ONEMEMORY_EMBEDDER"),
    ],
)
def test_a_failure_names_the_setting(server: ModelServer, answers: list[Answer], sentence: str, setting: str) -> None:
    server.answers = answers

    with pytest.raises(Unavailable, match=sentence) as failure:
        embed(server, "a")

    assert setting in str(failure.value)
    assert not server.answers


def test_a_server_that_is_not_there_is_told_by_its_setting() -> None:
    with model_server() as gone:
        pass

    with pytest.raises(Unavailable, match=r"cannot be reached \(ConnectError\): see ONEMEMORY_EMBEDDER_URL"):
        embed(gone, "a")


def test_a_server_that_never_answers_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        options = EmbedderOptions(Path(), url=f"http://127.0.0.1:{silent.getsockname()[1]}", dimension=8)
        embedder = OpenAiCompatibleEmbedder("tiny", options, Patience(timeout=0.05, attempts=2, pause=0))

        with pytest.raises(Unavailable, match="ReadTimeout"):
            asyncio.run(embedder.ping())


def test_an_unknown_dimension_is_asked_for(server: ModelServer) -> None:
    with pytest.raises(InvalidInput, match="set ONEMEMORY_EMBEDDER_DIMENSION"):
        embed(server, "a", dimension=None)


def test_another_address_or_dimension_is_another_revision() -> None:
    def revision(url: str, dimension: int) -> str:
        return OpenAiCompatibleEmbedder("m", EmbedderOptions(Path(), url=url, dimension=dimension)).identity.revision

    assert len({revision("http://a/v1", 8), revision("http://b/v1", 8), revision("http://a/v1", 16)}) == 3


def test_no_text_is_logged_or_told(server: ModelServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server.answers = [Answer(500), Answer(400, b"your secret text was odd")]

    with pytest.raises(Unavailable) as failure:
        embed(server, "secret", key="k-1")

    assert "secret" not in caplog.text + str(failure.value)
    assert "k-1" not in caplog.text + str(failure.value)
