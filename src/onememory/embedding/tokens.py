"""Tokens counted with the tokenizer that comes in the wheel of wordllama, whichever embedder is in force."""

from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

from tokenizers import Tokenizer

from onememory.domain.errors import Unavailable
from onememory.embedding.static import TOKENIZER, tokenizer_of


class BundledTokens:
    """Implements the port TokenCounter; a byte-pair vocabulary of 32,000, near to what chat models use."""

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        spec = find_spec("wordllama")
        if spec is None or not spec.submodule_search_locations:
            raise Unavailable("The package `wordllama`, which brings the tokenizer, is not installed: install it.")
        return tokenizer_of(Path(spec.submodule_search_locations[0]) / TOKENIZER)

    def count(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text has."""
        return [len(e.ids) for e in self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)]
