"""What waits for the person's review, and the verdicts."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from urllib.parse import urlencode

from starlette.responses import Response

from onememory.domain.errors import Conflict, InvalidInput, NotFound, TooLarge
from onememory.domain.memories import Memory
from onememory.domain.proposals import ProposalKind, Sender, WaitingProposal
from onememory.domain.provenance import Provenance
from onememory.formats.text_diff import DiffPart, diff
from onememory.ports import MemoryQuery
from onememory.security.instructions import flags
from onememory.services.notebook.inbox import Verdicts, WaitingPart, waiting_from
from onememory.services.notebook.reviews import Correction, Swept
from onememory.web.forms.moments import moment_of, stamp_of
from onememory.web.forms.numbers import number_of
from onememory.web.forms.typed_texts import as_typed, written
from onememory.web.rendering import page, see
from onememory.web.sharing import bucket_names
from onememory.web.visits import Visit, own_path
from onememory.web.wording.origins import Origin, origin_of
from onememory.web.wording.outcomes import after, done_of, without_place
from onememory.web.wording.sentences import sentence_of

PATH = "/inbox"
DECIDE = "/inbox/decide"
ALL = "/inbox/all"
CORRECT = "/inbox/{item_id}"
SHOWN = 25  # at once; the list goes on
AT_ONCE = 1_000  # verdicts of one request, about half a second
ASKS = {
    None: "New memory",
    ProposalKind.EDIT: "Change of a memory",
    ProposalKind.MOVE: "Move to another bucket",
    ProposalKind.DELETE: "Deletion",
    ProposalKind.RESTORE: "Restoring from the trash",
}


@dataclass(frozen=True, slots=True)
class InboxFilter:
    """From whom: a connection, a client by the name that it gives itself, or everybody."""

    token_id: str | None = None
    source: str | None = None

    @classmethod
    def of(cls, given: str) -> Self:
        """What the field of the form says."""
        kind, _, value = given.partition(":")
        if not value:
            return cls()
        return cls(token_id=value) if kind == "token" else cls(source=value)

    @property
    def value(self) -> str:
        """What the field of the form says."""
        return f"token:{self.token_id}" if self.token_id else f"source:{self.source}" if self.source else ""

    def query(self, until: datetime | None = None) -> MemoryQuery:
        """What to list."""
        return waiting_from(self.token_id, self.source, until)

    def path(self, **more: str) -> str:
        """The address of the list."""
        query = urlencode(({"from": self.value} if self.value else {}) | more)
        return f"{PATH}?{query}" if query else PATH


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that waits, as a person reads it."""

    id: str
    asks: str
    at: datetime
    by: Origin
    memory: Memory  # as it is now
    after: Memory  # as it is to be
    diff: Sequence[DiffPart]  # empty where the text stays or is new
    replaced: Memory | None
    is_flagged: bool
    is_outdated: bool
    kind: ProposalKind | None  # None: a memory that waits as a whole

    @property
    def moves(self) -> bool:
        """Whether the bucket changes."""
        return self.memory.bucket_id != self.after.bucket_id

    @property
    def can_be_corrected(self) -> bool:
        """Whether it has a text to be put right."""
        return self.kind in {None, ProposalKind.EDIT} and not self.is_outdated


