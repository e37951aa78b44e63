"""Models in a directory: which output is taken, how it is pooled, and what is refused."""

import asyncio
import json
from pathlib import Path

import numpy as np
import pytest
from tiny_models import tiny_rows, write_tiny_model

from onememory.domain.errors import Unavailable
from onememory.embedding import EmbedderOptions, build_embedder
from onememory.ports import Vectors


def embed(folder: Path, *texts: str) -> Vectors:
    async def once() -> Vectors:
        embedder = build_embedder(f"onnx:{folder}", EmbedderOptions(folder))
        try:
            return await embedder.embed(texts)
        finally:
            await embedder.close()

    return asyncio.run(once())


def unit(row: Vectors) -> Vectors:
    return row / np.linalg.norm(row)


def rows_of(text: str) -> Vectors:
    # The vocabulary is the sorted byte alphabet, in which printable ASCII stands for itself.
    return tiny_rows()[[ord(letter) - ord("!") for letter in text]]


def test_tokens_are_averaged_without_the_padding(tmp_path: Path) -> None:
    short, _ = embed(write_tiny_model(tmp_path), "cat", "a-longer-text-that-pads-the-first")

    np.testing.assert_allclose(short, unit(rows_of("cat").mean(axis=0)), atol=1e-6)


def test_a_pooled_output_is_taken_as_it_is(tmp_path: Path) -> None:
    (row,) = embed(write_tiny_model(tmp_path, pooled=True), "cat")

    np.testing.assert_allclose(row, unit(rows_of("cat").mean(axis=0)), atol=1e-6)


@pytest.mark.parametrize("inputs", [("input_ids",), ("input_ids", "attention_mask", "token_type_ids")])
def test_the_inputs_that_the_graph_wants_are_given(tmp_path: Path, inputs: tuple[str, ...]) -> None:
    assert embed(write_tiny_model(tmp_path, inputs=inputs), "cat").any()


def test_a_recipe_chooses_the_first_token_and_a_prefix(tmp_path: Path) -> None:
    write_tiny_model(tmp_path)
    (tmp_path / "model.json").write_text(json.dumps({"pooling": "cls", "prefix": "q:"}))

    (row,) = embed(tmp_path, "cat")

    np.testing.assert_allclose(row, unit(rows_of("q")[0]), atol=1e-6)


def test_only_the_first_256_tokens_count(tmp_path: Path) -> None:
    cut, whole = embed(write_tiny_model(tmp_path), "a" * 256 + "b" * 50, "a" * 256)

    np.testing.assert_allclose(cut, whole, atol=1e-6)


def test_other_weights_and_another_recipe_are_another_revision(tmp_path: Path) -> None:
    def revision(folder: Path) -> str:
        return build_embedder(f"onnx:{folder}", EmbedderOptions(folder)).identity.revision

    first, second = write_tiny_model(tmp_path / "1"), write_tiny_model(tmp_path / "2", seed=2)
    before = revision(first)
    (first / "model.json").write_text('{"pooling": "cls"}')

    assert len({before, revision(first), revision(second)}) == 3


@pytest.mark.parametrize(
    ("file", "content", "sentence"),
    [
        ("model.onnx", None, "no model.onnx"),
        ("tokenizer.json", None, "no tokenizer.json"),
        ("model.onnx", "rubbish", "onnxruntime can load"),
        ("tokenizer.json", "{}", "no tokenizer that can be loaded"),
        ("model.json", "{", "is not JSON"),
        ("model.json", '{"pooling": "max"}', "other than `mean` and `cls`"),
    ],
)
def test_what_cannot_be_used_is_told_by_its_file(tmp_path: Path, file: str, content: str | None, sentence: str) -> None:
    write_tiny_model(tmp_path)
    (tmp_path / file).unlink(missing_ok=True)
    if content is not None:
        (tmp_path / file).write_text(content)

    with pytest.raises(Unavailable, match=sentence):
        embed(tmp_path, "cat")


def test_a_graph_that_is_no_text_embedder_is_refused(tmp_path: Path) -> None:
    write_tiny_model(tmp_path, inputs=("input_ids", "pixel_values"))

    with pytest.raises(Unavailable, match="pixel_values"):
        embed(tmp_path, "cat")
