"""The start page: search, what came in and was asked for lately, a year of days, and how the index is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from starlette.responses import Response

from onememory.domain.jobs import Job, JobKind, JobState
from onememory.services.upkeep.overviews import DayAtAGlance, Overview, RecalledLately
from onememory.services.upkeep.status import AccountStatus
from onememory.web.pictures.years import year_picture
from onememory.web.rendering import page
from onememory.web.sharing import written_by
from onememory.web.visits import HOME, Visit
from onememory.web.wording.counts import counted

PATH = HOME
DOING = {JobKind.IMPORT: "Bringing in chats", JobKind.EMBED: "Preparing the search by meaning"}
NEVER_NAMED = "a connection that has ended"


@dataclass(frozen=True, slots=True)
class Answered:
    """What one tool was answered, in words."""

    tool: str
    words: str
    recalled: RecalledLately


@dataclass(frozen=True, slots=True)
class Month:
    """One row of the year's table."""

    first: date
    added: int
    chats: int
    recalls: int


@dataclass(frozen=True, slots=True)
class Progress:
    """Something that runs in the background."""

    words: str
    job: Job

    @property
    def has_failed(self) -> bool:
        """Whether it was given up."""
        return self.job.state is JobState.FAILED

    @property
    def is_counted(self) -> bool:
        """Whether it is known how much there is to do."""
        return self.job.total > 0


async def show(visit: Visit) -> Response:
    """The account at a glance."""
    overview = await visit.services.overviews.of(visit.person.actor, visit.zone)
    progress = _progress(overview.status)
    resets = await visit.services.password_links.lately_used(visit.person.actor)
    return page(
        visit,
        "home.html",
        overview=overview,
        written_by=await written_by(visit, overview.added, overview.buckets),
        resets=resets,
        makers=await visit.services.authors.names([each.author_id for each in resets if each.author_id]),
        invitations=await visit.services.joining.invitations(visit.person.actor),
        state=overview.status,
        answered=[_answered(each, overview.token_names) for each in overview.recalled],
        year=year_picture(overview.days),
        months=_months(overview.days),
        summary=_summary(overview),
        progress=progress,
        goes_on=any(not each.has_failed for each in progress),
        size=size_in_words(overview.status.bytes_on_disk),
        tools=overview.token_names,
    )


def size_in_words(count: int) -> str:
    """Bytes for a person."""
    for unit, size in (("GB", 10**9), ("MB", 10**6)):
        if count >= size:
            return f"{count / size:,.1f} {unit}"
    return f"{count // 1000:,} kB"


def _answered(recalled: RecalledLately, token_names: Mapping[str, str]) -> Answered:
    times = "once" if recalled.times == 1 else counted(recalled.times, "time")
    words = f"asked {times}, and was given {counted(recalled.count, 'result')}"
    return Answered(token_names.get(recalled.token_id, NEVER_NAMED), words, recalled)


def _months(days: Sequence[DayAtAGlance]) -> list[Month]:
    """Newest first."""
    months = []
    for first, group in groupby(days, lambda each: each.day.replace(day=1)):
        of_month = list(group)
        sums = (sum(getattr(each, name) for each in of_month) for name in ("added", "chats", "recalls"))
        months.append(Month(first, *sums))
    return months[::-1]


def _summary(overview: Overview) -> str:
    """The year's picture in a sentence."""
    added, chats, recalls = (sum(getattr(d, name) for d in overview.days) for name in ("added", "chats", "recalls"))
    parts = (
        counted(added, "memory added", "memories added"),
        counted(chats, "chat"),
        counted(recalls, "answer to your tools", "answers to your tools"),
    )
    return f"In the last twelve months: {parts[0]}, {parts[1]}, {parts[2]}."


def _progress(status: AccountStatus) -> list[Progress]:
    """What goes on, and what was given up and not begun again since."""
    newest = {job.kind: job for job in reversed(status.jobs)}
    going = [job for job in status.jobs if job.state in {JobState.WAITING, JobState.RUNNING}]
    failed = [job for job in newest.values() if job.state is JobState.FAILED]
    return [Progress(DOING[job.kind], job) for job in (*going, *failed)]
