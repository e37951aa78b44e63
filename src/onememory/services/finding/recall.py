"""Recall what was said in chats: the most useful passages with their sources, cut to a budget of tokens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from onememory.domain.actors import Action, Actor
from onememory.domain.conversations import Message, StoredConversation
from onememory.domain.errors import InvalidInput
from onememory.domain.questions import HITS_KEPT, GivenHit, QuestionKind, Terms
from onememory.domain.search import QUERY_LIMIT, Confidence, SignalValue, Stage
from onememory.ports import Clock, Store, Transaction, Vectors
from onememory.ports.archive import ArchiveFilters, ArchiveProbe, NominatedTurns
from onememory.retrieval.confidence import confidence, coverage
from onememory.retrieval.dates import periods_in
from onememory.retrieval.signals import Question
from onememory.retrieval.speakers import ASSISTANT, USER, asked
from onememory.retrieval.speakers import Asked as TakenApart
from onememory.retrieval.turns import fuse_turns
from onememory.retrieval.words import index_terms
from onememory.services.audit import Audit
from onememory.services.conversations.archive import require_archive
from onememory.services.finding.asked import Answered, Asked, Stopwatch
from onememory.services.index.meaning import Meaning

NOMINATED = 100  # by each list
NOMINATED_FOR_QUALITY = 300
FLOOR = 0.35  # of the best score
READ_FOR_CONFIDENCE = 3  # of the best turns, with their neighbours
# Asked for quality, the best turns are ranked again by the words of the question in their windows: R@10 81.2 for 80.8,
# NDCG@10 .633 for .626 (wordllama, bench/recall.py). Cosines of single sentences were tried too and lose half a point.
RERANKED = 60
COVERAGE_WEIGHT = 2.0


@dataclass(frozen=True, slots=True)
class RecallAsk:
    """One question to the archive."""

    query: str
    filters: ArchiveFilters = ArchiveFilters()
    limit: int = 30
    context: int = 1  # turns shown around each hit, on either side
    is_thorough: bool = False  # widens the pool
    explain: bool = False
    only_near: bool = False  # the asker hands on `near_hits` alone, and none of an unsure answer
    is_noted: bool = True  # False where a question is asked again, or noted with what was made of its answer


@dataclass(frozen=True, slots=True)
class TurnHit:
    """A turn that was found, with the turns around it."""

    conversation: StoredConversation
    number: int
    message: Message
    score: float
    context: tuple[tuple[int, Message], ...] = ()  # neighbours in order, without the turn itself
    signals: tuple[SignalValue, ...] = ()

    @property
    def place(self) -> tuple[str, int]:
        """The conversation and the number of the message."""
        return self.conversation.id, self.number

    @property
    def given(self) -> GivenHit:
        """What is noted of it."""
        return GivenHit(
            self.conversation.id, self.score, self.message.id, int(self.number)
        )  # the index counts by numpy


@dataclass(frozen=True, slots=True)
class Recalled:
    """The answer to one question, best first."""

    hits: tuple[TurnHit, ...]
    confidence: Confidence
    terms: tuple[str, ...]
    frequencies: Mapping[str, int]
    total: int
    compared: str | None = None  # what was compared in meaning; None: nothing was
    periods: tuple[tuple[date, date], ...] = ()  # days that the question names, inclusive
    stages: tuple[Stage, ...] = ()

    @property
    def took_us(self) -> int:
        """Microseconds until the answer was there."""
        return round(sum(stage.seconds for stage in self.stages) * 1_000_000)

    @property
    def near_hits(self) -> tuple[TurnHit, ...]:
        """Those that are there for what they say, and not only because there is room."""
        return tuple(hit for hit in self.hits if hit.score >= FLOOR * self.hits[0].score)


class Recall:
    """Finds turns of conversations."""

    def __init__(self, store: Store, meaning: Meaning, audit: Audit, clock: Clock, asked: Asked) -> None:
        self._store = store
        self._meaning = meaning
        self._audit = audit
        self._clock = clock
        self._asked = asked

    async def find(self, actor: Actor, ask: RecallAsk, source: str | None = None) -> Recalled:
        """The best turns for a question; raises InvalidInput for an empty one."""
        require_archive(actor, Action.READ)
        if not ask.query.strip():
            raise InvalidInput("`query` is empty; say what to recall.")
        ask = replace(ask, query=ask.query[:QUERY_LIMIT])
        watch = Stopwatch()
        names = await self._store.read(actor.scope, lambda tx: tx.archive.names())
        question = asked(ask.query, names)
        vectors = (await self._meaning.vectors([question.vector_text]))[0]
        watch.lap("embed")
        is_assisted = not names or question.speaker in {USER, ASSISTANT}
        search = _Search(ask, question, is_assisted, self._clock.today(), watch)
        recalled, model = await self._store.read(actor.scope, lambda tx: search.run(tx, vectors))
        if model and model not in vectors and not self._meaning.is_absent:
            vectors = older = (await self._meaning.vectors_of(model, [question.vector_text]))[0]
            watch.lap("embed")
            recalled, _ = await self._store.read(actor.scope, lambda tx: search.run(tx, older))
        compared = question.vector_text if vectors else None
        recalled = replace(recalled, compared=compared, stages=tuple(watch.stages))
        self._audit.note_read(actor, "history.recall", [hit.conversation.id for hit in recalled.hits], source)
        if ask.is_noted:
            self._asked.note(actor, _answered(ask, recalled, source))
        return recalled


def terms_of(ask: RecallAsk) -> Terms:
    """What was asked beside the words."""
    filters = ask.filters
    return Terms(
        ask.limit,
        after=filters.after,
        before=filters.before,
        platforms=filters.platforms,
        is_thorough=ask.is_thorough,
    )


def _answered(ask: RecallAsk, recalled: Recalled, source: str | None) -> Answered:
    handed_on = recalled.hits
    if ask.only_near:
        handed_on = recalled.near_hits if recalled.confidence != "none" else ()
    hits = [hit.given for hit in handed_on[:HITS_KEPT]]
    return Answered(QuestionKind.CHATS, ask.query, terms_of(ask), hits, recalled.confidence, recalled.took_us, source)


@dataclass(frozen=True, slots=True)
class _Search:
    """One question on its way through the index."""

    ask: RecallAsk
    question: TakenApart
    is_assisted: bool
    today: date
    watch: Stopwatch

    def run(self, tx: Transaction, vectors: Mapping[str, Vectors]) -> tuple[Recalled, str | None]:
        """The answer, and the model whose vectors gave it."""
        nominated = tx.archive.nominate(self._probe(vectors))
        self.watch.lap("nominate")
        features = Question.of(self.ask.query, self.today)
        fused = fuse_turns(nominated.pool, features, is_assisted=self.is_assisted)
        order = np.argsort(-fused.scores, kind="stable").tolist()
        self.watch.lap("rank")
        considered = order[: max(self.ask.limit, RERANKED if self.ask.is_thorough else READ_FOR_CONFIDENCE)]
        texts = tx.conversations.some_messages(
            _around([nominated.places[i] for i in considered], max(self.ask.context, 1))
        )
        near = list(dict.fromkeys(nominated.places[i][0] for i in considered))
        conversations = tx.conversations.get(near)
        read = considered if self.ask.is_thorough else considered[:READ_FOR_CONFIDENCE]
        shares = {i: self._coverage(nominated, i, texts, conversations) for i in read}
        if self.ask.is_thorough:
            considered.sort(key=lambda i: -(fused.scores[i] + COVERAGE_WEIGHT * shares[i]))
        order = considered[: self.ask.limit]
        places = [nominated.places[i] for i in order]
        hits = []
        for i, place in zip(order, places, strict=True):
            if place in texts and place[0] in conversations:
                signals = tuple(fused.explain(i)) if self.ask.explain else ()
                score = float(fused.scores[i])
                beside = _context(texts, place, self.ask.context)
                hits.append(TurnHit(conversations[place[0]], place[1], texts[place], score, beside, signals))
        sure = _confidence(nominated, considered[:READ_FOR_CONFIDENCE], shares)
        self.watch.lap("read")
        periods = tuple((period.start, period.end) for period in features.periods)
        terms, frequencies = self.question.terms, nominated.frequencies
        found = Recalled(tuple(hits), sure, terms, frequencies, nominated.total, periods=periods)
        return found, nominated.model

    def _probe(self, vectors: Mapping[str, Vectors]) -> ArchiveProbe:
        return ArchiveProbe(
            terms=self.question.terms,
            vectors=vectors,
            speaker=self.question.speaker,
            filters=self.ask.filters,
            limit=NOMINATED_FOR_QUALITY if self.ask.is_thorough else NOMINATED,
            periods=periods_in(self.ask.query, self.today)[0],
        )

    def _coverage(
        self,
        nominated: NominatedTurns,
        i: int,
        texts: Mapping[tuple[str, int], Message],
        titles: Mapping[str, StoredConversation],
    ) -> float:
        """The share of the question's words, by rarity, that a turn, its neighbours and the title hold."""
        ((conversation, numbers),) = _around([nominated.places[i]], 1).items()
        window = (texts[conversation, number] for number in numbers if (conversation, number) in texts)
        said = [message.text for message in window]
        title = titles[conversation].title if conversation in titles else ""
        held = {term for text in (title, *said) for term in index_terms(text)}
        return coverage(self.question.terms, nominated.frequencies, nominated.total, held)


def _confidence(nominated: NominatedTurns, best: Sequence[int], shares: Mapping[int, float]) -> Confidence:
    cosines = nominated.pool.meaning[best]
    known = cosines[~np.isnan(cosines)]
    return confidence(max((shares[i] for i in best), default=0.0), float(known.max()) if len(known) else None)


def _around(places: Sequence[tuple[str, int]], context: int) -> dict[str, list[int]]:
    wanted: dict[str, set[int]] = {}
    for conversation, number in places:
        wanted.setdefault(conversation, set()).update(range(max(0, number - context), number + context + 1))
    return {conversation: sorted(numbers) for conversation, numbers in wanted.items()}


def _context(
    texts: Mapping[tuple[str, int], Message], place: tuple[str, int], context: int
) -> tuple[tuple[int, Message], ...]:
    conversation, number = place
    numbers = [n for n in range(number - context, number + context + 1) if n != number]
    found = ((n, texts[conversation, n]) for n in numbers if (conversation, n) in texts)
    return tuple((n, message) for n, message in found if message.is_current)
