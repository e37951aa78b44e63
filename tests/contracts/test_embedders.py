"""What every embedder promises, run over each adapter."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from model_servers import DIMENSION, model_server
from tiny_models import tiny_graph, tiny_tokenizer, write_tiny_model

from onememory.domain.errors import InvalidInput
from onememory.domain.models import ModelIdentity
from onememory.embedding import EmbedderOptions, build_embedder
from onememory.embedding.catalogue import CATALOGUE, folder_of
from onememory.embedding.fastembed_models import fetch_model
from onememory.ports import Vectors

MINILM = Path(__file__).resolve().parents[3] / "shared/models/minilm-l6-v2-int8"
FETCHED = "sentence-transformers/all-MiniLM-L6-v2"
KINDS = ["wordllama", "onnx tokens", "onnx pooled", "onnx minilm", "fastembed", "openai"]


class Adapter:
    """One embedder that is built anew for each use, as two processes would."""

    def __init__(self, name: str, options: EmbedderOptions) -> None:
        self.name = name
        self.options = options

    def embed(self, *texts: str) -> Vectors:
        async def once() -> Vectors:
            embedder = build_embedder(self.name, self.options)
            try:
                await embedder.ping()
                return await embedder.embed(texts)
            finally:
                await embedder.close()

        return asyncio.run(once())

    @property
    def identity(self) -> ModelIdentity:
        async def once() -> ModelIdentity:
            embedder = build_embedder(self.name, self.options)
            await embedder.close()
            return embedder.identity

        return asyncio.run(once())


@pytest.fixture(params=KINDS)
def adapter(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Adapter]:
    with ExitStack() as stack:
        yield _adapter(request.param, tmp_path, stack)


def _adapter(kind: str, folder: Path, stack: ExitStack) -> Adapter:
    options = EmbedderOptions(models_dir=folder)
    if kind == "onnx minilm":
        if not MINILM.is_dir():
            pytest.skip("the shared MiniLM model is not beside the checkout")
        return Adapter(f"onnx:{MINILM}", options)
    if kind.startswith("onnx"):
        return Adapter(f"onnx:{write_tiny_model(folder / 'tiny', pooled=kind == 'onnx pooled')}", options)
    if kind == "wordllama":
        return Adapter(kind, options)
    server = stack.enter_context(model_server())
    if kind == "openai":
        return Adapter("openai:tiny", EmbedderOptions(folder, url=f"{server.url}/v1", dimension=DIMENSION))
    root = f"/{CATALOGUE[FETCHED].repository}/resolve/main"
    server.files[f"{root}/{CATALOGUE[FETCHED].graph}"] = tiny_graph()
    server.files[f"{root}/tokenizer.json"] = tiny_tokenizer().encode()
    fetch_model(FETCHED, folder_of(FETCHED, folder), server.url)
    return Adapter(f"fastembed:{FETCHED}", options)


def test_rows_have_unit_length_and_the_dimension_of_the_identity(adapter: Adapter) -> None:
    vectors = adapter.embed("The cat sleeps.", "Tax returns are due in May.")

    assert vectors.shape == (2, adapter.identity.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_rows_come_in_the_order_of_the_texts(adapter: Adapter) -> None:
    texts = [f"{'long ' * (i * 7 % 60)}text number {i}" for i in range(150)]

    together = adapter.embed(*texts)

    alone = np.vstack([adapter.embed(texts[i]) for i in (0, 71, 149)])
    assert (together[[0, 71, 149]] * alone).sum(axis=1).min() > 0.98  # padding moves a quantised graph a little
    assert ((together @ alone.T).argmax(axis=0) == [0, 71, 149]).all()


def test_no_texts_give_no_rows(adapter: Adapter) -> None:
    assert adapter.embed().shape == (0, adapter.identity.dimension)


@pytest.mark.parametrize("text", ["", " ", "🦊🌋", "x" * 10_000, "word " * 2_000, "寿司が好き", "a\nb\tc"])
def test_any_text_gives_a_unit_or_zero_row(adapter: Adapter, text: str) -> None:
    (row,) = adapter.embed(text)

    assert np.linalg.norm(row) == pytest.approx(1, abs=1e-5) or not row.any()


def test_an_empty_text_does_not_disturb_its_neighbours(adapter: Adapter) -> None:
    first, _, last = adapter.embed("The cat sleeps.", "", "The cat sleeps.")

    np.testing.assert_allclose(first, last, atol=1e-6)
    assert first.any()


def test_different_texts_differ(adapter: Adapter) -> None:
    cat, taxes = adapter.embed("The cat sleeps.", "Tax returns are due in May.")

    assert cat @ taxes < 0.99


def test_two_instances_share_identity_and_vectors(adapter: Adapter) -> None:
    assert adapter.identity == adapter.identity
    assert ModelIdentity.from_key(adapter.identity.key) == adapter.identity
    np.testing.assert_array_equal(adapter.embed("The cat sleeps."), adapter.embed("The cat sleeps."))


def test_the_name_of_the_identity_builds_it_again(adapter: Adapter) -> None:
    assert Adapter(adapter.identity.name, adapter.options).identity == adapter.identity


def test_without_a_model_rows_have_no_dimension(tmp_path: Path) -> None:
    adapter = Adapter("none", EmbedderOptions(tmp_path))

    assert adapter.embed("a", "b").shape == (2, 0)
    assert adapter.identity.dimension == 0


@pytest.mark.parametrize("name", ["", "wordlama", "wordllama:x", "onnx", "onnx:", "openai:", "fastembed", "none:1"])
def test_a_wrong_name_is_answered_with_the_right_forms(name: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"ONEMEMORY_EMBEDDER to `wordllama`, `onnx:DIRECTORY`"):
        build_embedder(name, EmbedderOptions(tmp_path))
