"""Fetched models in the data directory."""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from onememory.embedding.catalogue import CATALOGUE, HUB, folder_of, is_fetched
from onememory.ports.models import Advance, OfferedModel

if TYPE_CHECKING:
    from onememory.embedding.downloads import Progress


class FetchedModels:
    """The catalogue, and the directory in which its models are kept; implements the port ModelShelf."""

    def __init__(self, models_dir: Path, base_url: str = HUB) -> None:
        self._models_dir = models_dir
        self._base_url = base_url

    def offered(self) -> list[OfferedModel]:
        """Every one that can be fetched, small ones first."""
        return [
            OfferedModel(
                name, f"fastembed:{name}", model.megabytes, model.is_multilingual, is_fetched(name, self._models_dir)
            )
            for name, model in sorted(CATALOGUE.items(), key=lambda item: item[1].megabytes)
        ]

    def fetch(self, name: str, advance: Advance) -> None:
        """Download one, unless it is here; blocks. What `advance` raises ends it."""

        def on_progress(progress: "Progress") -> None:
            advance(progress.done, progress.total)

        # By name, because the module loads onnxruntime, which nobody who only looks should wait for.
        models = import_module("onememory.embedding.fastembed_models")
        models.fetch_model(name, folder_of(name, self._models_dir), self._base_url, on_progress)
