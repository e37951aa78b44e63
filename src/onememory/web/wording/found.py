"""What a question found, as a person reads it: the words that match, why each hit came, what was left out and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from onememory.domain.conversations import Role
from onememory.domain.memories import Memory
from onememory.domain.platforms import platform_name
from onememory.domain.search import Confidence, Found, Hit, LeftOut, Reason, SignalValue, Stage
from onememory.retrieval.signals import Signal
from onememory.services.finding.answers import Answer
from onememory.services.finding.recall import Recalled, TurnHit
from onememory.web.wording.marks import Piece, passage

BARS = 4  # of one hit
LEAST = 0.02  # of a contribution that is worth a bar

T = TypeVar("T")

SIGNALS = {
    Signal.WORDS: "Same words",
    Signal.WINDOW: "Same words close by",
    Signal.SESSION: "Same words in the chat",
    Signal.MEANING: "Similar meaning",
    Signal.SESSION_MEANING: "Similar meaning in the chat",
    Signal.SPEAKER: "Who said it",
    Signal.TIME: "Says when",
    Signal.NUMBER: "Holds a number",
    Signal.NAMES: "Names somebody or a place",
    Signal.QUESTION: "Is a question itself",
    Signal.AFTER_QUESTION: "Answers a question",
    Signal.LENGTH: "Says enough",
    Signal.DATE: "The days you named",
    Signal.SUPERSEDED: "Replaced by a newer one",
}
REASONS = {
    Reason.UNSURE: (
        "Not sure enough",
        "Nothing here seems to be about the question, so a tool is told that nothing was found.",
    ),
    Reason.SUPERSEDED: ("Replaced by newer memories", "They would be among the hits if nothing newer replaced them."),
    Reason.FILTER: ("Kept out by the filters", "They would be among the hits without them."),
    Reason.REPEATED: ("Said already", "A better hit says the same."),
    Reason.BUDGET: ("No room left", "They fit the question, but the tokens of the answer had been used up."),
    Reason.LIMIT: ("Next in line", "They come right behind the number of hits that was asked for."),
    Reason.FLOOR: ("Far behind the best", "They have something of the question, but much less than the best hit."),
}
STAGES = {
    "embed": "Working out the meaning of the question",
    "nominate": "Looking through words and meanings",
    "rank": "Putting the best first",
    "read": "Reading the texts",
    "compose": "Fitting passages into the tokens",
}
SURE: Mapping[Confidence, str] = {
    "strong": "A clear match",
    "weak": "A faint match",
    "none": "No real match",
}


@dataclass(frozen=True, slots=True)
class Bar:
    """One reason for a hit or against it."""

    words: str
    is_against: bool
    length: int  # per cent of the longest on the page
    signal: SignalValue


@dataclass(frozen=True, slots=True)
class Shown:
    """One text that came near."""

    pieces: Sequence[Piece]
    path: str
    name: str  # for those who hear the link
    title: str | None  # of the chat
    by: str | None
    at: datetime
    bars: Sequence[Bar]  # the most telling first
    memory: Memory | None = None

    @property
    def telling(self) -> list[Bar]:
        """Those that made the difference."""
        return [bar for bar in self.bars if abs(bar.signal.contribution) >= LEAST][:BARS]


@dataclass(frozen=True, slots=True)
class Group:
    """What was left out for one reason."""

    title: str
    words: str
    shown: Sequence[Shown]


@dataclass(frozen=True, slots=True)
class Lap:
    """How long one stage took."""

    words: str
    milliseconds: float
    length: int  # per cent of the longest


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer as the page shows it."""

    confidence: Confidence
    shown: Sequence[Shown]
    groups: Sequence[Group]
    laps: Sequence[Lap]
    searched: int
    compared: str | None
    days: Sequence[str]  # that the question names
    notes: Sequence[str] = ()
    content: str | None = None  # what a tool is handed
    tokens: int = 0

    @property
    def milliseconds(self) -> float:
        """For all of it."""
        return sum(lap.milliseconds for lap in self.laps)

    @property
    def memories(self) -> list[Memory]:
        """Every memory that is shown."""
        everything = (*self.shown, *(shown for group in self.groups for shown in group.shown))
        return [shown.memory for shown in everything if shown.memory]

    @property
    def sure(self) -> str:
        """How sure it is."""
        return SURE[self.confidence]


