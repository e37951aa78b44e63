"""A question tried out: what it finds and why, what is left out and why, and how long each part takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Self

from starlette.responses import Response

from onememory.domain.errors import InvalidInput, NotFound
from onememory.domain.search import Confidence, Found
from onememory.ports.archive import ArchiveFilters
from onememory.services.answers import Answer, Budgeted, Manner
from onememory.services.recall import Recalled
from onememory.services.search import Ask
from onememory.web.found import Group, Lap, Shown, greatest_of, grouped, in_words, laps, memories_shown, turns_shown
from onememory.web.memory_filters import MemoryFilters
from onememory.web.origins import TRUSTS
from onememory.web.platforms import platform_name
from onememory.web.rendering import page
from onememory.web.visits import Visit

PATH = "/search"
CHATS = "chats"
COUNTS = ("5", "10", "20", "50")
BUDGETS = ("200", "600", "1200", "2000")
SURE: Mapping[Confidence, str] = {
    "strong": "A clear match",
    "weak": "A faint match",
    "none": "No real match",
}


@dataclass(frozen=True, slots=True)
class Lab:
    """The form, by the names that its fields have in the address."""

    q: str = ""
    kind: str = ""
    platform: str = ""
    count: str = "10"
    tokens: str = "600"

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        """That of an address."""
        given = {field.name: query.get(field.name, "").strip() for field in fields(cls)}
        return cls(**{name: value for name, value in given.items() if value})

    @property
    def is_of_chats(self) -> bool:
        """Whether past chats are asked, and not memories."""
        return self.kind == CHATS


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
    def sure(self) -> str:
        """How sure it is."""
        return SURE[self.confidence]


async def show(visit: Visit) -> Response:
    """The form, and the answer where something is asked."""
    lab, filters, problem, outcome = Lab.of(visit.query), MemoryFilters.of(visit.query), "", None
    actor = visit.person.actor
    if lab.q:
        try:
            outcome = await (_of_chats(visit, lab, filters) if lab.is_of_chats else _of_memories(visit, lab, filters))
        except (InvalidInput, NotFound) as error:
            problem = str(error)
    volumes = await visit.services.history.volumes(actor)
    buckets = await visit.services.buckets.all(actor)
    return page(
        visit,
        "search_lab.html",
        400 if problem else 200,
        lab=lab,
        filters=filters,
        outcome=outcome,
        problem=problem,
        buckets=buckets,
        bucket_names={bucket.id: bucket.name for bucket in buckets},
        platforms={volume.platform: platform_name(volume.platform) for volume in volumes},
        sources=await visit.services.browsing.sources(actor),
        trusts=TRUSTS,
        counts=COUNTS,
        budgets=BUDGETS,
    )


async def _of_memories(visit: Visit, lab: Lab, filters: MemoryFilters) -> Outcome:
    limit = int(lab.count) if lab.count in COUNTS else 10
    ask = Ask(lab.q, filters.filters(), limit, explain=True, traces=True)
    return outcome_of_memories(await visit.services.search.find(visit.person.actor, ask))


async def _of_chats(visit: Visit, lab: Lab, filters: MemoryFilters) -> Outcome:
    budgeted = Budgeted(lab.q, int(lab.tokens) if lab.tokens in BUDGETS else 600)
    days = filters.filters()
    platforms = frozenset({lab.platform}) if lab.platform else None
    archive_filters = ArchiveFilters(platforms, days.after, days.before)
    given = await visit.services.answers.give(
        visit.person.actor, [budgeted], archive_filters, Manner(traces=True, is_noted=False)
    )
    return outcome_of_chats(given[0])


def outcome_of_memories(found: Found) -> Outcome:
    """The answer of a traced search."""
    trace = found.trace
    assert trace is not None  # noqa: S101 - it was asked for
    left = [each.hit for each in trace.left_out]
    greatest = greatest_of(hit.signals for hit in (*found.hits, *left))
    return Outcome(
        confidence=found.confidence,
        shown=memories_shown(found.hits, trace.terms, greatest),
        groups=grouped(trace.left_out, memories_shown(left, trace.terms, greatest)),
        laps=laps(trace.stages),
        searched=trace.searched,
        compared=trace.compared,
        days=_days(trace.periods),
        notes=found.notes,
    )


def outcome_of_messages(recalled: Recalled) -> Outcome:
    """The messages of chats that were found."""
    return Outcome(
        confidence=recalled.confidence,
        shown=turns_shown(recalled.hits, recalled.terms, greatest_of(hit.signals for hit in recalled.hits)),
        groups=(),
        laps=laps(recalled.stages),
        searched=recalled.total,
        compared=recalled.compared,
        days=_days(recalled.periods),
    )


def outcome_of_chats(answer: Answer) -> Outcome:
    """The traced answer of the chats."""
    trace = answer.trace
    assert trace is not None  # noqa: S101 - it was asked for
    hits, left = [source.hit for source in answer.sources], [each.hit for each in trace.left_out]
    greatest = greatest_of(hit.signals for hit in (*hits, *left))
    return Outcome(
        confidence=answer.confidence,
        shown=turns_shown(hits, trace.terms, greatest),
        groups=grouped(trace.left_out, turns_shown(left, trace.terms, greatest)),
        laps=laps(trace.stages),
        searched=trace.searched,
        compared=trace.compared,
        days=_days(trace.periods),
        content=answer.content,
        tokens=answer.tokens,
    )


def _days(periods: Sequence[tuple[date, date]]) -> list[str]:
    return [in_words(first, last) for first, last in periods]
