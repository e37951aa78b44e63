"""Notes what is asked through tools; gathered while answers go out, and written a moment later."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from time import perf_counter

from onememory.domain.actors import Actor, Scope
from onememory.domain.errors import Conflict, StorageFailed, Unavailable
from onememory.domain.ids import mint
from onememory.domain.provenance import Channel
from onememory.domain.questions import AskedQuestion, GivenHit, QuestionKind, Terms
from onememory.domain.search import Confidence, Stage
from onememory.ports import Clock, Store, Transaction
from onememory.services.screening import Screening


class Stopwatch:
    """Takes the time of each stage of an answer."""

    def __init__(self) -> None:
        self._began = self._last = perf_counter()
        self.stages: list[Stage] = []

    def lap(self, name: str) -> None:
        """The stage that ends here."""
        now = perf_counter()
        self.stages.append(Stage(name, now - self._last))
        self._last = now

    @property
    def microseconds(self) -> int:
        """Since the start."""
        return round((perf_counter() - self._began) * 1_000_000)


@dataclass(frozen=True, slots=True)
class Answered:
    """One question and what was handed out for it."""

    kind: QuestionKind
    text: str
    terms: Terms
    hits: Sequence[GivenHit]
    confidence: Confidence
    took_us: int
    source: str | None


class Asked:
    """Remembers questions for as long as the settings say; those of the dashboard are a person's own and are not kept.

    Questions that were not yet written when the process is killed are lost.
    """

    def __init__(self, store: Store, screening: Screening, clock: Clock, period: Callable[[], timedelta]) -> None:
        self._store = store
        self._screening = screening
        self._clock = clock
        self._period = period
        self._unwritten: dict[str, list[AskedQuestion]] = {}
        self._writing = asyncio.Lock()

    def note(self, actor: Actor, answered: Answered) -> None:
        """Note a question; written with the next flush."""
        if actor.channel is Channel.WEB or not self._period():
            return
        now = self._clock.now()
        question = AskedQuestion(
            mint(now),
            now,
            answered.kind,
            answered.text,
            answered.terms,
            tuple(answered.hits),
            answered.confidence,
            answered.took_us,
            actor.channel,
            actor.token_id,
            answered.source,
        )
        self._unwritten.setdefault(actor.user_id, []).append(question)

    async def flush(self) -> None:
        """Write all that has been noted, without pasted secrets; what the database refuses is kept for next time."""
        async with self._writing:
            for user_id in list(self._unwritten):
                questions = self._unwritten.pop(user_id, [])
                cleaned = await asyncio.to_thread(self._cleaned, questions)
                try:
                    with contextlib.suppress(Conflict):  # the account was erased meanwhile
                        await self._store.write(Scope(user_id), partial(_add, cleaned))
                except (Unavailable, StorageFailed):
                    self._unwritten[user_id] = [*questions, *self._unwritten.get(user_id, [])]
                    raise

    def forget_unwritten(self, user_id: str) -> None:
        """Let go of what has been noted of this user and not yet been written."""
        self._unwritten.pop(user_id, None)

    def _cleaned(self, questions: Sequence[AskedQuestion]) -> list[AskedQuestion]:
        return [replace(question, text=self._screening.cleaned(question.text)[0]) for question in questions]


def _add(questions: Sequence[AskedQuestion], tx: Transaction) -> None:
    tx.questions.add(questions)
