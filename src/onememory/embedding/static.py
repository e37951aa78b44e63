"""The default model: one row per token out of the wheel of wordllama, averaged; nothing is downloaded."""

import asyncio
import json
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from onememory.domain.errors import Unavailable
from onememory.domain.models import ModelIdentity
from onememory.embedding.options import EMBEDDER, EmbedderOptions
from onememory.embedding.revisions import revision_of
from onememory.embedding.units import unit_rows
from onememory.ports import Vectors

TOKENS = 512  # of a text; the rest does not count
_CHARACTERS = 16 * TOKENS  # read at most, because tokenising is most of the work
_INLINE = 4_096  # characters that are embedded without a thread; they take about a millisecond
_BATCH = 32  # texts at a time; bounds the gathered rows to 16 MB

_WEIGHTS = "weights/l2_supercat_256.safetensors"
TOKENIZER = "tokenizers/l2_supercat_tokenizer_config.json"


class StaticEmbedder:
    """Implements the port Embedder by averaging the rows of a text's tokens.

    The rows stay float16 in the mapped file: only those that texts have used take memory.
    """

    def __init__(self, name: str, weights: Path, tokenizer: Path) -> None:
        self._rows = _mapped(weights, "embedding.weight")
        self._tokenizer_path = tokenizer
        self.identity = ModelIdentity(name, revision_of(weights, tokenizer), self._rows.shape[1])

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit rows, shape (texts, dimension); a text without tokens gives a zero row."""
        if sum(map(len, texts)) <= _INLINE:
            return self._embed(texts)
        return await asyncio.to_thread(self._embed, texts)

    async def ping(self) -> None:
        """Load what the first text would."""
        await asyncio.to_thread(self._embed, ["ready"])

    async def close(self) -> None:
        """Nothing to give back; the mapping goes with the object."""

    def _embed(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.identity.dimension), np.float32)
        for start in range(0, len(texts), _BATCH):
            vectors[start : start + _BATCH] = self._means(
                [text[:_CHARACTERS] for text in texts[start : start + _BATCH]]
            )
        return unit_rows(vectors)

    def _means(self, texts: list[str]) -> NDArray[np.float32]:
        encoded = tokenizer_of(self._tokenizer_path).encode_batch_fast(texts, add_special_tokens=False)
        tokens = [e.ids[:TOKENS] for e in encoded]
        counts = np.array([len(ids) for ids in tokens])
        means = np.zeros((len(texts), self.identity.dimension), np.float32)
        filled = counts > 0
        if filled.any():
            rows = self._rows[np.concatenate([np.array(ids, np.int64) for ids in tokens])].astype(np.float32)
            starts = np.cumsum(counts) - counts
            means[filled] = np.add.reduceat(rows, starts[filled]) / counts[filled, None]
        return means


@cache
def tokenizer_of(path: Path) -> Tokenizer:
    """The tokenizer in a file, loaded once for all who use it; it neither pads nor truncates."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    # It takes a text for one word, so the library's cache of 10,000 words keeps whole short texts, deleted ones too, at
    # 5 kB each. Its maintainers name this call to switch the cache off; a tokenizer out of a file has no public one.
    tokenizer.model._resize_cache(0)  # noqa: SLF001
    return tokenizer


def build(argument: str, options: EmbedderOptions) -> StaticEmbedder:  # noqa: ARG001 - the form all builders share
    """The model that lies in the installed package `wordllama`, which is found and not imported.

    Importing it would configure logging and pull in an HTTP client, and its own loader looks in another folder.
    """
    spec = find_spec("wordllama")
    if spec is None or not spec.submodule_search_locations:
        raise Unavailable(f"The package `wordllama` is not installed: install it, or set {EMBEDDER}=none.")
    folder = Path(spec.submodule_search_locations[0])
    try:
        return StaticEmbedder("wordllama", folder / _WEIGHTS, folder / TOKENIZER)
    except (OSError, KeyError, ValueError) as error:
        raise Unavailable(
            f"The model in the package `wordllama` cannot be read: install it again, or set {EMBEDDER}=none."
        ) from error


def _mapped(path: Path, name: str) -> NDArray[np.float16]:
    """A float16 tensor of a safetensors file, mapped: 8 bytes of header length, a JSON header, then the data."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        entry = json.loads(file.read(length))[name]
    if entry["dtype"] != "F16":
        raise ValueError(f"{path.name} holds {entry['dtype']} and not F16")
    offset = 8 + length + entry["data_offsets"][0]
    return np.asarray(np.memmap(path, np.dtype("<f2"), "r", offset, tuple(entry["shape"])))
