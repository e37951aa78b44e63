"""The account at a glance through a year of days of unequal length, and while a model is out of order."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from fakes import HashingEmbedder, Shelf
from onememory.domain.actors import Actor
from onememory.domain.memories import Draft
from onememory.domain.provenance import Channel
from onememory.ports.search import Calendar
from onememory.services.finding.maps import MemoryMaps
from servers import Installation, installed

pytestmark = pytest.mark.usefixtures("database")

Use = Callable[[Installation, Actor], Awaitable[None]]
BERLIN = ZoneInfo("Europe/Berlin")


def _with(data: Path, embedder: HashingEmbedder, use: Use) -> None:
    async def run() -> None:
        async with installed(data, embedders=Shelf(embedder)) as there:
            await there.services.accounts.prepare_first_start("bootstrap-token")
            await use(there, await there.services.accounts.owner(None, Channel.CLI))

    asyncio.run(run())


def test_a_memory_is_counted_on_the_day_of_the_zone_it_was_recorded_on(tmp_path: Path) -> None:
    async def use(there: Installation, actor: Actor) -> None:
        recorded = []
        for hours in (0, 13 * 7 * 24 + 5, 13 * 7 * 24 + 11, 13 * 7 * 24 - 7):
            there.clock.advance(timedelta(hours=hours))
            await there.services.memories.store(actor, Draft("tea"))
            recorded.append(there.clock.now().astimezone(BERLIN).date())
        days = (await there.services.overviews.of(actor, BERLIN)).days
        assert [day.day for day in days if day.added] == recorded
        assert (days[-1].day, days[0].day.weekday(), 365 <= len(days) <= 371) == (recorded[-1], 0, True)

    _with(tmp_path, HashingEmbedder(), use)


def test_memories_without_a_vector_are_counted_until_they_have_one(tmp_path: Path) -> None:
    embedder = HashingEmbedder()

    async def use(there: Installation, actor: Actor) -> None:
        async def without_vector() -> int:
            return (await there.services.status.of(actor)).without_vector

        await there.services.memories.store(actor, Draft("green tea"))
        embedder.is_broken = True
        await there.services.memories.store(actor, Draft("black tea"))
        assert await without_vector() == 1
        embedder.is_broken = False
        while await there.services.jobs.run_next():
            assert await without_vector() <= 1
        assert await without_vector() == 0

    _with(tmp_path, embedder, use)


@pytest.mark.parametrize("count", [12, 40])
def test_maps_are_drawn_of_what_has_a_vector_while_the_rest_waits(tmp_path: Path, count: int) -> None:
    embedder = HashingEmbedder()

    async def use(there: Installation, actor: Actor) -> None:
        for n in range(count):
            await there.services.memories.store(actor, Draft(f"tea number {n} {'green' if n % 2 else 'black'}"))
        embedder.is_broken = True
        await there.services.memories.store(actor, Draft("white tea"))
        maps = await there.services.maps.of(actor)
        assert maps.meaning is not None
        assert (maps.meaning.total, maps.months().total()) == (count, count + 1)

    _with(tmp_path, embedder, use)


def test_months_are_told_apart_by_bucket_from_the_first_year_to_the_last() -> None:
    about = [
        (7, "0001-01-31", 1),
        (7, "1969-12-31", 2),
        (7, "1970-01-01", 4),
        (9, "1970-01-31", 8),
        (7, "9999-12-31", 1),
    ]
    ids, days, counts = zip(*about, (9, "1970-01-01", 16), strict=True)
    calendar = Calendar(*(np.array(c) for c in (ids, [date.fromisoformat(day).toordinal() for day in days], counts)))

    assert MemoryMaps(calendar, [], None, None, datetime(2026, 1, 1, tzinfo=UTC)).months() == {
        (7, 1, 1): 1,
        (7, 1969, 12): 2,
        (7, 1970, 1): 4,
        (9, 1970, 1): 24,
        (7, 9999, 12): 1,
    }


def test_a_map_that_waits_for_vectors_says_so(tmp_path: Path) -> None:
    embedder = HashingEmbedder()
    embedder.is_broken = True

    async def use(there: Installation, actor: Actor) -> None:
        for n in range(12):
            await there.services.memories.store(actor, Draft(f"tea {n}"))
        maps = await there.services.maps.of(actor)
        assert (maps.meaning, maps.note and "waiting for their vectors" in maps.note) == (None, True)

    _with(tmp_path, embedder, use)


def test_who_has_no_patience_gets_the_months_at_once_and_the_map_when_it_is_drawn(tmp_path: Path) -> None:
    async def use(there: Installation, actor: Actor) -> None:
        for n in range(20):
            await there.services.memories.store(actor, Draft(f"tea {n} {'green' if n % 2 else 'black'}"))
        hurried = await there.services.maps.of(actor, patience=0)
        assert (hurried.meaning, hurried.is_drawing, hurried.months().total()) == (None, True, 20)
        first, second = await asyncio.gather(there.services.maps.of(actor), there.services.maps.of(actor))
        assert first.meaning is not None
        assert first.meaning is second.meaning, "it is drawn once"

    _with(tmp_path, HashingEmbedder(), use)
