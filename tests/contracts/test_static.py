"""The model in the wheel of wordllama, against the package's own code."""

import asyncio
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import wordllama

from onememory.domain.errors import Unavailable
from onememory.embedding import EmbedderOptions, build_embedder, static
from onememory.embedding.static import StaticEmbedder

TEXTS = ["The cat sleeps.", "I moved to Lisbon in March", "寿司が好き 🦊", "x", "a " * 500, " leading and trailing "]
BUILD = (
    "from pathlib import Path; from onememory.embedding import *; build_embedder('wordllama', EmbedderOptions(Path()))"
)


def test_vectors_equal_those_of_the_package() -> None:
    package = wordllama.WordLlama.load(cache_dir=Path(wordllama.__file__).parent, disable_download=True)

    ours = asyncio.run(build_embedder("wordllama", EmbedderOptions(Path())).embed(TEXTS))

    np.testing.assert_allclose(ours, package.embed(TEXTS, norm=True), atol=1e-6)


def test_only_the_first_tokens_of_a_long_text_count() -> None:
    embedder = build_embedder("wordllama", EmbedderOptions(Path()))

    head, with_tail = asyncio.run(embedder.embed(["cat " * 600, "cat " * 600 + "taxes " * 600]))

    np.testing.assert_allclose(head, with_tail, atol=1e-6)


@pytest.mark.parametrize("module", ["wordllama", "onnxruntime", "requests", "httpx", "safetensors"])
def test_building_it_imports_nothing_heavy(module: str) -> None:
    code = f"{BUILD}; import sys; sys.exit({module!r} in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_missing_package_is_told_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(static, "find_spec", lambda _: None)

    with pytest.raises(Unavailable, match="ONEMEMORY_EMBEDDER=none"):
        build_embedder("wordllama", EmbedderOptions(Path()))


def test_weights_of_another_type_are_refused(tmp_path: Path) -> None:
    header = b'{"embedding.weight":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]}}'
    weights = tmp_path / "weights.safetensors"
    weights.write_bytes(len(header).to_bytes(8, "little") + header + bytes(4))

    with pytest.raises(ValueError, match="F32 and not F16"):
        StaticEmbedder("wordllama", weights, weights)
