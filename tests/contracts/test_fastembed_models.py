"""Fetching a model: what is told, continued, recorded and refused."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from model_servers import ModelServer, model_server
from tiny_models import tiny_graph, tiny_tokenizer

from onememory.domain.errors import InvalidInput, StorageFailed, Unavailable
from onememory.embedding import EmbedderOptions, build_embedder
from onememory.embedding.catalogue import CATALOGUE, folder_of
from onememory.embedding.downloads import Progress
from onememory.embedding.fastembed_models import described, fetch_model

NAME = "sentence-transformers/all-MiniLM-L6-v2"
MODEL_PATH = f"/{CATALOGUE[NAME].repository}/resolve/main/{CATALOGUE[NAME].graph}"
TOKENIZER_PATH = f"/{CATALOGUE[NAME].repository}/resolve/main/tokenizer.json"
GRAPH_HASH = hashlib.sha256(tiny_graph()).hexdigest()


@pytest.fixture
def hub() -> Iterator[ModelServer]:
    with model_server() as server:
        server.files = {MODEL_PATH: tiny_graph(), TOKENIZER_PATH: tiny_tokenizer().encode()}
        yield server


def test_the_hash_of_each_file_is_told_and_the_model_answers(hub: ModelServer, tmp_path: Path) -> None:
    fetched = fetch_model(NAME, folder_of(NAME, tmp_path), hub.url)

    assert fetched.is_new
    assert fetched.sha256["model.onnx"] == GRAPH_HASH
    assert build_embedder(f"fastembed:{NAME}", EmbedderOptions(tmp_path)).identity.dimension == 16


def test_what_will_be_downloaded_is_described() -> None:
    assert described(NAME) == f"{NAME}: model.onnx and tokenizer.json from qdrant/all-MiniLM-L6-v2-onnx, about 90 MB."


def test_progress_ends_with_all_bytes_of_each_file(hub: ModelServer, tmp_path: Path) -> None:
    steps: list[Progress] = []

    fetch_model(NAME, tmp_path, hub.url, steps.append)

    last = {step.file: step for step in steps}
    assert last["model.onnx"] == Progress("model.onnx", len(tiny_graph()), len(tiny_graph()))
    assert set(last) == {"model.onnx", "tokenizer.json"}


def test_a_second_fetch_downloads_nothing(hub: ModelServer, tmp_path: Path) -> None:
    fetch_model(NAME, tmp_path, hub.url)
    hub.headers.clear()

    assert not fetch_model(NAME, tmp_path, hub.url).is_new
    assert hub.headers == []


def test_an_interrupted_download_is_continued(hub: ModelServer, tmp_path: Path) -> None:
    fetch_model(NAME, tmp_path / "whole", hub.url)
    hub.files.pop(TOKENIZER_PATH)
    with pytest.raises(Unavailable, match="try again, what has arrived is kept"):
        fetch_model(NAME, tmp_path / "cut", hub.url)
    hub.files[TOKENIZER_PATH] = tiny_tokenizer().encode()
    hub.cut_after = 1000
    with pytest.raises(Unavailable, match="RemoteProtocolError"):
        fetch_model(NAME, tmp_path / "cut", hub.url)

    fetched = fetch_model(NAME, tmp_path / "cut", hub.url, sha256={"model.onnx": GRAPH_HASH})

    assert "bytes=1000-" in [headers.get("range") for headers in hub.headers]
    assert sorted(p.name for p in fetched.folder.iterdir()) == [
        "fetched.json", "model.json", "model.onnx", "tokenizer.json",
    ]  # fmt: skip


def test_a_file_that_changed_meanwhile_is_fetched_from_its_start(hub: ModelServer, tmp_path: Path) -> None:
    hub.cut_after = 1000
    with pytest.raises(Unavailable):
        fetch_model(NAME, tmp_path, hub.url)
    changed = tiny_tokenizer().replace("[PAD]", "<pad>").encode()
    hub.files[TOKENIZER_PATH] = changed

    fetched = fetch_model(NAME, tmp_path, hub.url)

    assert fetched.sha256["tokenizer.json"] == hashlib.sha256(changed).hexdigest()


def test_another_hash_than_the_demanded_one_keeps_nothing(hub: ModelServer, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=f"SHA-256 {GRAPH_HASH} and not 00"):
        fetch_model(NAME, tmp_path, hub.url, sha256={"model.onnx": "00"})

    assert not list(tmp_path.glob("model.onnx*"))
    with pytest.raises(Unavailable, match="onememory model fetch"):
        build_embedder(f"fastembed:{NAME}", EmbedderOptions(tmp_path.parent))


def test_a_demanded_hash_is_also_checked_of_what_is_there(hub: ModelServer, tmp_path: Path) -> None:
    fetch_model(NAME, tmp_path, hub.url)

    with pytest.raises(Unavailable, match="another SHA-256 than 00"):
        fetch_model(NAME, tmp_path, hub.url, sha256={"model.onnx": "00"})


def test_files_that_changed_since_are_not_used(hub: ModelServer, tmp_path: Path) -> None:
    folder = folder_of(NAME, tmp_path)
    fetch_model(NAME, folder, hub.url)
    (folder / "model.onnx").write_bytes(tiny_graph(seed=2))

    with pytest.raises(Unavailable, match="not the ones that were fetched"):
        build_embedder(f"fastembed:{NAME}", EmbedderOptions(tmp_path))
    with pytest.raises(Unavailable, match="another SHA-256"):
        fetch_model(NAME, folder, hub.url)


def test_a_deleted_file_that_comes_back_different_is_refused(hub: ModelServer, tmp_path: Path) -> None:
    fetch_model(NAME, tmp_path, hub.url)
    (tmp_path / "model.onnx").unlink()
    hub.files[MODEL_PATH] = tiny_graph(seed=2)

    with pytest.raises(Unavailable, match=f"and not {GRAPH_HASH}"):
        fetch_model(NAME, tmp_path, hub.url)


def test_a_place_that_cannot_be_written_is_told(hub: ModelServer, tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json.part").mkdir()

    with pytest.raises(StorageFailed, match="cannot be written"):
        fetch_model(NAME, tmp_path, hub.url)


@pytest.mark.parametrize("name", ["no/such-model", "../escape", ""])
def test_a_name_outside_the_catalogue_is_answered_with_those_inside(name: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="there are BAAI/bge-small-en"):
        fetch_model(name, tmp_path)


def test_a_hash_for_an_unknown_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no file of a model"):
        fetch_model(NAME, tmp_path, sha256={"weights": "00"})
