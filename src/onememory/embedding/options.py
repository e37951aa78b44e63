"""What the settings say about embedding, and how to name a setting in a message."""

from dataclasses import dataclass
from pathlib import Path

EMBEDDER = "ONEMEMORY_EMBEDDER"
URL = "ONEMEMORY_EMBEDDER_URL"
KEY = "ONEMEMORY_EMBEDDER_KEY"
DIMENSION = "ONEMEMORY_EMBEDDER_DIMENSION"


@dataclass(frozen=True, slots=True)
class EmbedderOptions:
    """What builders may need; each takes what concerns it."""

    models_dir: Path  # where fetched models lie
    url: str | None = None  # of an OpenAI-compatible server, up to and without /embeddings
    key: str | None = None
    dimension: int | None = None  # of the vectors of a remote model
    threads: int = 1  # inside one run of an ONNX model
