"""Hybrid search: words and meaning both nominate, one fusion ranks, and the answer says how sure it is."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from onememory.domain.actors import Action, Actor, require
from onememory.domain.errors import InvalidInput
from onememory.domain.memories import Memory
from onememory.domain.search import QUERY_LIMIT, Confidence, Filters, Found, Hit
from onememory.ports import Clock, Nominated, Probe, Store, Transaction, Vectors
from onememory.retrieval.confidence import confidence, coverage
from onememory.retrieval.dates import periods_in
from onememory.retrieval.fusion import Fused, Question, fuse
from onememory.retrieval.words import index_terms, query_terms
from onememory.services.audit import Audit
from onememory.services.buckets import bucket_of
from onememory.services.indexing import body_of
from onememory.services.meaning import Meaning

NOMINATED = 100  # by each of words and meaning
DEEPEST = 1_000
READ_FOR_CONFIDENCE = 5  # the best hits, one of which should hold the query's words

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


class Search:
    """The use case of finding memories."""

    def __init__(self, store: Store, meaning: Meaning, audit: Audit, clock: Clock) -> None:
        self._store = store
        self._meaning = meaning
        self._audit = audit
        self._clock = clock

    async def find(self, actor: Actor, ask: Ask) -> Found:
        """The best memories for a query, best first; raises InvalidInput for an empty query."""
        require(actor, Action.READ)
        if not ask.query.strip():
            raise InvalidInput("`query` is empty; say what to look for.")
        ask = replace(ask, query=ask.query[:QUERY_LIMIT])
        vectors = (await self._meaning.vectors([ask.query]))[0]
        found, model = await self._find(actor, ask, vectors)
        if model and model not in vectors and not self._meaning.is_absent:
            older = (await self._meaning.vectors_of(model, [ask.query]))[0]
            found, _ = await self._find(actor, ask, older)
            note = "Search by meaning still uses the previous model while the new one is being prepared."
            missing = "Search by meaning is out of order for now; this answer was found by its words."
            found = replace(found, notes=(note if older else missing,))
        self._audit.note_read(actor, "memory.search", [hit.memory.id for hit in found.hits], ask.source)
        return found

    async def _find(self, actor: Actor, ask: Ask, vectors: Mapping[str, Vectors]) -> tuple[Found, str | None]:
        today = self._clock.today()
        return await self._store.read(actor.scope, lambda tx: _answer(tx, ask, vectors, today))


def _answer(tx: Transaction, ask: Ask, vectors: Mapping[str, Vectors], today: date) -> tuple[Found, str | None]:
    for bucket_id in ask.filters.bucket_ids or ():
        bucket_of(tx, bucket_id)
    terms = _terms(ask.query, today)
    depth = min(max(NOMINATED, ask.skip + ask.limit), DEEPEST)
    nominated = tx.index.nominate(Probe(terms, vectors, ask.filters, depth))
    fused = fuse(nominated.pool, Question.of(ask.query, today))
    order = np.argsort(-fused.scores, kind="stable").tolist()
    ranked = _Ranked(nominated, fused, order)
    wanted = [*order[:READ_FOR_CONFIDENCE], *order[ask.skip : ask.skip + ask.limit]]
    memories = tx.memories.get([nominated.memory_ids[i] for i in wanted])
    covered = ranked.coverage(terms, memories)
    sure = confidence(covered, ranked.nearest())
    hits = ranked.hits(ask, memories) if _ORDER.index(sure) >= _ORDER.index(ask.floor) else ()
    return Found(hits, sure, covered, len(order)), nominated.model


def _terms(query: str, today: date) -> list[str]:
    """The words to look up: those of the query without its dates, or with them where nothing else is left."""
    return query_terms(periods_in(query, today)[1]) or query_terms(query)


@dataclass(frozen=True, slots=True)
class _Ranked:
    """The candidates with their scores, and their order, best first."""

    nominated: Nominated
    fused: Fused
    order: list[int]

    def coverage(self, terms: list[str], memories: Mapping[str, Memory]) -> float:
        """The greatest share of the query's words that one of the best hits holds."""
        best = [memories.get(self.nominated.memory_ids[i]) for i in self.order[:READ_FOR_CONFIDENCE]]
        shares = (
            coverage(terms, self.nominated.frequencies, self.nominated.total, index_terms(body_of(memory.text)))
            for memory in best
            if memory
        )
        return max(shares, default=0.0)

    def nearest(self) -> float | None:
        """The greatest cosine among the best hits."""
        cosines = self.nominated.pool.meaning[self.order[:READ_FOR_CONFIDENCE]]
        known = cosines[~np.isnan(cosines)]
        return float(known.max()) if len(known) else None

    def hits(self, ask: Ask, memories: Mapping[str, Memory]) -> tuple[Hit, ...]:
        """The wanted part of the order; a memory that left the store meanwhile is passed over."""
        wanted = self.order[ask.skip : ask.skip + ask.limit]
        return tuple(
            Hit(memory, float(self.fused.scores[i]), tuple(self.fused.explain(i)) if ask.explain else ())
            for i in wanted
            if (memory := memories.get(self.nominated.memory_ids[i]))
        )
