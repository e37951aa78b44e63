"""Vectors for all that was stored without them, and the change from one model to another while questions go on."""

from collections.abc import Awaitable, Callable, Sequence

import numpy as np

from onememory.domain.actors import Scope
from onememory.domain.errors import Unavailable
from onememory.ports import Store, Transaction
from onememory.ports.archive import Unembedded
from onememory.services.everyone import everyone
from onememory.services.index.indexing import Indexing, body_of
from onememory.services.index.meaning import Meaning

Progress = Callable[[int, int], Awaitable[None]]  # done, total

SOUGHT = 20_000  # ids of memories without a vector fetched at a time: finding them walks over all that have one
BATCH = 256  # memories embedded and committed at a time
CONVERSATIONS = 20  # whose turns are embedded and committed at a time


class Backlog:
    """Works off what waits for its vector."""

    def __init__(self, store: Store, meaning: Meaning, indexing: Indexing) -> None:
        self._store = store
        self._meaning = meaning
        self._indexing = indexing

    async def work_off(self, scope: Scope, on_progress: Progress) -> None:
        """Give vectors to all that lack them, then let the model in force answer; raises Unavailable to be retried."""
        model = self._meaning.model
        total = await self._store.read(scope, lambda tx: tx.index.count_without_vector(model))
        done = 0
        while not self._meaning.is_absent:
            ids = await self._store.read(scope, lambda tx: tx.index.without_vector(model, SOUGHT))
            if not ids:
                await self._store.write(scope, lambda tx: tx.index.settle(model))
                break
            for start in range(0, len(ids), BATCH):
                done += await self._give_vectors(scope, model, ids[start : start + BATCH])
                await on_progress(done, max(total, done))
        if not self._meaning.is_absent:
            await self._embed_turns(scope, model, on_progress)
        await self._tidy(scope)

    async def _embed_turns(self, scope: Scope, model: str, on_progress: Progress) -> None:
        total = await self._store.read(scope, lambda tx: tx.archive.count_without_vectors(model))
        done = 0
        while waiting := await self._store.read(scope, lambda tx: _turns_backlog(tx, model)):
            texts = [text for _, spoken in waiting for text in spoken]
            vectors = await self._meaning.vectors(texts, patience=None)
            if not all(model in given for given in vectors):
                raise Unavailable("The embedder gives no vectors; `onememory doctor` says why.")
            rows = iter([given[model] for given in vectors])
            given = [(conversation, np.stack([next(rows) for _ in spoken])) for conversation, spoken in waiting]
            await self._store.write(scope, lambda tx, given=given: tx.archive.give_vectors(model, given))  # type: ignore[misc]
            done += len(texts)
            await on_progress(done, max(total, done))
        await self._store.write(scope, lambda tx: tx.archive.settle(model))

    async def _tidy(self, scope: Scope) -> None:
        while await self._store.write(scope, lambda tx: tx.archive.tidy()):
            pass

    async def _give_vectors(self, scope: Scope, model: str, memory_ids: Sequence[str]) -> int:
        """Embed those of the memories that are still there; how many there were.

        Raises Unavailable, also where another model was chosen meanwhile: the job then begins anew.
        """
        memories = list((await self._store.read(scope, lambda tx: tx.memories.get(memory_ids))).values())
        vectors = await self._meaning.vectors([body_of(m.text) for m in memories], patience=None)
        given = {m.id: v[model] for m, v in zip(memories, vectors, strict=True) if model in v}
        if memories and not given:
            raise Unavailable("The embedder gives no vectors; `onememory doctor` says why.")
        await self._store.write(scope, lambda tx: tx.index.give_vectors(model, given))
        return len(given)

    async def catch_up_models(self) -> None:
        """Where another model still answers for a user, start giving them vectors of the one in force."""
        if self._meaning.is_absent:
            return
        model = self._meaning.model
        async for user in everyone(self._store):
            if user.moving:
                continue
            scope = Scope(user.id)
            if await self._store.read(scope, lambda tx: _is_behind(tx, model)):
                await self._store.write(scope, self._indexing.enqueue)


def _is_behind(tx: Transaction, model: str) -> bool:
    if tx.index.answering_model() not in {None, model}:
        return True
    return bool(tx.index.count_without_vector(model) or tx.archive.count_without_vectors(model))


def _turns_backlog(tx: Transaction, model: str) -> list[tuple[Unembedded, list[str]]]:
    """Some conversations with the texts of their indexed turns."""
    waiting = tx.archive.without_vectors(model, CONVERSATIONS)
    texts = tx.conversations.some_messages({each.conversation_id: each.numbers for each in waiting})
    return [(each, [texts[each.conversation_id, number].text for number in each.numbers]) for each in waiting]
