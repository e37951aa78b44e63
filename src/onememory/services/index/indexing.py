"""What the index keeps of a memory, and keeping it in step with the rows."""

from collections.abc import Mapping, Sequence

from onememory.domain.ids import mint
from onememory.domain.jobs import Job, JobKind, JobState
from onememory.domain.memories import Memory, MemoryState
from onememory.ports import Clock, IndexEntry, Transaction, Vectors
from onememory.retrieval.cues import text_cues
from onememory.retrieval.dates import leading_date
from onememory.retrieval.words import index_terms
from onememory.services.index.meaning import Meaning


class Indexing:
    """Puts memories into the index, with their vectors at once or through a job."""

    def __init__(self, meaning: Meaning, clock: Clock) -> None:
        self._meaning = meaning
        self._clock = clock

    async def vectors(self, texts: Sequence[str]) -> list[Mapping[str, Vectors]]:
        """The vectors of texts that are about to be stored."""
        return await self._meaning.vectors([body_of(text) for text in texts])

    def put(self, tx: Transaction, memories: Sequence[Memory], vectors: Sequence[Mapping[str, Vectors]]) -> None:
        """Put the active ones into the index and take the others out; what lacks a vector is left to a job."""
        active = [(m, v) for m, v in zip(memories, vectors, strict=True) if m.state is MemoryState.ACTIVE]
        answering = tx.index.put([entry_of(memory, given) for memory, given in active]) if active else None
        if gone := [m.id for m in memories if m.state is not MemoryState.ACTIVE]:
            tx.index.remove(gone)
        is_settled = answering in {None, self._meaning.model}
        if active and not (is_settled and (self._meaning.is_absent or all(given for _, given in active))):
            self.enqueue(tx)

    def enqueue(self, tx: Transaction) -> None:
        """Leave it to the worker to give vectors to what lacks them."""
        now = self._clock.now()
        tx.jobs.enqueue(Job(mint(now), tx.scope.user_id, JobKind.EMBED, JobState.WAITING, now))


def body_of(text: str) -> str:
    """The text without its leading date, which is a field and no part of what it says."""
    return leading_date(text)[1] or text


def entry_of(memory: Memory, vectors: Mapping[str, Vectors]) -> IndexEntry:
    """What the index keeps of one memory."""
    body = body_of(memory.text)
    cues = text_cues(body)
    return IndexEntry(memory, index_terms(body), cues.pack(), cues.words, vectors)
