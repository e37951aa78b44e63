"""Models of fastembed's catalogue, fetched once by an explicit command and never at a start.

The package `fastembed` is not needed: its models are an ONNX graph and a tokenizer, which is what `onnx.py` runs. Kept
are its names for them, as `fastembed:NAME`, where each lies, and how its output is pooled.

The catalogue has no hashes, because whoever publishes a model may mend it. The hash of each file is told and recorded
beside it at the first fetch, and checked from then on; a caller who knows it beforehand can demand it. The record's
hashes cover whole files; at each start only sizes, and the two ends of files over 32 MiB, are compared with it.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from onememory.domain.errors import InvalidInput, Unavailable
from onememory.embedding.catalogue import CATALOGUE, HUB, RECORD, CatalogueModel, folder_of
from onememory.embedding.downloads import Progress, download
from onememory.embedding.onnx import MODEL, RECIPE, TOKENIZER, OnnxEmbedder, open_folder
from onememory.embedding.options import EmbedderOptions
from onememory.embedding.revisions import revision_of, sha256_of


@dataclass(frozen=True, slots=True)
class Fetched:
    """What lies in the directory now."""

    folder: Path
    sha256: Mapping[str, str]  # of each file
    is_new: bool  # False where it was there already


def described(name: str) -> str:
    """What fetching will download, in a sentence; raises InvalidInput for a name that is not in the catalogue."""
    model = _known(name)
    return f"{name}: {model.graph} and {TOKENIZER} from {model.repository}, about {model.megabytes} MB."


def fetch_model(
    name: str,
    target_dir: Path,
    base_url: str = HUB,
    on_progress: Callable[[Progress], None] = lambda progress: None,  # noqa: ARG005
    sha256: Mapping[str, str] | None = None,
) -> Fetched:
    """Download a model's files into this directory, unless they are there; an interrupted download is continued.

    `sha256` gives the hashes that `model.onnx` and `tokenizer.json` must have, of either or both.
    Raises InvalidInput for an unknown name and Unavailable for a failing server or another hash.
    """
    model = _known(name)
    pins = dict(sha256 or {})
    if unknown := set(pins) - {MODEL, TOKENIZER}:
        raise InvalidInput(f"`{unknown.pop()}` is no file of a model: give the hash of {MODEL} or {TOKENIZER}.")
    target_dir.mkdir(parents=True, exist_ok=True)
    record = _recorded(target_dir)
    hashes = record.get("sha256", {})
    if record and all((target_dir / file).is_file() for file in (MODEL, TOKENIZER)):
        _check_whole(target_dir, hashes | pins)
        return Fetched(target_dir, hashes, is_new=False)
    root = f"{base_url.rstrip('/')}/{model.repository}/resolve/main"
    with httpx.Client(follow_redirects=True, timeout=60) as client:
        for file, remote in ((TOKENIZER, TOKENIZER), (MODEL, model.graph)):
            download(client, f"{root}/{remote}", target_dir / file, pins.get(file) or hashes.get(file), on_progress)
    recipe = {"pooling": model.pooling, "prefix": model.prefix}
    (target_dir / RECIPE).write_text(json.dumps(recipe), encoding="utf-8")
    return Fetched(target_dir, _write_record(name, root, target_dir), is_new=True)


def build(argument: str, options: EmbedderOptions) -> OnnxEmbedder:
    """The fetched model; raises Unavailable, with the command that fetches it, where it is not there."""
    _known(argument)
    folder = folder_of(argument, options.models_dir)
    record = _recorded(folder)
    if not record:
        raise Unavailable(
            f"The model {argument} has not been fetched: run `onememory model fetch {argument}`"
            f" (about {CATALOGUE[argument].megabytes} MB)."
        )
    embedder = open_folder(f"fastembed:{argument}", folder, options.threads)
    if embedder.identity.revision != record["revision"]:
        raise Unavailable(
            f"The files in {folder} are not the ones that were fetched: delete the directory and run"
            f" `onememory model fetch {argument}`."
        )
    return embedder


def _known(name: str) -> CatalogueModel:
    if name not in CATALOGUE:
        raise InvalidInput(f"`{name}` is not in the catalogue; there are {', '.join(CATALOGUE)}.")
    return CATALOGUE[name]


def _recorded(folder: Path) -> dict[str, Any]:
    path = folder / RECORD
    if not path.is_file():
        return {}
    try:
        record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Unavailable(f"{path} is not JSON: delete the directory and fetch the model again.") from error
    return record


def _write_record(name: str, root: str, folder: Path) -> dict[str, str]:
    hashes = {file: sha256_of(folder / file) for file in (MODEL, TOKENIZER)}
    revision = revision_of(*(folder / file for file in (MODEL, TOKENIZER, RECIPE)))
    record = {"name": name, "from": root, "sha256": hashes, "revision": revision}
    partial = folder / f"{RECORD}.part"
    partial.write_text(json.dumps(record, indent=2), encoding="utf-8")
    partial.replace(folder / RECORD)  # last, so that a directory with a record is complete
    return hashes


def _check_whole(folder: Path, hashes: Mapping[str, str]) -> None:
    for file, expected in hashes.items():
        if sha256_of(folder / file) != expected.lower():
            raise Unavailable(
                f"{folder / file} has another SHA-256 than {expected}: delete the directory and fetch again."
            )