def outcome_of_memories(found: Found) -> Outcome:
    """The answer of a traced search."""
    trace = found.trace
    assert trace is not None  # noqa: S101 - it was asked for
    left = [each.hit for each in trace.left_out]
    greatest = _greatest_of(hit.signals for hit in (*found.hits, *left))
    return Outcome(
        confidence=found.confidence,
        shown=_memories_shown(found.hits, trace.terms, greatest),
        groups=_grouped(trace.left_out, _memories_shown(left, trace.terms, greatest)),
        laps=_laps(trace.stages),
        searched=trace.searched,
        compared=trace.compared,
        days=_days(trace.periods),
        notes=found.notes,
    )


def outcome_of_messages(recalled: Recalled) -> Outcome:
    """The messages of chats that were found."""
    return Outcome(
        confidence=recalled.confidence,
        shown=_turns_shown(recalled.hits, recalled.terms, _greatest_of(hit.signals for hit in recalled.hits)),
        groups=(),
        laps=_laps(recalled.stages),
        searched=recalled.total,
        compared=recalled.compared,
        days=_days(recalled.periods),
    )


def outcome_of_chats(answer: Answer) -> Outcome:
    """The traced answer of the chats."""
    trace = answer.trace
    assert trace is not None  # noqa: S101 - it was asked for
    hits, left = [source.hit for source in answer.sources], [each.hit for each in trace.left_out]
    greatest = _greatest_of(hit.signals for hit in (*hits, *left))
    return Outcome(
        confidence=answer.confidence,
        shown=_turns_shown(hits, trace.terms, greatest),
        groups=_grouped(trace.left_out, _turns_shown(left, trace.terms, greatest)),
        laps=_laps(trace.stages),
        searched=trace.searched,
        compared=trace.compared,
        days=_days(trace.periods),
        content=answer.content,
        tokens=answer.tokens,
    )


def _memories_shown(hits: Sequence[Hit], terms: Sequence[str], greatest: float) -> list[Shown]:
    """Memories with the reasons; `greatest` is the contribution whose bar is longest."""
    return [
        Shown(
            pieces=passage(hit.memory.text, terms),
            path=f"/memories/{hit.memory.id}",
            name=hit.memory.text[:120],
            title=None,
            by=None,
            at=hit.memory.created_at,
            bars=_bars(hit.signals, greatest),
            memory=hit.memory,
        )
        for hit in hits
    ]


def _turns_shown(hits: Sequence[TurnHit], terms: Sequence[str], greatest: float) -> list[Shown]:
    """Messages of chats with the reasons."""
    return [
        Shown(
            pieces=passage(hit.message.text, terms),
            path=f"/history/{hit.conversation.id}?at={hit.number}#m-{hit.number}",
            name=f"{hit.conversation.title[:100]}, message {hit.number + 1}",
            title=f"{hit.conversation.title} · {platform_name(hit.conversation.platform)}",
            by=hit.message.speaker or ("You" if hit.message.role is Role.USER else "The assistant"),
            at=hit.message.created_at or hit.conversation.created_at or hit.conversation.recorded_at,
            bars=_bars(hit.signals, greatest),
        )
        for hit in hits
    ]


def period_in_words(first: date, last: date) -> str:
    """A day, or days from the first to the last."""
    words = [f"{day.day} {day:%b %Y}" for day in (first, last)]
    return words[0] if first == last else " to ".join(words)


def _greatest_of(signals: Iterable[Sequence[SignalValue]]) -> float:
    """The contribution whose bar is as long as there is room."""
    return max((abs(signal.contribution) for each in signals for signal in each), default=0.0) or 1.0


def _grouped(left_out: Sequence[LeftOut[T]], shown: Sequence[Shown]) -> list[Group]:
    """What was left out by its reasons; `shown` are the same things in the same order."""
    by_reason: dict[Reason, list[Shown]] = {}
    for left, each in zip(left_out, shown, strict=True):
        by_reason.setdefault(left.reason, []).append(each)
    return [Group(*words, by_reason[reason]) for reason, words in REASONS.items() if reason in by_reason]


def _laps(stages: Sequence[Stage]) -> list[Lap]:
    """How long each stage took, those of one name together, in the order of the work."""
    seconds: dict[str, float] = {}
    for stage in stages:
        seconds[stage.name] = seconds.get(stage.name, 0.0) + stage.seconds
    longest = max(seconds.values(), default=0.0) or 1.0
    return [Lap(STAGES[name], each * 1_000, _per_cent(each / longest)) for name, each in seconds.items()]


def _bars(signals: Sequence[SignalValue], greatest: float) -> list[Bar]:
    return [
        Bar(SIGNALS[Signal(each.name)], each.contribution < 0, _per_cent(abs(each.contribution) / greatest), each)
        for each in signals
    ]


def _per_cent(share: float) -> int:
    return min(100, round(share * 100))


def _days(periods: Sequence[tuple[date, date]]) -> list[str]:
    return [period_in_words(first, last) for first, last in periods]
