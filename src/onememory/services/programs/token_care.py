"""One connection looked at and changed: what it may do, and what it has done."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta, tzinfo

from onememory.domain.accounts import Keep, Token, TokenChange, checked_token_name
from onememory.domain.actors import Action, Actor, require
from onememory.domain.audit import ActsOfDay, AuditEntry
from onememory.domain.errors import Conflict, InvalidInput, NotFound
from onememory.domain.memories import MemoryState
from onememory.ports import AuditQuery, Clock, MemoryQuery, Store, Transaction
from onememory.services.audit import Audit
from onememory.services.programs.token_rules import bucket_ids, check_handing_on
from onememory.services.reach import Reach

DAYS = 30  # for which acts are counted
LATELY = 20  # acts


@dataclass(frozen=True, slots=True)
class Use:
    """What was done through one token."""

    days: list[ActsOfDay]  # of the last DAYS days, oldest first, all of them
    lately: list[AuditEntry]  # newest first
    has_access: bool  # still
    memories: int  # written through it, that are active or wait for review
    trashed: int  # written through it


class TokenCare:
    """The use cases of one token."""

    def __init__(self, store: Store, reach: Reach, audit: Audit, clock: Clock) -> None:
        self._store = store
        self._reach = reach
        self._audit = audit
        self._clock = clock

    async def one(self, actor: Actor, token_id: str) -> Token:
        """The token with this id; raises NotFound."""
        require(actor, Action.MANAGE_TOKENS)
        return await self._store.read(actor.scope, lambda tx: _get(tx, token_id), brief=True)

    async def change(self, actor: Actor, token_id: str, change: TokenChange) -> Token:
        """Change what a token may do from its next request on; raises NotFound, Forbidden, Conflict and InvalidInput.

        Nobody gives a token more than they may do themselves.
        """
        require(actor, Action.MANAGE_TOKENS)
        limit = None if change.buckets is Keep.KEEP else await bucket_ids(self._reach, actor, change.buckets)

        def work(tx: Transaction) -> Token:
            token = _get(tx, token_id)
            if not token.is_usable(self._clock.now()):
                raise Conflict("This token has ended and stays so; make a new one.")
            changed = _changed(token, change, token.bucket_ids if change.buckets is Keep.KEEP else limit)
            check_handing_on(tx, actor, changed, self._clock.now())
            tx.tokens.change(changed)
            self._audit.write(tx, actor, "token.change", [token_id])
            return changed

        return await self._store.write(actor.scope, work)

    async def use(self, actor: Actor, token_id: str, zone: tzinfo) -> Use:
        """What was done through a token, by days of this zone; raises NotFound."""
        require(actor, Action.READ)
        require(actor, Action.MANAGE_TOKENS)
        now = self._clock.now()
        offset = now.astimezone(zone).utcoffset() or timedelta()
        today = now.astimezone(zone).date()

        def work(tx: Transaction) -> Use:
            token = _get(tx, token_id)
            since = now - timedelta(days=DAYS)
            counted = tx.audit.days_of_token(token_id, since, offset)
            return Use(
                days=_all_days(counted, today),
                lately=tx.audit.newest(AuditQuery(token_id=token_id), LATELY),
                has_access=token.is_usable(now),
                memories=tx.memories.count(written_through(token_id)),
                trashed=tx.memories.count(trashed_of(token_id)),
            )

        return await self._store.read(actor.scope, work)


def written_through(token_id: str) -> MemoryQuery:
    """The memories that were written through a token, as far as they are active or wait for review."""
    return MemoryQuery(states=frozenset({MemoryState.ACTIVE, MemoryState.INBOX}), token_id=token_id)


def trashed_of(token_id: str) -> MemoryQuery:
    """Those that lie in the trash."""
    return MemoryQuery(states=frozenset({MemoryState.TRASHED}), token_id=token_id)


def _get(tx: Transaction, token_id: str) -> Token:
    token = tx.tokens.get(token_id)
    if token is None:
        raise NotFound("There is no token with this id.")
    return token


def _changed(token: Token, change: TokenChange, limit: frozenset[int] | None) -> Token:
    kept = Keep.KEEP
    if change.expires_at is not kept and token.client_id:
        raise InvalidInput("This connection is put off by each use, so it has no end that could be set.")
    return replace(
        token,
        name=token.name if change.name is kept else checked_token_name(change.name),
        permissions=token.permissions if change.permissions is kept else change.permissions,
        policy=token.policy if change.policy is kept else change.policy,
        bucket_ids=limit,
        expires_at=token.expires_at if change.expires_at is kept else change.expires_at,
    )


def _all_days(counted: Sequence[ActsOfDay], today: date) -> list[ActsOfDay]:
    by_day = {each.day: each for each in counted}
    days = [today - timedelta(days=ago) for ago in reversed(range(DAYS))]
    return [by_day.get(day, ActsOfDay(day, 0, 0)) for day in days]
