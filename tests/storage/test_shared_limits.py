"""Limits that several processes count together in PostgreSQL."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from databases import DATABASES, TEMPLATE
from onememory.ports.limits import HELD_FOR, SHARE
from onememory.security.rate_limits import Limit, Rate
from onememory.storage.postgres.connection import PostgresConnection
from onememory.storage.postgres.limits import SharedLimits
from onememory.storage.postgres.pool import Pool

pytestmark = pytest.mark.postgresql  # which several processes may share

_numbers = count(1)
Two = tuple[SharedLimits, SharedLimits]  # of two processes
NOW = 1_800_000_000.0
FIVE = Limit("five", Rate(5))
MANY = Limit("many", Rate(200), is_exact=False)


@pytest.fixture(scope="module")
def url() -> str:
    name = "limits"
    DATABASES.server.run(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    return DATABASES.server.url(name)


def _using(url: str, use: Callable[[Two], Awaitable[None]]) -> None:
    async def run() -> None:
        two = SharedLimits(Pool(url, 2, "a")), SharedLimits(Pool(url, 2, "b"))
        try:
            await two[0].sweep(NOW * 2)  # of what another test has left
            await use(two)
        finally:
            for each in two:
                each.close()

    asyncio.run(run())


def test_two_processes_count_an_exact_limit_together(url: str) -> None:
    async def use(two: Two) -> None:
        verdicts = [await two[n % 2].admit(FIVE, "ada", NOW) for n in range(7)]
        assert [verdict.passes for verdict in verdicts] == [True] * 5 + [False] * 2
        assert verdicts[-1].retry_after == 12
        assert (await two[0].admit(FIVE, "ben", NOW)).passes
        assert (await two[1].admit(FIVE, "ada", NOW + 12)).passes

    _using(url, use)


def test_at_the_same_moment_no_more_pass_than_may(url: str) -> None:
    async def use(two: Two) -> None:
        verdicts = await asyncio.gather(*(two[n % 2].admit(FIVE, "ada", NOW) for n in range(40)))
        assert sum(verdict.passes for verdict in verdicts) == 5

    _using(url, use)


def test_who_is_forgiven_at_one_may_try_again_at_both(url: str) -> None:
    async def use(two: Two) -> None:
        for _ in range(6):
            await two[0].admit(FIVE, "ada", NOW)
        await two[1].forgive(FIVE, "ada")
        assert [(await each.admit(FIVE, "ada", NOW)).passes for each in two] == [True, True]

    _using(url, use)


STEPS = st.lists(st.tuples(st.integers(0, 1), st.integers(1, 60), st.floats(0, 5)), min_size=1, max_size=20)


@settings(max_examples=40)
@given(steps=STEPS)
def test_what_passes_stays_within_the_error_that_is_stated(url: str, steps: list[tuple[int, int, float]]) -> None:
    async def use(two: Two) -> None:
        now, passed, asked = NOW, 0, 0
        for process, bursts, pause in steps:
            asked += bursts
            passed += sum([(await two[process].admit(MANY, "ada", now)).passes for _ in range(bursts)])
            now += pause
        in_advance = 2 * MANY.rate.requests / SHARE
        fit = MANY.rate.requests + (now - NOW) / MANY.rate.interval
        assert min(asked, MANY.rate.requests - in_advance) <= passed <= fit + in_advance

    _using(url, use)


def test_what_was_taken_in_advance_and_not_used_goes_back(url: str) -> None:
    async def use(two: Two) -> None:
        for _ in range(8):  # 1 + 2 + 4 taken, and 8 of which one is used
            await two[0].admit(MANY, "ada", NOW)
        later = NOW + HELD_FOR
        assert (await two[0].admit(MANY, "ada", later)).passes
        with PostgresConnection(url) as connection:
            ((due,),) = connection.rows("SELECT due FROM rate_limits WHERE name = 'many'", {})
        assert due == pytest.approx(NOW + 9 * MANY.rate.interval)

    _using(url, use)


def test_a_refusal_is_known_without_asking_the_database_again(url: str) -> None:
    async def use(two: Two) -> None:
        while (verdict := await two[0].admit(MANY, "ada", NOW)).passes:
            pass
        with PostgresConnection(url) as connection:
            connection.run("DELETE FROM rate_limits")
        again = await two[0].admit(MANY, "ada", NOW)
        assert (again.passes, again.retry_after) == (False, verdict.retry_after)
        assert (await two[0].admit(MANY, "ada", NOW + MANY.rate.interval)).passes

    _using(url, use)


def test_nobody_can_read_there_who_has_tried_and_nothing_stays_longer_than_it_counts(url: str) -> None:
    async def use(two: Two) -> None:
        await two[0].admit(FIVE, "192.0.2.1 ada", NOW)
        with PostgresConnection(url) as connection:
            ((caller,),) = connection.rows("SELECT caller FROM rate_limits", {})
            assert b"ada" not in caller
            await two[0].sweep(NOW + 11)
            assert len(connection.rows("SELECT 1 FROM rate_limits", {})) == 1
            await two[0].sweep(NOW + 12)
            assert connection.rows("SELECT 1 FROM rate_limits", {}) == []

    _using(url, use)
