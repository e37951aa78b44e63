"""The contract's recall: passages for an assistant to read, and messages found."""

import time
from datetime import datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from onememory.api.operations import Call
from onememory.api.senders import SENDERS, Sender
from onememory.api.traces import TraceBody, chat_trace
from onememory.api.wire import LARGEST
from onememory.asgi.arguments import moment_of
from onememory.domain.errors import InvalidInput
from onememory.ports.archive import ArchiveFilters
from onememory.services.finding.answers import DEFAULT_TOKENS, MOST_TOKENS, Answer, Budgeted, Manner
from onememory.services.finding.recall import RecallAsk, TurnHit

MaxTokens = Annotated[int, Meta(ge=1, le=LARGEST, description=f"Tokens of the answer; at most {MOST_TOKENS:,}.")]


class OneQuery(Struct, rename="camel"):
    """One of several queries, with a budget of its own."""

    query: str
    max_tokens: MaxTokens = DEFAULT_TOKENS


class Spoken(Struct):
    """A message of the conversation in which the question is asked."""

    role: str = ""
    content: str = ""


class Inject(Struct, rename="camel"):
    """Arguments of POST /api/chat-history/inject."""

    query: Annotated[str, Meta(description="What to recall.")] | None = None
    max_tokens: MaxTokens = DEFAULT_TOKENS
    platform: Annotated[str, Meta(description="Only chats of this platform.")] | None = None
    conversation_context: str | None = None
    conversation_history: list[Spoken] | None = None
    queries: (
        Annotated[list[OneQuery], Meta(max_length=15, description="Up to 15 queries, asked at the same time.")] | None
    ) = None
    before: Annotated[str, Meta(description="Only what was said on this day or earlier (ISO date).")] | None = None
    after: Annotated[str, Meta(description="Only what was said on this day or later (ISO date).")] | None = None
    mode: Literal["speed", "quality"] = "speed"
    source: str | None = None
    explain: Annotated[bool, Meta(description="Add to each answer what was left out and why.")] = False


class SourceBody(Struct, rename="camel"):
    """Where a passage comes from."""

    conversation_id: str
    conversation_title: str
    message_id: str
    date: str | None
    relevance_score: float


class Injected(Struct, rename="camel", omit_defaults=True):
    """Passages to read, with their sources in the same order."""

    content: str
    sources: list[SourceBody]
    token_count: int
    processing_time: str
    model: str
    confidence: Literal["strong", "weak", "none"]
    query: str | UnsetType = UNSET
    results: "list[Injected] | UnsetType" = UNSET
    trace: TraceBody | UnsetType = UNSET  # where `explain` was asked for


class SearchHistory(Struct, rename="camel"):
    """Arguments of POST /api/chat-history/search."""

    query: Annotated[str, Meta(description="What to look for.")]
    limit: Annotated[int, Meta(ge=1, le=100)] = 20
    provider: Annotated[str, Meta(description="A platform, or `all`.")] = "all"
    context_chunks: Annotated[int, Meta(ge=0, le=20, description="Messages around each hit.")] = 4
    skip_rerank: bool = False
    before: str | None = None
    after: str | None = None
    source: str | None = None


class ContextBody(Struct):
    """A message near a hit."""

    text: str
    sender: Sender
    timestamp: datetime | None


class FoundBody(Struct, rename="camel"):
    """A message that was found."""

    conversation_id: str
    title: str
    text: str
    score: float
    timestamp: datetime | None
    sender: Sender
    context: list[ContextBody]


class HistoryFound(Struct, rename="camel"):
    """The messages found, best first."""

    results: list[FoundBody]
    total_results: int
    query: str
    provider: str
    processing_time: float  # milliseconds


async def inject(call: Call, given: Inject) -> Injected:
    """Recall passages of past chats, cited and cut to a budget of tokens."""
    began = time.perf_counter()
    several = given.queries or []
    single = [Budgeted(given.query, given.max_tokens)] if given.query and given.query.strip() else []
    questions = [*single, *(Budgeted(q.query, q.max_tokens) for q in several)]
    if not questions:
        raise InvalidInput("Send `query`, or `queries` with up to 15 of them.")
    filters = _filters(given.platform, given.after, given.before)
    answers = await call.services.answers.give(
        call.actor, questions, filters, Manner(given.mode == "quality", given.explain), given.source
    )
    took = f"{(time.perf_counter() - began) * 1000:.0f}ms"
    results = [_injected(answer, took) for answer in answers]
    if not several:
        return results[0]
    for answer, result in zip(answers, results, strict=True):
        result.query = answer.query
    content, tokens = call.services.answers.together(answers)
    return Injected(
        content=content,
        sources=[source for result in results for source in result.sources],
        token_count=tokens,
        processing_time=took,
        model="none",
        confidence=max((a.confidence for a in answers), key=("none", "weak", "strong").index),
        results=results[len(single) :],
    )


def _injected(answer: Answer, took: str) -> Injected:
    sources = [SourceBody(s.conversation_id, s.title, s.message_id, s.date, s.score) for s in answer.sources]
    trace = chat_trace(answer.trace) if answer.trace else UNSET
    return Injected(answer.content, sources, answer.tokens, took, "none", answer.confidence, trace=trace)


async def search_history(call: Call, given: SearchHistory) -> HistoryFound:
    """Find messages of past chats, each with the messages around it."""
    began = time.perf_counter()
    platform = None if given.provider == "all" else given.provider
    ask = RecallAsk(
        given.query,
        _filters(platform, given.after, given.before),
        given.limit,
        (given.context_chunks + 1) // 2,
        is_thorough=not given.skip_rerank,
    )
    found = await call.services.recall.find(call.actor, ask, given.source)
    results = [_found(hit) for hit in found.hits]
    took = round((time.perf_counter() - began) * 1000, 2)
    return HistoryFound(results, len(results), given.query, given.provider, took)


def _found(hit: TurnHit) -> FoundBody:
    message = hit.message
    context = [ContextBody(m.text, SENDERS[m.role], m.created_at) for _, m in hit.context]
    return FoundBody(
        hit.conversation.id,
        hit.conversation.title,
        message.text,
        hit.score,
        message.created_at or hit.conversation.created_at,
        SENDERS[message.role],
        context,
    )


def _filters(platform: str | None, after: str | None, before: str | None) -> ArchiveFilters:
    first, last = moment_of(after, "after"), moment_of(before, "before")
    return ArchiveFilters(
        platforms=None if platform in {None, "all"} else frozenset({platform or ""}),
        after=first.date() if first else None,
        before=last.date() if last else None,
    )
