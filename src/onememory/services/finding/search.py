"""Hybrid search: words and meaning both nominate, one fusion ranks, and the answer says how sure it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

import numpy as np

from onememory.domain.actors import Action, Actor, require
from onememory.domain.errors import InvalidInput
from onememory.domain.memories import Memory
from onememory.domain.questions import HITS_KEPT, GivenHit, QuestionKind, Terms
from onememory.domain.search import QUERY_LIMIT, Confidence, Filters, Found, Hit, LeftOut, Reason, Trace
from onememory.ports import Clock, Probe, Transaction, Vectors
from onememory.retrieval.confidence import confidence, coverage
from onememory.retrieval.fusion import fuse
from onememory.retrieval.queries import has_names, vector_text
from onememory.retrieval.signals import Fused, Question, Signal
from onememory.retrieval.words import index_terms, query_terms
from onememory.services.audit import Audit
from onememory.services.finding.asked import Answered, Asked, Stopwatch
from onememory.services.finding.nominees import Key, Nominees, joint_corpus, memories_behind, nominate
from onememory.services.index.indexing import body_of
from onememory.services.index.meaning import Meaning
from onememory.services.reach import House, Open, Reach, check_buckets

NOMINATED = 100  # by each of words and meaning
DEEPEST = 1_000  # by each, where more is wanted; and the length of the longest ranking
READ_FOR_CONFIDENCE = 5  # the best hits, one of which should hold the query's words
TRACED_BEYOND = 10  # places behind the hits that a trace shows

_ORDER: tuple[Confidence, ...] = ("none", "weak", "strong")


@dataclass(frozen=True, slots=True)
class Ask:
    """One query and how to answer it."""

    query: str
    filters: Filters = Filters()
    limit: int = 10
    skip: int = 0
    explain: bool = False
    floor: Confidence = "none"  # an answer less sure than this is given without hits
    source: str | None = None
    counts_all: bool = False  # whether `Found.candidates` must be the length of the whole ranking
    traces: bool = False
    is_noted: bool = True  # False where a question is asked again


class Search:
    """The use case of finding memories."""

    def __init__(self, reach: Reach, meaning: Meaning, audit: Audit, clock: Clock, asked: Asked) -> None:
        self._reach = reach
        self._meaning = meaning
        self._audit = audit
        self._clock = clock
        self._asked = asked

    async def find(self, actor: Actor, ask: Ask) -> Found:
        """The best memories for a query, best first, of one's own and of shared buckets in one ranking.

        Raises InvalidInput for an empty query, and NotFound for a bucket out of reach.
        """
        require(actor, Action.READ)
        if not ask.query.strip():
            raise InvalidInput("`query` is empty; say what to look for.")
        ask = replace(ask, query=ask.query[:QUERY_LIMIT])
        watch = Stopwatch()
        houses = await self._reach.houses(actor)
        meant = await self._meant(houses, ask.query)
        vectors = (await self._meaning.vectors([meant]))[0]
        watch.lap("embed")
        answer = await self._find(houses, ask, vectors, watch)
        if (others := answer.models - vectors.keys()) and not self._meaning.is_absent:
            older = [(await self._meaning.vectors_of(model, [meant]))[0] for model in sorted(others)]
            vectors = {model: vector for each in (vectors, *older) for model, vector in each.items()}
            watch.lap("embed")
            answer = await self._find(houses, ask, vectors, watch)
            note = "Search by meaning still uses the previous model while the new one is being prepared."
            missing = "Search by meaning is out of order for now; this answer was found by its words."
            answer = replace(answer, found=replace(answer.found, notes=(note if all(older) else missing,)))
        found = answer.found
        self._audit.note_reads(actor, "memory.search", answer.by_house, ask.source)
        if ask.is_noted:
            self._asked.note(actor, _answered(actor, ask, found, watch.microseconds))
        if found.trace:
            compared = meant if vectors else None
            return replace(found, trace=replace(found.trace, compared=compared, stages=tuple(watch.stages)))
        return found

    async def _meant(self, houses: Sequence[House], query: str) -> str:
        """What of the query is embedded: a name that many memories bear would draw it towards all of them."""
        if self._meaning.is_absent or not has_names(query):
            return query
        terms = query_terms(query)
        corpus = await self._reach.over(houses, lambda rooms: joint_corpus([room.tx for room in rooms], terms))
        return vector_text(query, corpus.frequencies, corpus.total)

    async def _find(
        self, houses: Sequence[House], ask: Ask, vectors: Mapping[str, Vectors], watch: Stopwatch
    ) -> "_Answer":
        given = _Given(vectors, self._clock.today(), watch)
        return await self._reach.over(houses, lambda rooms: _answer(rooms, ask, given))


@dataclass(frozen=True, slots=True)
class _Given:
    """What is known before the index is read."""

    vectors: Mapping[str, Vectors]
    today: date
    watch: Stopwatch


@dataclass(frozen=True, slots=True)
class _Answer:
    """What was found, in which houses, and the models whose vectors answer there."""

    found: Found
    by_house: Sequence[tuple[House, Sequence[str]]]
    models: frozenset[str]


def _answer(rooms: Sequence[Open], ask: Ask, given: _Given) -> _Answer:
    check_buckets(rooms, ask.filters.bucket_ids)
    ranking = _Ranking([room.tx for room in rooms], ask, given)
    ranking.reach(ask.skip + ask.limit)
    given.watch.lap("rank")
    best, wanted = ranking.places[:READ_FOR_CONFIDENCE], ranking.places[ask.skip : ask.skip + ask.limit]
    memories = ranking.memories([*best, *wanted])
    covered = ranking.coverage(memories)
    sure = confidence(covered, ranking.nearest())
    is_sure = _ORDER.index(sure) >= _ORDER.index(ask.floor)
    hits = _hits(ask, wanted, memories) if is_sure else ()
    given.watch.lap("read")
    trace = ranking.trace([] if is_sure else wanted) if ask.traces else None
    found = Found(hits, sure, covered, ranking.length(), trace=trace)
    told = [place.key for place in wanted if place.key in memories] if is_sure else []
    by_house = [
        (room.house, [memories[key].id for key in told if key[0] == number]) for number, room in enumerate(rooms)
    ]
    return _Answer(found, by_house, ranking.first.models)


def _answered(actor: Actor, ask: Ask, found: Found, took_us: int) -> Answered:
    filters = ask.filters
    bucket_ids = actor.bucket_ids if filters.bucket_ids is None else filters.bucket_ids
    terms = Terms(
        limit=ask.limit,
        skip=ask.skip,
        floor=ask.floor,
        bucket_ids=bucket_ids,
        after=filters.after,
        before=filters.before,
        sources=filters.sources,
        trusts=filters.trusts,
        content_type=filters.content_type,
    )
    hits = [GivenHit(hit.memory.id, hit.score) for hit in found.hits[:HITS_KEPT]]
    return Answered(QuestionKind.MEMORIES, ask.query, terms, hits, found.confidence, took_us, ask.source)


class _Place(NamedTuple):
    """A candidate where it stands in the ranking."""

    key: Key
    fused: Fused
    at: int  # within the pool that was fused

    @property
    def score(self) -> float:
        """Comparable within one pool."""
        return float(self.fused.scores[self.at])


class _Ranking:
    """The candidates of one query, best first.

    The first ones come from a small pool, so that most queries are cheap. Where more are wanted, those of a large pool
    follow behind it: signals are scaled within a pool, so one that grew with `skip` would shuffle the pages.
    """

    def __init__(self, txs: Sequence[Transaction], ask: Ask, given: _Given) -> None:
        self._txs = txs
        self._ask = ask
        self._given = given
        self._vectors = given.vectors
        self._question = Question.of(ask.query, given.today)
        self._terms = query_terms(ask.query)
        self.first = self._nominate(NOMINATED)
        given.watch.lap("nominate")
        self.places = self._places(self.first)
        self._is_whole = self.first.is_whole

    def _nominate(self, limit: int) -> Nominees:
        periods = self._question.periods
        return nominate(self._txs, Probe(self._terms, self._vectors, self._ask.filters, limit, periods))

    def _places(self, nominated: Nominees) -> list[_Place]:
        fused = fuse(nominated.pool, self._question)
        order = np.argsort(-fused.scores, kind="stable").tolist()
        return [_Place(nominated.keys[i], fused, i) for i in order]

    def reach(self, length: int) -> None:
        """See to it that the ranking has so many places, where there are so many."""
        if self._is_whole or length <= len(self.places):
            return
        known = {place.key for place in self.places}
        deeper = self._places(self._nominate(DEEPEST))
        self.places = [*self.places, *(place for place in deeper if place.key not in known)][:DEEPEST]
        self._is_whole = True

    def length(self) -> int:
        """How many places there are over all pages, where the asker wants to know, else how many were looked at."""
        if self._is_whole or not self._ask.counts_all:
            return len(self.places)
        has_vector = bool(self.first.models) and self.first.models <= self._vectors.keys()
        if has_vector and self._ask.filters == Filters() and self._txs[0].scope.bucket_ids is None:
            return min(self.first.total, DEEPEST)  # everything is near to a degree
        self.reach(DEEPEST)
        return len(self.places)

    def memories(self, places: Sequence[_Place]) -> dict[Key, Memory]:
        """The memories at these places, by their keys."""
        return memories_behind(self._txs, [place.key for place in places])

    def coverage(self, memories: Mapping[Key, Memory]) -> float:
        """The greatest share of the query's words that one of the best hits holds."""
        best = [memories.get(place.key) for place in self.places[:READ_FOR_CONFIDENCE]]
        shares = (
            coverage(self._terms, self.first.frequencies, self.first.total, index_terms(body_of(memory.text)))
            for memory in best
            if memory
        )
        return max(shares, default=0.0)

    def nearest(self) -> float | None:
        """The greatest cosine among the best hits."""
        cosines = self.first.pool.meaning[[place.at for place in self.places[:READ_FOR_CONFIDENCE]]]
        known = cosines[~np.isnan(cosines)]
        return float(known.max()) if len(known) else None

    def trace(self, withheld: Sequence[_Place]) -> Trace[Hit]:
        """What came near: what was withheld, what stands behind the hits, and what the filters keep out."""
        end = self._ask.skip + self._ask.limit
        self.reach(end + TRACED_BEYOND)
        left = [(place, Reason.UNSURE) for place in withheld]
        left += [(place, self._behind(place, end)) for place in self.places[end : end + TRACED_BEYOND]]
        left += [(place, Reason.FILTER) for place in self._filtered(end)]
        memories = self.memories([place for place, _ in left])
        left_out = [LeftOut(hit, reason) for place, reason in left for hit in _hits(self._ask, [place], memories)]
        periods = tuple((period.start, period.end) for period in self._question.periods)
        return Trace(tuple(self._terms), None, periods, self.first.total, (), tuple(left_out))

    def _behind(self, place: _Place, end: int) -> Reason:
        lost = float(place.fused.values[Signal.SUPERSEDED][place.at]) * place.fused.weights[Signal.SUPERSEDED]
        last = self.places[end - 1]
        would_be_hit = place.score - lost >= last.score and place.fused is last.fused
        return Reason.SUPERSEDED if lost and would_be_hit else Reason.LIMIT

    def _filtered(self, end: int) -> list[_Place]:
        """Those of the best without filters that the filters keep out."""
        if self._ask.filters == Filters():
            return []
        known = {place.key for place in self.places}
        free = _Ranking(self._txs, replace(self._ask, filters=Filters()), replace(self._given, watch=Stopwatch()))
        return [place for place in free.places[:end] if place.key not in known][:TRACED_BEYOND]


def _hits(ask: Ask, places: Sequence[_Place], memories: Mapping[Key, Memory]) -> tuple[Hit, ...]:
    """The places as hits; a memory that left the store meanwhile is passed over."""
    return tuple(
        Hit(
            memory,
            place.score,
            tuple(place.fused.explain(place.at)) if ask.explain else (),
        )
        for place in places
        if (memory := memories.get(place.key))
    )
