"""What was asked through tools: list it, forget it, ask it again."""

from datetime import date, datetime
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from onememory.api.operations import Call
from onememory.api.traces import TraceBody, chat_trace, memory_trace
from onememory.domain.memories import ContentType
from onememory.domain.provenance import Channel, Trust
from onememory.domain.questions import AskedQuestion, GivenHit, QuestionKind, QuestionQuery, Terms
from onememory.domain.search import Confidence
from onememory.services.finding.questions import Replayed

MOST = 100

QuestionId = Annotated[str, Meta(description="The id of a question.")]


class ListQuestions(Struct, rename="camel"):
    """Arguments of GET /api/questions."""

    kind: QuestionKind | None = None
    token_id: Annotated[str, Meta(description="Only what was asked through this token.")] | None = None
    empty_handed: Annotated[bool, Meta(description="Only what got nothing.")] = False
    before: Annotated[str, Meta(description="Only what was asked before the question with this id.")] | None = None
    count: Annotated[int, Meta(ge=1, le=MOST)] = 50


class OneQuestion(Struct, rename="camel"):
    """Names one question."""

    question_id: QuestionId


class GivenBody(Struct, rename="camel"):
    """One thing that was handed out: a memory, or a message of a conversation."""

    score: float
    memory_id: str | UnsetType = UNSET
    conversation_id: str | UnsetType = UNSET
    message_id: str | UnsetType = UNSET


class TermsBody(Struct, rename="camel"):
    """What was asked beside the words; null where it was not."""

    limit: int
    skip: int
    min_confidence: Confidence
    bucket_ids: list[int] | None
    after: date | None
    before: date | None
    sources: list[str] | None
    trusts: list[Trust] | None
    content_type: ContentType | None
    platforms: list[str] | None
    thorough: bool
    max_tokens: int | None


class QuestionBody(Struct, rename="camel"):
    """One question and what it got, best first."""

    id: str
    at: datetime
    kind: QuestionKind
    query: str
    terms: TermsBody
    hits: list[GivenBody]
    confidence: Confidence
    milliseconds: float
    channel: Channel
    token_id: str | None
    source: str | None


class Forgotten(Struct):
    """How many questions were forgotten."""

    forgotten: int


class ReplayBody(Struct):
    """A question as it was answered then, and as it is answered now."""

    question: QuestionBody
    hits: list[GivenBody]
    confidence: Confidence
    trace: TraceBody | UnsetType = UNSET


async def list_questions(call: Call, given: ListQuestions) -> list[QuestionBody]:
    """List what was asked, newest first."""
    query = QuestionQuery(given.kind, given.token_id, given.empty_handed, given.before)
    return [_body(question) for question in await call.services.questions.newest(call.actor, query, given.count)]


async def get_question(call: Call, given: OneQuestion) -> QuestionBody:
    """Get one question."""
    return _body(await call.services.questions.one(call.actor, given.question_id))


async def forget_question(call: Call, given: OneQuestion) -> Forgotten:
    """Forget one question for good."""
    await call.services.questions.forget(call.actor, given.question_id)
    return Forgotten(1)


async def forget_questions(call: Call, given: object) -> Forgotten:
    """Forget every question for good."""
    return Forgotten(await call.services.questions.forget_all(call.actor))


async def replay_question(call: Call, given: OneQuestion) -> ReplayBody:
    """Ask a question again, with the same filters."""
    replayed = await call.services.questions.replay(call.actor, given.question_id)
    question = replayed.question
    hits = [_given(question.kind, hit) for hit in replayed.hits]
    return ReplayBody(_body(question), hits, replayed.confidence, _trace(replayed))


def _trace(replayed: Replayed) -> TraceBody | UnsetType:
    if replayed.found and replayed.found.trace:
        return memory_trace(replayed.found.trace)
    return chat_trace(replayed.answer.trace) if replayed.answer and replayed.answer.trace else UNSET


def _body(question: AskedQuestion) -> QuestionBody:
    return QuestionBody(
        id=question.id,
        at=question.at,
        kind=question.kind,
        query=question.text,
        terms=_terms(question.terms),
        hits=[_given(question.kind, hit) for hit in question.hits],
        confidence=question.confidence,
        milliseconds=question.took_us / 1_000,
        channel=question.channel,
        token_id=question.token_id,
        source=question.source,
    )


def _terms(terms: Terms) -> TermsBody:
    return TermsBody(
        limit=terms.limit,
        skip=terms.skip,
        min_confidence=terms.floor,
        bucket_ids=None if terms.bucket_ids is None else sorted(terms.bucket_ids),
        after=terms.after,
        before=terms.before,
        sources=None if terms.sources is None else sorted(terms.sources),
        trusts=None if terms.trusts is None else sorted(terms.trusts),
        content_type=terms.content_type,
        platforms=None if terms.platforms is None else sorted(terms.platforms),
        thorough=terms.is_thorough,
        max_tokens=terms.budget,
    )


def _given(kind: QuestionKind, hit: GivenHit) -> GivenBody:
    if kind is QuestionKind.MEMORIES:
        return GivenBody(hit.score, memory_id=hit.id)
    return GivenBody(hit.score, conversation_id=hit.id, message_id=UNSET if hit.message_id is None else hit.message_id)
