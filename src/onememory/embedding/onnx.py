"""A model in a directory: `model.onnx` and `tokenizer.json`, and beside them `model.json` where it needs a recipe."""

import asyncio
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from onememory.domain.errors import Unavailable
from onememory.domain.models import ModelIdentity
from onememory.embedding.options import EMBEDDER, EmbedderOptions
from onememory.embedding.revisions import revision_of
from onememory.embedding.units import unit_rows
from onememory.ports import Vectors

MODEL = "model.onnx"
TOKENIZER = "tokenizer.json"
RECIPE = "model.json"  # {"pooling": "mean" | "cls", "prefix": "..."}; without it: mean and no prefix

TOKENS = 256  # of a text; the rest does not count
_CHARACTERS = 32 * TOKENS
_BATCH = 32
_POOLED = ("embedding", "embeddings", "sentence_embedding", "sentence_embeddings")  # outputs preferred to the first


class OnnxEmbedder:
    """Implements the port Embedder with onnxruntime, in one thread of its own."""

    def __init__(self, name: str, folder: Path, threads: int = 1) -> None:
        self._session = _session(folder / MODEL, threads)
        self._tokenizer = _tokenizer(folder / TOKENIZER)
        self._recipe = _recipe(folder / RECIPE)
        self._padding = _padding(self._tokenizer)
        self._inputs = [node.name for node in self._session.get_inputs()]
        outputs = [node.name for node in self._session.get_outputs()]
        self._output = next((output for output in outputs if output in _POOLED), outputs[0])
        self._executor = ThreadPoolExecutor(1, "onnx")
        files = [path for path in (folder / MODEL, folder / TOKENIZER, folder / RECIPE) if path.is_file()]
        self.identity = ModelIdentity(name, revision_of(*files), self._embed(["ready"]).shape[1])

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit rows, shape (texts, dimension); a text's first 256 tokens count."""
        if not texts:
            return np.zeros((0, self.identity.dimension), np.float32)
        return await asyncio.get_running_loop().run_in_executor(self._executor, self._embed, texts)

    async def ping(self) -> None:
        """A model that was built answers."""
        await self.embed(["ready"])

    async def close(self) -> None:
        """End the thread."""
        self._executor.shutdown(cancel_futures=True)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        prefix = self._recipe["prefix"]
        encodings = self._tokenizer.encode_batch_fast([prefix + text[:_CHARACTERS] for text in texts])
        order = sorted(range(len(texts)), key=lambda i: len(encodings[i].ids))  # alike lengths need little padding
        batches = [order[start : start + _BATCH] for start in range(0, len(order), _BATCH)]
        rows = np.concatenate([self._run([encodings[i] for i in batch]) for batch in batches])
        vectors = np.empty_like(rows)
        vectors[order] = rows
        return unit_rows(vectors)

    def _run(self, encodings: Sequence[Encoding]) -> NDArray[np.float32]:
        shape = len(encodings), max(1, *(len(encoding.ids) for encoding in encodings))
        ids, mask = np.full(shape, self._padding, np.int64), np.zeros(shape, np.int64)
        for i, encoding in enumerate(encodings):
            ids[i, : len(encoding.ids)] = encoding.ids
            mask[i, : len(encoding.ids)] = 1
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros(shape, np.int64)}
        output = self._session.run([self._output], {name: given[name] for name in self._inputs})[0]
        return self._pooled(np.asarray(output, np.float32), mask)

    def _pooled(self, output: NDArray[np.float32], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        if output.ndim == 2:
            return output
        if self._recipe["pooling"] == "cls":
            return output[:, 0]
        weights = mask[:, :, None].astype(np.float32)
        means: NDArray[np.float32] = (output * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1)
        return means


def build(argument: str, options: EmbedderOptions) -> OnnxEmbedder:
    """The model in the directory that the setting names after `onnx:`; raises Unavailable where there is none."""
    return open_folder(f"onnx:{argument}", Path(argument), options.threads)


def open_folder(name: str, folder: Path, threads: int) -> OnnxEmbedder:
    """The model in this directory under this name; raises Unavailable where there is none or it cannot be used."""
    for file in (MODEL, TOKENIZER):
        if not (folder / file).is_file():
            raise Unavailable(f"There is no {file} in {folder}: put it there, or change {EMBEDDER}.")
    return OnnxEmbedder(name, folder, threads)


def _session(path: Path, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = max(1, threads)
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # its errors share no base class
        raise Unavailable(f"{path} is no model that onnxruntime can load: put a sound one there.") from error
    if unknown := {node.name for node in session.get_inputs()} - {"input_ids", "attention_mask", "token_type_ids"}:
        raise Unavailable(
            f"{path} asks for the inputs {sorted(unknown)}, so it is no text embedder: change {EMBEDDER}."
        )
    return session


def _tokenizer(path: Path) -> Tokenizer:
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # it raises bare Exception
        raise Unavailable(f"{path} is no tokenizer that can be loaded: put a sound one there.") from error
    tokenizer.enable_truncation(TOKENS)
    return tokenizer


def _padding(tokenizer: Tokenizer) -> int:
    """The id that fills up short rows; takes padding out of the tokenizer, which would not know the batches."""
    known = (tokenizer.padding or {}).get("pad_id")
    tokenizer.no_padding()
    names = (tokenizer.token_to_id(name) for name in ("[PAD]", "<pad>"))
    return int(known if known is not None else next((i for i in names if i is not None), 0))


def _recipe(path: Path) -> dict[str, Any]:
    recipe = {"pooling": "mean", "prefix": ""}
    if path.is_file():
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise Unavailable(f"{path} is not JSON: write it again, or fetch the model again.") from error
        recipe |= {key: told[key] for key in recipe if key in told}
    if recipe["pooling"] not in {"mean", "cls"}:
        raise Unavailable(f"{path} names a pooling other than `mean` and `cls`.")
    return recipe
