"""Who did what in this account."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar

from starlette.responses import Response

from onememory.domain.accounts import Token
from onememory.domain.audit import READS, ActKind, AuditEntry
from onememory.domain.conversations import StoredConversation
from onememory.domain.errors import InvalidInput
from onememory.domain.ids import is_id
from onememory.domain.memories import Memory
from onememory.domain.provenance import Channel
from onememory.ports import AuditQuery
from onememory.services.activity import ActivityPart
from onememory.web.forms.address_fields import AddressFields
from onememory.web.forms.days import begin_of, day_of, end_of
from onememory.web.rendering import page
from onememory.web.visits import Visit
from onememory.web.wording.acts import SOMEBODY, in_words, tells_how_many
from onememory.web.wording.origins import CHANNELS, WRITERS
from onememory.web.wording.sentences import sentence_of

PATH = "/activity"
SHOWN = 100  # entries at once; the list goes on
NAMED = 3  # things of one line
KINDS = {
    ActKind.READ: "What was read",
    ActKind.WRITE: "What was written or changed",
    ActKind.ACCESS: "Sign-ins and connections",
}


@dataclass(frozen=True, slots=True)
class ActivityFilters(AddressFields):
    """The fields of the form; what is empty narrows nothing."""

    page_path: ClassVar[str] = PATH

    token: str = ""
    kind: str = ""
    day: str = ""
    own: str = ""  # whether what the person read on the pages is shown too

    def query(self, visit: Visit) -> AuditQuery:
        """Which entries to list; the day is one of the person's zone. Raises InvalidInput."""
        day, older = day_of(self.day), visit.query.get("older", "")
        if self.kind and self.kind not in set(ActKind):
            raise InvalidInput("This is no kind of act; choose one from the list.")
        return AuditQuery(
            token_id=self.token or None,
            kind=ActKind(self.kind) if self.kind else None,
            since=begin_of(day, visit.zone),
            until=end_of(day, visit.zone),
            older_than=older if is_id(older) else None,
            has_own_reads=bool(self.own),
        )

    @property
    def narrow(self) -> bool:
        """Whether anything is left out by choice."""
        return bool(self.token or self.kind or self.day)


@dataclass(frozen=True, slots=True)
class Line:
    """The same done by the same once or several times in a row."""

    newest: AuditEntry
    times: int  # where the words do not tell them
    words: str  # up to those to whom it was done, where they are named
    whom: Sequence[str]
    others: int  # to whom it was done, and who are not named
    rest: str  # of the words
    who: str  # where no connection is known
    guest: str | None  # who is let into a bucket and did it there
    how: str
    token: Token | None
    memories: Sequence[Memory]
    conversations: Sequence[StoredConversation]
    names: Sequence[str]  # of buckets and connections, shown within the words
    more: int  # how many things are not named

    @property
    def is_read(self) -> bool:
        """Whether nothing was changed."""
        return self.newest.action in READS


async def show(visit: Visit) -> Response:
    """The list with its filters."""
    filters = ActivityFilters.of(visit.query)
    activity, actor, problem = visit.services.activity, visit.person.actor, ""
    try:
        part = await activity.part(actor, filters.query(visit), SHOWN)
    except InvalidInput as error:
        part, problem = await activity.part(actor, AuditQuery(), 0), sentence_of(error)
    return page(
        visit,
        "activity.html",
        400 if problem else 200,
        problem=problem,
        filters=filters,
        lines=_lines(part),
        tokens=sorted(part.tokens.values(), key=lambda token: token.name.casefold()),
        kinds=KINDS,
        more=filters.path(older=part.next) if part.next else None,
        begins_later="older" in visit.query,
    )


def _lines(part: ActivityPart) -> list[Line]:
    """Those that say the same behind each other are one."""
    runs = groupby(part.entries, lambda e: (e.action, e.token_id, e.channel, e.source, e.author_id))
    return [_line(list(run), part) for _, run in runs]


def _line(run: Sequence[AuditEntry], part: ActivityPart) -> Line:
    newest, items = run[0], list(dict.fromkeys(item for entry in run for item in entry.items))
    memories = [part.memories[item] for item in items if item in part.memories]
    conversations = [part.conversations[item] for item in items if item in part.conversations]
    count = len(items) if len(run) > 1 and all(e.count == len(e.items) for e in run) else sum(e.count for e in run)
    names = _people(run, part) if newest.action.startswith("user.") else _names(newest.action, items, part)
    shown = len(memories[:NAMED]) + len(conversations[:NAMED])
    words, place, rest = in_words(newest.action, count).partition(SOMEBODY)
    whom = _people(run, part) if place else []
    told = len(whom) or (count if tells_how_many(newest.action) else 0)
    return Line(
        newest=newest,
        times=1 if told == len(run) else len(run),
        words=words,
        whom=whom[:NAMED],
        others=len(whom[NAMED:]),
        rest=rest,
        who=_who(newest.channel),
        guest=part.people.get(newest.author_id or ""),
        how=CHANNELS[newest.channel],
        token=part.tokens.get(newest.token_id or ""),
        memories=memories[:NAMED],
        conversations=conversations[:NAMED],
        names=names[:NAMED],
        more=count - shown if shown else len(names[NAMED:]),
    )


def _who(channel: Channel) -> str:
    words = WRITERS[channel]
    return words[0].upper() + words[1:]


def _names(action: str, items: Sequence[str], part: ActivityPart) -> list[str]:
    match action.partition(".")[0]:
        case "bucket":
            names = {str(bucket.id): bucket.name for bucket in part.buckets.values()}
            return _named(items, names)
        case "member" | "share_link":
            return [bucket.name for bucket in part.buckets.values() if str(bucket.id) in items]
        case "token" | "connection":
            return _named(items, {token.id: token.name for token in part.tokens.values()})
        case _:
            return []


def _people(run: Sequence[AuditEntry], part: ActivityPart) -> list[str]:
    """The names of those to whom it was done."""
    return [part.people[person] for person in dict.fromkeys(person for entry in run for person in entry.people)]


def _named(items: Sequence[str], names: Mapping[str, str]) -> list[str]:
    """The names of these; the log holds none, so what is gone has none any more."""
    return [names.get(item, "one that is gone") for item in items]
