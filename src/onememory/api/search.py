"""Search with every filter, its reasons and its confidence."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from onememory.api import wire
from onememory.api.naming import names_beside
from onememory.api.narrowing import Narrowed
from onememory.api.operations import Call
from onememory.api.traces import TraceBody, memory_trace
from onememory.api.wire import Count, Explain, QueryText, Source
from onememory.domain.search import Confidence
from onememory.services.finding.search import Ask

MOST = 100


class SearchMemories(Narrowed):
    """Arguments of GET /api/search."""

    query: QueryText
    count: Annotated[int, Meta(ge=0, le=MOST, description="How many hits to answer.")] = 10
    skip: Annotated[Count, Meta(description="How many hits to leave out from the start of the ranking.")] = 0
    explain: Explain = False
    min_confidence: Annotated[Confidence, Meta(description="Answer no hits when the confidence is less.")] = "none"
    source: Source | None = None


class SearchHit(wire.MemoryBody, rename="camel", kw_only=True):
    """A memory that was found; scores compare hits of one answer only."""

    score: float


class SearchAnswer(Struct):
    """The hits, best first, and how sure the answer is that anything relevant was found."""

    hits: list[SearchHit]
    confidence: Confidence
    coverage: Annotated[float, Meta(description="Share of the query's words, by rarity, that the best hit holds.")]
    candidates: int
    notes: list[str]
    trace: TraceBody | UnsetType = UNSET  # where `explain` was asked for


async def search_memories(call: Call, given: SearchMemories) -> SearchAnswer:
    """Find memories by words and meaning."""
    ask = Ask(
        given.query,
        given.filters,
        given.count,
        given.skip,
        given.explain,
        given.min_confidence,
        given.source,
        traces=given.explain,
    )
    found = await call.services.search.find(call.actor, ask)
    names = await names_beside(call, [hit.memory for hit in found.hits])
    hits = []
    for hit in found.hits:
        body = wire.hit_body(hit, names, explain=given.explain)
        hits.append(SearchHit(*msgspec.structs.astuple(body), score=hit.score))
    hits = wire.fitting(hits, given.source)
    trace = memory_trace(found.trace) if found.trace else UNSET
    return SearchAnswer(hits, found.confidence, found.coverage, found.candidates, list(found.notes), trace)
