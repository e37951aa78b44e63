"""A change of the model while the service goes on, and a model that is out of order."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from fakes import HashingEmbedder, Shelf
from onememory.domain.actors import Actor
from onememory.domain.jobs import JobState
from onememory.domain.memories import Draft
from onememory.domain.provenance import Channel
from onememory.embedding import EmbedderOptions, build_embedder
from onememory.ports import Embedder, Vectors
from onememory.services.finding.search import Ask
from onememory.services.upkeep import jobs
from servers import Installation, MovedClock, installed

pytestmark = pytest.mark.usefixtures("database")

TEXTS = tuple(f"Ada drinks {kind} tea on day {n}" for n, kind in enumerate(["green", "black", "white"] * 10))
Use = Callable[[Installation, Actor], Awaitable[None]]


def _with(data: Path, use: Use, *embedders: Embedder, clock: MovedClock | None = None) -> None:
    """Use an installation with these embedders, the first one in force."""

    async def run() -> None:
        async with installed(data, embedders=Shelf(*embedders), clock=clock) as there:
            await there.services.accounts.prepare_first_start("bootstrap-token")
            actor = await there.services.accounts.owner(None, Channel.CLI)
            await there.services.backlog.catch_up_models()
            await use(there, actor)

    asyncio.run(run())


async def _store(there: Installation, actor: Actor) -> None:
    for text in TEXTS:
        await there.services.memories.store(actor, Draft(text))


async def _work(there: Installation) -> None:
    while await there.services.jobs.run_next():
        pass


async def _notes_of_a_search_by_meaning(there: Installation, actor: Actor) -> tuple[str, ...]:
    """What the answer notes, once the nearest memory has been found by its vector too."""
    found = await there.services.search.find(actor, Ask("Ada drinks green tea on day 0", explain=True))
    assert found.hits[0].memory.text == TEXTS[0]
    values = {signal.name: signal.value for signal in found.hits[0].signals}
    assert values["meaning"] == pytest.approx(1, abs=0.05)
    return found.notes


@pytest.fixture
def wordllama(tmp_path: Path) -> Embedder:
    return build_embedder("wordllama", EmbedderOptions(tmp_path))


def test_the_old_model_answers_until_the_new_one_is_ready(tmp_path: Path, wordllama: Embedder) -> None:
    old, new = HashingEmbedder(), wordllama

    async def begin(there: Installation, actor: Actor) -> None:
        await _store(there, actor)
        assert await _notes_of_a_search_by_meaning(there, actor) == ()

    async def change(there: Installation, actor: Actor) -> None:
        (note,) = await _notes_of_a_search_by_meaning(there, actor)
        assert "previous model" in note
        status = await there.services.status.of(actor)
        assert (status.model, status.answering_model) == (new.identity.key, old.identity.key)
        assert status.without_vector == len(TEXTS)

        await _work(there)

        status = await there.services.status.of(actor)
        assert (status.answering_model, status.without_vector) == (new.identity.key, 0)
        assert await _notes_of_a_search_by_meaning(there, actor) == ()
        assert await there.store.check() == []

    _with(tmp_path, begin, old)
    _with(tmp_path, change, new, old)


def test_what_is_stored_during_the_change_is_found_and_gets_its_vector(tmp_path: Path) -> None:
    old, new = HashingEmbedder("1"), HashingEmbedder("2", dimension=32)

    async def change(there: Installation, actor: Actor) -> None:
        await there.services.memories.store(actor, Draft("Ada bought a saxophone"))
        found = await there.services.search.find(actor, Ask("bought saxophone"))
        assert "Ada bought a saxophone" in {hit.memory.text for hit in found.hits[:3]}
        await _work(there)
        assert (await there.services.status.of(actor)).without_vector == 0
        found = await there.services.search.find(actor, Ask("bought saxophone", explain=True))
        assert {s.name: s.value for s in found.hits[0].signals}["meaning"] == pytest.approx(1, abs=0.05)

    _with(tmp_path, _store, old)
    _with(tmp_path, change, new, old)


def test_a_model_that_cannot_be_built_any_more_leaves_the_words(tmp_path: Path) -> None:
    async def change(there: Installation, actor: Actor) -> None:
        found = await there.services.search.find(actor, Ask(TEXTS[0]))
        assert found.hits[0].memory.text == TEXTS[0]
        assert "out of order" in found.notes[0]

    _with(tmp_path, _store, HashingEmbedder("1"))
    _with(tmp_path, change, HashingEmbedder("2"))


def test_words_only_after_a_model_and_back(tmp_path: Path) -> None:
    model, none = HashingEmbedder(), HashingEmbedder("none", dimension=0)

    async def words_only(there: Installation, actor: Actor) -> None:
        await there.services.memories.store(actor, Draft("Ada bought a saxophone"))
        found = await there.services.search.find(actor, Ask("saxophone"))
        assert found.hits[0].memory.text == "Ada bought a saxophone"
        assert found.notes == ()

    async def back(there: Installation, actor: Actor) -> None:
        assert (await there.services.status.of(actor)).without_vector == 1
        await _work(there)
        assert (await there.services.status.of(actor)).without_vector == 0

    _with(tmp_path, _store, model)
    _with(tmp_path, words_only, none)
    _with(tmp_path, back, model)


def test_a_broken_model_stops_neither_storing_nor_finding(tmp_path: Path) -> None:
    clock, model = MovedClock(), HashingEmbedder()
    model.is_broken = True

    async def use(there: Installation, actor: Actor) -> None:
        await _store(there, actor)
        found = await there.services.search.find(actor, Ask(TEXTS[0]))
        assert found.hits[0].memory.text == TEXTS[0]
        await _work(there)
        (job,) = (await there.services.status.of(actor)).jobs
        assert (job.state, job.attempts, job.error) == (JobState.WAITING, 1, str(job.error))
        assert await there.services.status.unready() == ["The model is out of order."]

        model.is_broken = False
        clock.advance(timedelta(minutes=1))
        await _work(there)

        status = await there.services.status.of(actor)
        assert (status.without_vector, status.jobs[0].state) == (0, JobState.DONE)
        assert await _notes_of_a_search_by_meaning(there, actor) == ()

    _with(tmp_path, use, model, clock=clock)


def test_a_job_whose_worker_died_is_taken_up_again_by_the_next(tmp_path: Path) -> None:
    async def use(there: Installation, actor: Actor) -> None:
        await there.services.memories.store_many(actor, [Draft(text) for text in TEXTS * 2])
        now = there.clock.now()
        assert await there.store.write_directory(lambda directory: directory.claim_job(now))
        await _work(there)
        assert (await there.services.status.of(actor)).without_vector == 2 * len(TEXTS)

        there.clock.advance(timedelta(minutes=2))
        await _work(there)

        assert (await there.services.status.of(actor)).without_vector == 0

    _with(tmp_path, use, HashingEmbedder())


def test_a_restart_takes_up_what_a_dead_process_left(tmp_path: Path) -> None:
    async def die(there: Installation, actor: Actor) -> None:
        await there.services.memories.store_many(actor, [Draft(text) for text in TEXTS * 2])
        now = there.clock.now()
        assert await there.store.write_directory(lambda directory: directory.claim_job(now))

    async def resume(there: Installation, actor: Actor) -> None:
        await _work(there)
        assert (await there.services.status.of(actor)).without_vector == 0

    _with(tmp_path, die, HashingEmbedder())
    _with(tmp_path, resume, HashingEmbedder())


def test_a_rebuilt_index_gives_the_same_answers(tmp_path: Path) -> None:
    async def use(there: Installation, actor: Actor) -> None:
        await _store(there, actor)
        before = await there.services.search.find(actor, Ask("white tea on day 2"))
        steps: list[tuple[int, int]] = []

        async def on_progress(done: int, total: int) -> None:
            steps.append((done, total))

        await there.services.rebuild.run(actor.scope, on_progress)

        after = await there.services.search.find(actor, Ask("white tea on day 2"))
        assert [h.memory.id for h in after.hits] == [h.memory.id for h in before.hits]
        np.testing.assert_allclose([h.score for h in after.hits], [h.score for h in before.hits], atol=1e-3)
        assert steps[-1] == (len(TEXTS), len(TEXTS))
        assert await there.store.check() == []

    _with(tmp_path, use, HashingEmbedder())


def test_the_hashing_embedder_keeps_the_promises_of_the_port() -> None:
    async def embed(*texts: str) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        vectors = await HashingEmbedder().embed(texts)
        return vectors.reshape(len(texts), 64)

    vectors = asyncio.run(embed("The cat sleeps.", "", "Tax returns are due."))

    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), [1, 0, 1], atol=1e-5)
    np.testing.assert_array_equal(vectors[:1], asyncio.run(embed("The cat sleeps.")))
    assert asyncio.run(embed()).shape == (0, 64)


class SlowEmbedder(HashingEmbedder):
    """Gives its vectors only once the job that waits for them has shown again that somebody is at it."""

    there: Installation
    actor: Actor

    async def embed(self, texts: Sequence[str]) -> Vectors:
        claims = set() if self.is_broken else {await self._claimed_at()}
        while len(claims) == 1:
            claims.add(await self._claimed_at())
        return await super().embed(texts)

    async def _claimed_at(self) -> datetime | None:
        (job,) = await self.there.store.read(self.actor.scope, lambda tx: tx.jobs.newest(1))
        return job.claimed_at


def test_a_job_that_takes_its_time_is_taken_up_by_nobody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "RENEWED", 0.01)
    model = SlowEmbedder()

    async def use(there: Installation, actor: Actor) -> None:
        model.there, model.actor = there, actor
        model.is_broken = True
        await there.services.memories.store_many(actor, [Draft(text) for text in TEXTS])
        model.is_broken = False
        await _work(there)
        assert (await there.services.status.of(actor)).without_vector == 0

    _with(tmp_path, use, model)
