"""Limits that several processes count together in a table; of a caller only a hash is kept."""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass

from onememory.ports.limits import HELD_FOR, SHARE
from onememory.security.rate_limits import CALLERS, Limit, Rate, Verdict, admit
from onememory.storage.postgres.connection import PostgresConnection
from onememory.storage.postgres.pool import Pool
from onememory.storage.postgres.units import COUNT

_TAKE = """
    INSERT INTO rate_limits AS r (name, caller, due) VALUES (:name, :caller, :now + :cost)
    ON CONFLICT (name, caller) DO UPDATE
    SET due = greatest(least(r.due, :now + :span) - :returned, :now) + :cost
    WHERE greatest(least(r.due, :now + :span) - :returned, :now) + :cost <= :now + :span + 1e-6
    RETURNING due
"""
_KEY = "WHERE name = :name AND caller = :caller"


@dataclass(slots=True)
class _Advance:
    """What this process has taken for one caller and not used yet."""

    left: int = 0
    until: float = 0.0
    size: int = 0  # of the last advance: doubled while all of it is used in time
    refused_until: float = 0.0


class SharedLimits:
    """Implements the port Limits over a pool of its own, so that nobody waits here behind a slow write."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._advances: OrderedDict[tuple[str, bytes], _Advance] = OrderedDict()

    async def admit(self, limit: Limit, caller: str, now: float) -> Verdict:
        """Judge one request of this caller."""
        key = (limit.name, hashlib.sha256(caller.encode("utf-8", "surrogatepass")).digest())
        if limit.is_exact:
            return await self._pool.run(COUNT, lambda c: _taken(c, key, limit.rate, now, 1, 0)[1])
        advance = self._advance(key)
        if now < advance.refused_until:
            return admit(limit.rate, advance.refused_until - limit.rate.interval + limit.rate.window, now)
        if advance.left and now < advance.until:
            advance.left -= 1
            return Verdict(True, 0.0)
        return await self._renewed(key, advance, limit.rate, now)

    async def forgive(self, limit: Limit, caller: str) -> None:
        """Forget what this caller has used up."""
        key = (limit.name, hashlib.sha256(caller.encode("utf-8", "surrogatepass")).digest())
        await self._pool.run(COUNT, lambda c: c.rows(f"DELETE FROM rate_limits {_KEY}", _named(key)))

    async def sweep(self, now: float) -> None:
        """Let go of callers against whom nothing counts."""
        await self._pool.run(COUNT, lambda c: c.rows("DELETE FROM rate_limits WHERE due <= :now", {"now": now}))

    def close(self) -> None:
        """Let go of the connections."""
        self._pool.close()

    def _advance(self, key: tuple[str, bytes]) -> _Advance:
        advance = self._advances.setdefault(key, _Advance())
        self._advances.move_to_end(key)
        if len(self._advances) > CALLERS:
            self._advances.popitem(last=False)
        return advance

    async def _renewed(self, key: tuple[str, bytes], advance: _Advance, rate: Rate, now: float) -> Verdict:
        is_busy = now < advance.until and not advance.left
        returned, advance.left = advance.left, 0  # taken back before anybody else can return it again
        size = min(advance.size * 2, max(1, rate.requests // SHARE)) if is_busy else 1
        count, verdict = await self._pool.run(COUNT, lambda c: _taken(c, key, rate, now, size, returned))
        if verdict.passes:
            advance.left += count - 1
            advance.size, advance.until = count, now + HELD_FOR
        else:
            advance.refused_until = verdict.state + rate.interval - rate.window
        return verdict


def _taken(
    connection: PostgresConnection, key: tuple[str, bytes], rate: Rate, now: float, size: int, returned: int
) -> tuple[int, Verdict]:
    """Take `size` requests at once, or where they are too many one; how many, and whether one passes."""
    back = returned * rate.interval
    for count in dict.fromkeys((size, 1)):
        cost = count * rate.interval
        values = _named(key) | {"now": now, "span": rate.window, "cost": cost, "returned": back}
        if rows := connection.rows(_TAKE, values):
            return count, Verdict(True, rows[0][0])
    rows = connection.rows(f"SELECT due FROM rate_limits {_KEY}", _named(key))
    return 0, admit(rate, rows[0][0] if rows else 0.0, now)


def _named(key: tuple[str, bytes]) -> dict[str, object]:
    return {"name": key[0], "caller": key[1]}
