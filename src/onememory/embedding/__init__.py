"""Adapters that turn texts into vectors, and the one place that knows them by name."""

from importlib import import_module
from typing import cast

from onememory.domain.errors import InvalidInput
from onememory.embedding.options import EMBEDDER, EmbedderOptions
from onememory.ports import Embedder

__all__ = ["FORMS", "EmbedderOptions", "build_embedder"]

FORMS = "`wordllama`, `onnx:DIRECTORY`, `fastembed:MODEL`, `openai:MODEL` or `none`"

# Loaded by name, and only the one that is used: onnxruntime alone takes a quarter of the second a start may take.
_MODULES = {
    "wordllama": "onememory.embedding.static",
    "onnx": "onememory.embedding.onnx",
    "fastembed": "onememory.embedding.fastembed_models",
    "openai": "onememory.embedding.openai_compatible",
    "none": "onememory.embedding.absent",
}
_WITH_ARGUMENT = {"onnx", "fastembed", "openai"}


def build_embedder(name: str, options: EmbedderOptions) -> Embedder:
    """The embedder that a setting names.

    Raises InvalidInput for a name of no known form and Unavailable, with the remedy, where the model is not there.
    """
    kind, _, argument = name.partition(":")
    if kind not in _MODULES or bool(argument) != (kind in _WITH_ARGUMENT):
        raise InvalidInput(f"`{name}` is no embedder: set {EMBEDDER} to {FORMS}.")
    return cast("Embedder", import_module(_MODULES[kind]).build(argument, options))
