"""How an answer came about, as JSON."""

from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

from onememory.api.wire import SignalBody
from onememory.domain.search import Hit, LeftOut, Reason, SignalValue, Stage, Trace
from onememory.services.finding.recall import TurnHit

SHOWN = 500  # characters of a text that was left out


class StageBody(Struct):
    """One part of the work."""

    name: str
    milliseconds: float


class LeftOutBody(Struct, rename="camel", kw_only=True):
    """A thing that came near, and why it was not handed out."""

    reason: Reason
    text: Annotated[str, Meta(description=f"The first {SHOWN} characters.")]
    score: float
    signals: list[SignalBody]
    memory_id: str | None = None
    conversation_id: str | None = None
    message_id: str | None = None


class TraceBody(Struct, rename="camel"):
    """What was looked for, what was left out, and how long each part took."""

    terms: Annotated[list[str], Meta(description="The index terms that were looked for.")]
    compared: Annotated[str | None, Meta(description="What was compared in meaning, if anything.")]
    periods: Annotated[list[list[date]], Meta(description="Days that the query names: first and last.")]
    searched: int
    stages: list[StageBody]
    left_out: list[LeftOutBody]


def memory_trace(trace: Trace[Hit]) -> TraceBody:
    """The trace of a search of memories."""
    return _body(trace, [_left_memory(left) for left in trace.left_out])


def chat_trace(trace: Trace[TurnHit]) -> TraceBody:
    """The trace of an answer from chats."""
    return _body(trace, [_left_turn(left) for left in trace.left_out])


def _body(trace: Trace[Hit] | Trace[TurnHit], left_out: list[LeftOutBody]) -> TraceBody:
    periods = [list(period) for period in trace.periods]
    return TraceBody(list(trace.terms), trace.compared, periods, trace.searched, _stages(trace.stages), left_out)


def _stages(stages: tuple[Stage, ...]) -> list[StageBody]:
    return [StageBody(stage.name, round(stage.seconds * 1_000, 3)) for stage in stages]


def _signals(signals: tuple[SignalValue, ...]) -> list[SignalBody]:
    return [SignalBody(s.name, s.value, s.weight, s.contribution) for s in signals]


def _left_memory(left: LeftOut[Hit]) -> LeftOutBody:
    hit = left.hit
    return LeftOutBody(
        reason=left.reason,
        text=hit.memory.text[:SHOWN],
        score=hit.score,
        signals=_signals(hit.signals),
        memory_id=hit.memory.id,
    )


def _left_turn(left: LeftOut[TurnHit]) -> LeftOutBody:
    hit = left.hit
    return LeftOutBody(
        reason=left.reason,
        text=hit.message.text[:SHOWN],
        score=hit.score,
        signals=_signals(hit.signals),
        conversation_id=hit.conversation.id,
        message_id=hit.message.id,
    )
