"""An account at a glance: what came in and what was asked for lately, a year of days, and how the index is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from onememory.domain.actors import Action, Actor, may, require
from onememory.domain.audit import AuditEntry
from onememory.domain.buckets import Bucket
from onememory.domain.conversations import StoredConversation
from onememory.domain.memories import Memory, MemoryState
from onememory.ports import Clock, MemoryQuery, Store, Transaction
from onememory.ports.archive import ConversationQuery
from onememory.services.upkeep.status import AccountStatus, Status

DAYS = 371  # a year in whole weeks
NEWEST = 5
NAMED = 3  # of what one request was answered with
LOOKED_BACK = timedelta(days=30)
LOOKED_AT = 60  # entries of the audit log
MEMORY_RECALLS = ("memory.search", "memory.read", "memory.profile")
CHAT_RECALLS = ("history.recall", "history.read")
RECALLS = MEMORY_RECALLS + CHAT_RECALLS


@dataclass(frozen=True, slots=True)
class RecalledLately:
    """What one tool was answered, the newest answer first where it asked several times in a row."""

    at: datetime
    token_id: str
    source: str | None
    times: int
    memories: tuple[Memory, ...]
    chats: tuple[StoredConversation, ...]
    count: int  # of memories and chats, as often as they were given


@dataclass(frozen=True, slots=True)
class DayAtAGlance:
    """How much there was of what on one day."""

    day: date
    added: int  # memories recorded
    chats: int  # conversations begun
    recalls: int  # requests through a token that were answered


@dataclass(frozen=True, slots=True)
class Overview:
    """An account at a glance; what the asker may not see is empty."""

    status: AccountStatus
    chats: int
    added: tuple[Memory, ...]  # newest first
    recalled: tuple[RecalledLately, ...]  # newest first
    days: tuple[DayAtAGlance, ...]  # oldest first, whole weeks from Monday; the last one is today
    buckets: Sequence[Bucket]  # every one of one's own within reach
    token_names: Mapping[str, str]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever brought in."""
        waiting = self.status.inbox + self.status.proposals
        return not (self.status.memories or self.status.trash or waiting or self.chats)


class Overviews:
    """The use case of looking at all of it."""

    def __init__(self, store: Store, status: Status, clock: Clock) -> None:
        self._store = store
        self._status = status
        self._clock = clock

    async def of(self, actor: Actor, zone: tzinfo) -> Overview:
        """The account at a glance; days are those of the zone."""
        require(actor, Action.READ)
        status = await self._status.of(actor)
        now = self._clock.now()
        days = _days_until(now.astimezone(zone).date())
        bounds = [datetime.combine(day, time(), zone) for day in (*days, days[-1] + timedelta(days=1))]
        return await self._store.read(actor.scope, lambda tx: _overview(tx, actor, status, bounds, now - LOOKED_BACK))


def _overview(
    tx: Transaction, actor: Actor, status: AccountStatus, bounds: Sequence[datetime], since: datetime
) -> Overview:
    has_archive = actor.bucket_ids is None
    is_owner = may(actor, Action.MANAGE_TOKENS)  # who else reads and writes is for the account's owner alone
    nothing = [0] * (len(bounds) - 1)
    counts = zip(
        [bound.date() for bound in bounds[:-1]],
        tx.days.added(bounds),
        tx.days.chats(bounds) if has_archive else nothing,
        tx.days.acts(RECALLS, bounds) if is_owner else nothing,
        strict=True,
    )
    return Overview(
        status=status,
        chats=tx.conversations.count(ConversationQuery()) if has_archive else 0,
        added=tuple(tx.memories.newest(MemoryQuery(), NEWEST)),
        recalled=_recalled(tx, since) if is_owner else (),
        days=tuple(DayAtAGlance(*counted) for counted in counts),
        buckets=tx.buckets.all(),
        token_names={token.id: token.name for token in tx.tokens.all()} if is_owner else {},
    )


def _days_until(today: date) -> list[date]:
    """A year in whole weeks, the last of which may not be over yet."""
    first = today - timedelta(days=DAYS - 7 + today.weekday())
    return [first + timedelta(days=n) for n in range((today - first).days + 1)]


def _recalled(tx: Transaction, since: datetime) -> tuple[RecalledLately, ...]:
    entries = [entry for entry in tx.audit.of_actions(RECALLS, since, LOOKED_AT) if entry.token_id and entry.count]
    runs = _runs(entries)[:NEWEST]
    memories = tx.memories.get(_items(runs, MEMORY_RECALLS))
    chats = tx.conversations.get(_items(runs, CHAT_RECALLS))
    return tuple(_run(run, memories, chats) for run in runs)


def _runs(entries: Sequence[AuditEntry]) -> list[list[AuditEntry]]:
    """The entries, those of one token behind each other and of one day together."""
    runs: list[list[AuditEntry]] = []
    for entry in entries:
        last = runs[-1][-1] if runs else None
        if last and last.token_id == entry.token_id and last.at.date() == entry.at.date():
            runs[-1].append(entry)
        else:
            runs.append([entry])
    return runs


def _items(runs: Sequence[Sequence[AuditEntry]], actions: Sequence[str]) -> list[str]:
    """What the runs were answered with, the first few of each."""
    return [item for run in runs for item in _first([entry for entry in run if entry.action in actions])]


def _first(entries: Sequence[AuditEntry]) -> list[str]:
    return list(dict.fromkeys(item for entry in entries for item in entry.items[: NAMED * 2]))[: NAMED * 2]


def _run(
    run: Sequence[AuditEntry], memories: Mapping[str, Memory], chats: Mapping[str, StoredConversation]
) -> RecalledLately:
    items = [item for entry in run for item in entry.items]
    active = (memories[i] for i in dict.fromkeys(items) if i in memories and memories[i].state is MemoryState.ACTIVE)
    return RecalledLately(
        at=run[0].at,
        token_id=run[0].token_id or "",
        source=run[0].source,
        times=len(run),
        memories=tuple(active)[:NAMED],
        chats=tuple(chats[item] for item in dict.fromkeys(items) if item in chats)[:NAMED],
        count=sum(entry.count for entry in run),
    )