@dataclass(frozen=True, slots=True)
class Who:
    """One choice of the filter."""

    value: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into the form, and why it could not be kept."""

    text: str
    bucket: str
    problem: str = ""


async def show(visit: Visit) -> Response:
    """The list, newest first."""
    chosen = InboxFilter.of(visit.query.get("from", ""))
    part = await visit.services.inbox.part(visit.person.actor, chosen.query(), SHOWN, visit.query.get("older") or None)
    items = await _items(visit, part)
    return page(
        visit,
        "inbox.html",
        chosen=chosen,
        items=items,
        part=part,
        names=bucket_names(part.buckets),
        connections=_connections(part),
        sources=_sources(part.senders),
        everyone=sum(sender.count for sender in part.senders),
        more=chosen.path(older=part.next) if part.next else None,
        begins_later="older" in visit.query,
        until=_stamp(items),
        done=done_of(visit.query),
        left=_left(visit.query),
    )


async def decide(visit: Visit) -> Response:
    """Approve or reject what is ticked or named."""
    ids, act = list(dict.fromkeys(visit.form.all("id"))), visit.form.one("act")
    if act not in {"approve", "reject"}:
        raise InvalidInput("Choose what to do: approve or reject.")
    if not ids:
        return see(after(_back(visit), "nothing", []))
    inbox = visit.services.inbox
    verdicts = await (inbox.approve if act == "approve" else inbox.reject)(visit.person.actor, ids)
    left = {"left": str(len(verdicts.refused))} if verdicts.refused else {}
    return see(_after(_back(visit), act, verdicts, left))


async def ask_for_all(visit: Visit) -> Response:
    """What a verdict on all of them means, and the button."""
    chosen, act, until = InboxFilter.of(visit.query.get("from", "")), visit.query.get("act"), _until(visit.query)
    part = await visit.services.inbox.part(visit.person.actor, chosen.query(until), 0)
    who = next((w for w in (*_connections(part), *_sources(part.senders)) if w.value == chosen.value), None)
    return page(
        visit,
        "inbox_all.html",
        chosen=chosen,
        is_approval=act != "reject",
        total=part.total,
        who=who,
        until=visit.query.get("until", ""),
    )


async def decide_on_all(visit: Visit) -> Response:
    """Approve or reject all that was there when the list was shown; of very much a part."""
    form, reviews, actor = visit.form, visit.services.reviews, visit.person.actor
    chosen, act = InboxFilter.of(form.one("from")), form.one("act")
    query = chosen.query(_until({"until": form.one("until")}))
    if act == "reject":
        swept = await reviews.reject_all(actor, query, at_most=AT_ONCE)
    elif act == "approve":
        swept = await reviews.approve_all(actor, query, at_most=AT_ONCE)
    else:
        raise InvalidInput("Choose what to do: approve or reject.")
    left = {name: str(len(ids)) for name, ids in (("left", swept.refused), ("flagged", swept.flagged)) if ids}
    return see(_after(chosen.path(), act, swept, left))


async def ask_for_correction(visit: Visit) -> Response:
    """A form with the text that was asked for."""
    return await _correction(visit, None)


async def correct(visit: Visit) -> Response:
    """Approve with what was typed."""
    typed, item_id = as_typed(visit.form.one("text")), visit.request.path_params["item_id"]
    bucket = visit.form.one("bucket")
    try:
        correction = Correction(written(typed), number_of(bucket))
        memory = await visit.services.reviews.approve_corrected(visit.person.actor, item_id, correction)
    except (InvalidInput, TooLarge, Conflict) as error:
        return await _correction(visit, Typed(typed, bucket, sentence_of(error)))
    return see(after(_back(visit), "approved", [memory.id]))


async def _correction(visit: Visit, typed: Typed | None) -> Response:
    part = await visit.services.inbox.one(visit.person.actor, visit.request.path_params["item_id"])
    (item,) = await _items(visit, part)
    if not item.can_be_corrected:
        raise NotFound("There is no text here that could be put right; go back to the inbox.")
    shown = typed or Typed(item.after.text, str(item.after.bucket_id))
    return page(
        visit,
        "inbox_correct.html",
        400 if shown.problem else 200,
        item=item,
        typed=shown,
        buckets=part.buckets,
        names=bucket_names(part.buckets),
        back=_from(visit.form.one("back") or visit.before),
    )


async def _items(visit: Visit, part: WaitingPart) -> list[Item]:
    """With differences and flags, which take a moment for long texts."""
    authors = [author_id for each in part.items if (author_id := _provenance_of(each).author_id)]
    names = await visit.services.authors.names(authors)
    return await asyncio.to_thread(lambda: [_item(each, part, names) for each in part.items])


def _provenance_of(each: Memory | WaitingProposal) -> Provenance:
    return each.provenance if isinstance(each, Memory) else each.proposal.provenance


def _item(each: Memory | WaitingProposal, part: WaitingPart, names: Mapping[str, str]) -> Item:
    if isinstance(each, Memory):
        kind, item_id, memory, wanted = None, each.id, each, each
    else:
        kind, item_id, memory = each.proposal.kind, each.proposal.id, each.memory
        wanted = each.proposal.applied_to(memory)
    origin = _provenance_of(each)
    text = each.text if isinstance(each, Memory) else each.proposal.text or ""
    return Item(
        id=item_id,
        asks=ASKS[kind],
        at=each.created_at if isinstance(each, Memory) else each.proposal.created_at,
        by=origin_of(origin, part.tokens, names.get(origin.author_id or "")),
        memory=memory,
        after=wanted,
        diff=diff(memory.text, wanted.text) if wanted.text != memory.text else [],
        replaced=part.replaced.get(memory.supersedes or "") if kind is None else None,
        is_flagged=bool(flags(text, origin.trust)),
        is_outdated=not isinstance(each, Memory) and each.is_outdated,
        kind=kind,
    )


def _connections(part: WaitingPart) -> list[Who]:
    counts = _counted((sender.token_id, sender.count) for sender in part.senders)
    return [Who(f"token:{k}", part.tokens[k].name, count) for k, count in counts.items() if k in part.tokens]


def _sources(senders: Sequence[Sender]) -> list[Who]:
    counts = _counted((sender.source, sender.count) for sender in senders)
    return [Who(f"source:{source}", source, count) for source, count in counts.items()]


def _counted(pairs: Iterable[tuple[str | None, int]]) -> dict[str, int]:
    """The sums by name, the greatest first; what has no name is left out."""
    sums: Counter[str] = Counter()
    for name, count in pairs:
        if name:
            sums[name] += count
    return dict(sorted(sums.items(), key=lambda pair: (-pair[1], pair[0].casefold())))


def _stamp(items: Sequence[Item]) -> str:
    """The moment of the newest that is shown: what comes later is not decided on unseen."""
    return stamp_of(items[0].at) if items else ""


def _until(query: Mapping[str, str]) -> datetime | None:
    return moment_of(query.get("until", ""))


def _left(query: Mapping[str, str]) -> Mapping[str, int]:
    """How many still wait after a verdict, and why."""
    return {name: number_of(query.get(name, ""), digits=5) or 0 for name in ("left", "flagged")}


def _after(path: str, act: str, settled: Verdicts | Swept, left: Mapping[str, str]) -> str:
    if settled.done:
        told = after(path, "approved" if act == "approve" else "rejected", settled.memory_ids, len(settled.done))
    else:
        told = without_place(path) if left else after(path, "settled", [])
    return f"{told}{'&' if '?' in told else '?'}{urlencode(left)}" if left else told


def _back(visit: Visit) -> str:
    return _from(visit.form.one("back"))


def _from(path: str) -> str:
    own = own_path(path)
    return own if own == PATH or own.startswith(f"{PATH}?") else PATH
