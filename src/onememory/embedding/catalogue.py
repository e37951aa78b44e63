"""The models that can be fetched, and where each lies; told without loading what runs them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HUB = "https://huggingface.co"
RECORD = "fetched.json"  # written last, so that a directory with a record is complete


@dataclass(frozen=True, slots=True)
class CatalogueModel:
    """Where a model lies and how it is used."""

    repository: str
    graph: str  # path inside the repository
    megabytes: int  # about
    pooling: str = "mean"
    prefix: str = ""
    is_multilingual: bool = False


CATALOGUE: Mapping[str, CatalogueModel] = {
    "BAAI/bge-small-en-v1.5": CatalogueModel("qdrant/bge-small-en-v1.5-onnx-q", "model_optimized.onnx", 67, "cls"),
    "sentence-transformers/all-MiniLM-L6-v2": CatalogueModel("qdrant/all-MiniLM-L6-v2-onnx", "model.onnx", 90),
    "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2": CatalogueModel(
        "qdrant/paraphrase-multilingual-MiniLM-L12-v2-onnx-Q", "model_optimized.onnx", 220, is_multilingual=True
    ),
    # Not in fastembed's own list; one prefix serves both sides when texts are compared as equals.
    "intfloat/multilingual-e5-small": CatalogueModel(
        "intfloat/multilingual-e5-small", "onnx/model.onnx", 470, prefix="query: ", is_multilingual=True
    ),
}


def folder_of(name: str, models_dir: Path) -> Path:
    """The directory that a fetched model has under this one."""
    return models_dir / name.replace("/", "--")


def is_fetched(name: str, models_dir: Path) -> bool:
    """Whether a model lies there whole."""
    return (folder_of(name, models_dir) / RECORD).is_file()
