"""A model fetched while the service runs, and the change to it; choices as other processes and starts see them."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from model_servers import ModelServer, model_server
from tiny_models import tiny_graph, tiny_tokenizer

from onememory.domain.actors import Actor
from onememory.domain.errors import Conflict
from onememory.domain.installation import Choosable
from onememory.domain.memories import Draft
from onememory.domain.provenance import Channel
from onememory.embedding.catalogue import CATALOGUE, folder_of
from servers import Installation, installed

pytestmark = pytest.mark.usefixtures("database")

NAME = "sentence-transformers/all-MiniLM-L6-v2"
FETCHED = f"fastembed:{NAME}"
ROOT = f"/{CATALOGUE[NAME].repository}/resolve/main"
CHOOSABLE = {"embedder": None}

Use = Callable[[Installation, Actor], Awaitable[None]]


@pytest.fixture
def hub() -> Iterator[ModelServer]:
    """Where the model can be fetched."""
    with model_server() as server:
        server.files = {
            f"{ROOT}/{CATALOGUE[NAME].graph}": tiny_graph(),
            f"{ROOT}/tokenizer.json": tiny_tokenizer().encode(),
        }
        yield server


def _with(data: Path, hub: ModelServer, use: Use, overrides: dict[str, object] | None = None) -> None:
    async def run() -> None:
        async with installed(data, overrides or CHOOSABLE, hub=hub.url) as there:
            await there.services.accounts.prepare_first_start("bootstrap-token")
            await use(there, await there.services.accounts.owner(None, Channel.CLI))

    asyncio.run(run())


async def _fetch(there: Installation, actor: Actor) -> None:
    there.services.model_fetching.begin(actor, NAME)
    await there.services.model_fetching.finish()


async def _work(there: Installation) -> None:
    while await there.services.jobs.run_next():
        pass


def test_a_fetched_model_answers_without_a_new_start(tmp_path: Path, hub: ModelServer) -> None:
    async def use(there: Installation, actor: Actor) -> None:
        await there.services.memories.store(actor, Draft("Likes tea"))
        await _fetch(there, actor)

        state = there.services.model_fetching.state(actor)
        assert state
        assert (state.is_running, state.error, state.done) == (False, None, len(tiny_graph()))
        status = await there.services.status.of(actor)
        assert status.answering_model
        assert (status.model.split("@")[0], status.answering_model.split("@")[0]) == (FETCHED, "wordllama")
        await _work(there)
        status = await there.services.status.of(actor)
        assert (status.answering_model, status.without_vector) == (status.model, 0)

    _with(tmp_path, hub, use)


def test_the_choice_counts_at_the_next_start(tmp_path: Path, hub: ModelServer) -> None:
    async def again(there: Installation, actor: Actor) -> None:
        assert (await there.services.installation.choices(actor))[Choosable.EMBEDDER].value == FETCHED
        assert there.services.model_switch.current == FETCHED

    _with(tmp_path, hub, _fetch)
    _with(tmp_path, hub, again)


def test_a_setting_counts_before_the_choice(tmp_path: Path, hub: ModelServer) -> None:
    async def again(there: Installation, actor: Actor) -> None:
        assert there.services.model_switch.current == "none"
        with pytest.raises(Conflict, match="is set by the command line"):
            there.services.model_fetching.begin(actor, NAME)

    _with(tmp_path, hub, _fetch)
    _with(tmp_path, hub, again, {"embedder": "none"})


def test_a_chosen_model_that_is_gone_stops_no_start(tmp_path: Path, hub: ModelServer) -> None:
    async def again(there: Installation, actor: Actor) -> None:
        assert there.services.model_switch.current == "wordllama"
        assert "has not been fetched" in str(there.services.model_switch.problem)
        await there.services.memories.store(actor, Draft("Likes tea"))

    _with(tmp_path, hub, _fetch)
    for file in folder_of(NAME, tmp_path / "models").iterdir():
        file.unlink()
    _with(tmp_path, hub, again)


def test_another_process_follows_when_it_looks_again(tmp_path: Path, hub: ModelServer) -> None:
    async def use(there: Installation, actor: Actor) -> None:
        async with installed(tmp_path, CHOOSABLE, hub=hub.url) as other:
            await there.services.installation.choose(actor, {Choosable.EMBEDDER: "none", Choosable.SECRETS: "mask"})
            assert other.services.model_switch.current == "wordllama"
            await other.services.installation.refresh()
            assert other.services.model_switch.current == "none"
            assert (await other.services.installation.choices(actor))[Choosable.SECRETS].value == "mask"

    _with(tmp_path, hub, use)


def test_a_download_that_fails_changes_nothing_and_can_be_tried_again(tmp_path: Path, hub: ModelServer) -> None:
    async def use(there: Installation, actor: Actor) -> None:
        graph = hub.files.pop(f"{ROOT}/{CATALOGUE[NAME].graph}")
        await _fetch(there, actor)
        state = there.services.model_fetching.state(actor)
        assert state
        assert "cannot be downloaded" in str(state.error)
        assert there.services.model_switch.current == "wordllama"

        hub.files[f"{ROOT}/{CATALOGUE[NAME].graph}"] = graph
        await _fetch(there, actor)
        assert there.services.model_switch.current == FETCHED

    _with(tmp_path, hub, use)


def test_one_model_is_fetched_at_a_time(tmp_path: Path, hub: ModelServer) -> None:
    async def use(there: Installation, actor: Actor) -> None:
        there.services.model_fetching.begin(actor, NAME)
        with pytest.raises(Conflict, match="is being fetched already"):
            there.services.model_fetching.begin(actor, NAME)
        await there.services.model_fetching.finish()

    _with(tmp_path, hub, use)


def test_back_and_forth_between_models_ends_with_whole_answers(tmp_path: Path, hub: ModelServer) -> None:
    async def use(there: Installation, actor: Actor) -> None:
        await there.services.memories.store(actor, Draft("Likes tea"))
        await _fetch(there, actor)
        await there.services.installation.choose(actor, {Choosable.EMBEDDER: "wordllama"})
        await there.services.installation.choose(actor, {Choosable.EMBEDDER: FETCHED})
        await _work(there)
        status = await there.services.status.of(actor)
        assert (status.answering_model, status.without_vector) == (status.model, 0)
        assert await there.store.check() == []

    _with(tmp_path, hub, use)
