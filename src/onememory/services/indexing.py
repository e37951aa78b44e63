"""What the index keeps of a memory, and keeping it in step with the rows."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

import numpy as np

from onememory.domain.actors import Scope
from onememory.domain.errors import Unavailable
from onememory.domain.ids import mint
from onememory.domain.jobs import Job, JobKind, JobState
from onememory.domain.memories import Memory, MemoryState
from onememory.ports import Clock, IndexEntry, MemoryQuery, Store, Transaction, Vectors
from onememory.retrieval.cues import text_cues
from onememory.retrieval.dates import leading_date
from onememory.retrieval.words import index_terms
from onememory.services.meaning import Meaning

Progress = Callable[[int, int], Awaitable[None]]  # done, total

CONVERSATIONS = 20  # whose turns are embedded and committed at a time
BATCH = 256  # memories embedded and committed at a time
SOUGHT = 20_000  # ids of memories without a vector fetched at a time: finding them walks over all that have one


class Indexing:
    """Puts memories into the index, at once or through a job, and changes the model under way."""

    def __init__(self, store: Store, meaning: Meaning, clock: Clock) -> None:
        self._store = store
        self._meaning = meaning
        self._clock = clock

    async def vectors(self, texts: Sequence[str]) -> list[Mapping[str, Vectors]]:
        """The vectors of texts that are about to be stored."""
        return await self._meaning.vectors([body_of(text) for text in texts])

    def put(self, tx: Transaction, memories: Sequence[Memory], vectors: Sequence[Mapping[str, Vectors]]) -> None:
        """Put the active ones into the index and take the others out; what lacks a vector is left to a job."""
        active = [(m, v) for m, v in zip(memories, vectors, strict=True) if m.state is MemoryState.ACTIVE]
        tx.index.put([entry_of(memory, given) for memory, given in active])
        if gone := [m.id for m in memories if m.state is not MemoryState.ACTIVE]:
            tx.index.remove(gone)
        if active and not self._is_answered(tx, active):
            self.enqueue(tx)

    def _is_answered(self, tx: Transaction, entries: Sequence[tuple[Memory, Mapping[str, Vectors]]]) -> bool:
        """Whether each has the vector that is compared with queries now, and will be."""
        if tx.index.answering_model() not in {None, self._meaning.model}:
            return False
        return self._meaning.is_absent or all(given for _, given in entries)

    def enqueue(self, tx: Transaction) -> None:
        """Leave it to the worker to give vectors to what lacks them."""
        now = self._clock.now()
        tx.jobs.enqueue(Job(mint(now), tx.scope.user_id, JobKind.EMBED, JobState.WAITING, now))

    async def embed_backlog(self, scope: Scope, on_progress: Progress) -> None:
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
                done += await self._give_vectors(scope, ids[start : start + BATCH])
                await on_progress(done, max(total, done))
        if not self._meaning.is_absent:
            await self._embed_turns(scope, model, on_progress)

    async def _embed_turns(self, scope: Scope, model: str, on_progress: Progress) -> None:
        total = await self._store.read(scope, lambda tx: tx.archive.count_without_vectors(model))
        done = 0
        while waiting := await self._store.read(scope, lambda tx: _turns_backlog(tx, model)):
            texts = [text for _, spoken in waiting for text in spoken]
            vectors = await self._meaning.vectors(texts, patience=None)
            if not all(model in given for given in vectors):
                raise Unavailable("The embedder gives no vectors; `onememory doctor` says why.")
            rows = iter([given[model] for given in vectors])
            given = {conversation: np.stack([next(rows) for _ in spoken]) for conversation, spoken in waiting}
            await self._store.write(scope, lambda tx, given=given: tx.archive.give_vectors(model, given))  # type: ignore[misc]
            done += len(texts)
            await on_progress(done, max(total, done))
        await self._store.write(scope, lambda tx: tx.archive.settle(model))

    async def _give_vectors(self, scope: Scope, memory_ids: Sequence[str]) -> int:
        """Embed those of the memories that are still there; how many there were. Raises Unavailable."""
        model = self._meaning.model
        memories = list((await self._store.read(scope, lambda tx: tx.memories.get(memory_ids))).values())
        vectors = await self._meaning.vectors([body_of(m.text) for m in memories], patience=None)
        given = {m.id: v[model] for m, v in zip(memories, vectors, strict=True) if model in v}
        if memories and not given:
            raise Unavailable("The embedder gives no vectors; `onememory doctor` says why.")
        await self._store.write(scope, lambda tx: tx.index.give_vectors(model, given))
        return len(given)

    async def rebuild(self, scope: Scope, on_progress: Progress) -> None:
        """Make the index anew from the rows: first all words, then the vectors."""
        await self._store.write(scope, lambda tx: tx.index.clear())
        active = MemoryQuery()
        total = await self._store.read(scope, lambda tx: tx.memories.count(active))
        done, last = 0, None
        while page := await self._store.read(scope, lambda tx, last=last: tx.memories.page_after(last, BATCH)):  # type: ignore[misc]
            last = page[-1].id
            await self._store.write(scope, lambda tx, page=page: self.put(tx, page, [{} for _ in page]))  # type: ignore[misc]
            done += sum(m.state is MemoryState.ACTIVE for m in page)
            await on_progress(done, total)
        await self.embed_backlog(scope, on_progress)

    async def catch_up_models(self) -> None:
        """Where another model still answers for a user, start giving them vectors of the one in force."""
        if self._meaning.is_absent:
            return
        model = self._meaning.model
        for user in await self._store.read_directory(lambda directory: directory.users()):
            scope = Scope(user.id)
            answering = await self._store.read(scope, lambda tx: tx.index.answering_model())
            lacking = await self._store.read(scope, lambda tx: tx.index.count_without_vector(model))
            if lacking or answering not in {None, model}:
                await self._store.write(scope, self.enqueue)


def _turns_backlog(tx: Transaction, model: str) -> list[tuple[str, list[str]]]:
    """Some conversations with the texts of their indexed turns."""
    waiting = tx.archive.without_vectors(model, CONVERSATIONS)
    texts = tx.conversations.some_messages({each.conversation_id: each.numbers for each in waiting})
    return [
        (each.conversation_id, [texts[each.conversation_id, number].text for number in each.numbers])
        for each in waiting
    ]


def body_of(text: str) -> str:
    """The text without its leading date, which is a field and no part of what it says."""
    return leading_date(text)[1] or text


def entry_of(memory: Memory, vectors: Mapping[str, Vectors]) -> IndexEntry:
    """What the index keeps of one memory."""
    body = body_of(memory.text)
    cues = text_cues(body)
    return IndexEntry(memory, index_terms(body), cues.pack(), cues.words, vectors)
