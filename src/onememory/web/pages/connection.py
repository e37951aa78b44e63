"""One connection: what it may do, what it has done, and the ways to undo it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from starlette.responses import Response

from onememory.domain.accounts import Token
from onememory.domain.audit import ActsOfDay, AuditEntry
from onememory.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from onememory.domain.memories import MemoryState
from onememory.ports import MemoryQuery
from onememory.services.programs.token_care import written_through
from onememory.web.forms.tokens import TokenForm, form_of_token, form_sent
from onememory.web.pages.connection_new import fields
from onememory.web.pages.connections import ONE, PATH, connection_of, token_named
from onememory.web.rendering import page, see
from onememory.web.sharing import bucket_names
from onememory.web.visits import Visit
from onememory.web.wording.acts import in_words
from onememory.web.wording.counts import counted
from onememory.web.wording.outcomes import after, done_of
from onememory.web.wording.sentences import sentence_of

CHANGE = "/connections/{token_id}/change"
CHANGED = "changed"
PURGE = "/connections/{token_id}/purge"
HEIGHT = 60  # of the tallest bar
ACTS = 5  # told of those done lately
SHOWN = 20  # of the memories that a purge takes away


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of the picture of its use; in the units of the picture."""

    day: ActsOfDay
    number: int
    reads: int  # height
    writes: int


@dataclass(frozen=True, slots=True)
class Act:
    """The same done once or several times in a row."""

    words: str
    at: datetime  # the last time


@dataclass(frozen=True, slots=True)
class UsePicture:
    """Its use by days."""

    bars: list[Bar]
    reads: int
    writes: int

    @property
    def summary(self) -> str:
        """The picture in a sentence."""
        busy = sum(1 for bar in self.bars if bar.day.reads + bar.day.writes)
        return f"{counted(self.reads, 'read')} and {counted(self.writes, 'write')} on {counted(busy, 'day')}"


async def show(visit: Visit) -> Response:
    """What it may do and what it has done."""
    token = await token_named(visit)
    return await _page(visit, token, form_of_token(token, visit.zone))


async def change(visit: Visit) -> Response:
    """Keep what the form says."""
    token, form = await token_named(visit), form_sent(visit.form)
    try:
        await visit.services.token_care.change(visit.person.actor, token.id, form.change(token, visit.zone))
    except (InvalidInput, Forbidden, NotFound, Conflict) as error:
        return await _page(visit, token, form, sentence_of(error))
    return see(f"{_path(ONE, token)}?done={CHANGED}")


async def ask_to_purge(visit: Visit) -> Response:
    """What it wrote, and the two ways to be rid of it."""
    actor, token = visit.person.actor, await token_named(visit)
    part = await visit.services.browsing.part(actor, written_through(token.id), SHOWN)
    use = await visit.services.token_care.use(actor, token.id, visit.zone)
    return page(
        visit,
        "connection_purge.html",
        connection=connection_of(token),
        part=part,
        trashed=use.trashed,
        bucket_names=bucket_names(part.buckets),
        path=_path(PURGE, token),
    )


async def purge(visit: Visit) -> Response:
    """Put what it wrote into the trash, or erase it for good."""
    token, erases = await token_named(visit), visit.form.one("act") == "erase"
    query = written_through(token.id) if not erases else MemoryQuery(states=frozenset(MemoryState), token_id=token.id)
    purged = await visit.services.versions.purge(visit.person.actor, query, erase=erases, dry_run=False)
    return see(after(_path(ONE, token), "erased" if erases else "trashed", purged.memory_ids))


async def _page(visit: Visit, token: Token, form: TokenForm, problem: str = "") -> Response:
    actor = visit.person.actor
    use = await visit.services.token_care.use(actor, token.id, visit.zone)
    return page(
        visit,
        "connection.html",
        400 if problem else 200,
        connection=connection_of(token),
        has_access=use.has_access,
        picture=_picture(use.days),
        lately=_lately(use.lately),
        written=use.memories,
        trashed=use.trashed,
        problem=problem,
        done=done_of(visit.query),
        is_changed=visit.query.get("done") == CHANGED,
        change_path=_path(CHANGE, token),
        purge_path=_path(PURGE, token),
        list=PATH,
        **await fields(visit, form),
    )


def _path(pattern: str, token: Token) -> str:
    return pattern.replace("{token_id}", token.id)


def _picture(days: Sequence[ActsOfDay]) -> UsePicture:
    tallest = max((day.reads + day.writes for day in days), default=0) or 1
    return UsePicture(
        [Bar(day, n, _height(day.reads, tallest), _height(day.writes, tallest)) for n, day in enumerate(days)],
        sum(day.reads for day in days),
        sum(day.writes for day in days),
    )


def _lately(entries: Sequence[AuditEntry]) -> list[Act]:
    runs = [list(run) for _, run in groupby(entries, key=lambda entry: entry.action)]
    return [Act(in_words(run[0].action, sum(entry.count for entry in run)), run[0].at) for run in runs[:ACTS]]


def _height(count: int, tallest: int) -> int:
    return -(-HEIGHT * count // tallest)  # whatever was done at all is seen
