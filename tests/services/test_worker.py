"""The background loops while a part that they need is away."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator

import pytest

from onememory.domain.errors import DatabaseAway, OneMemoryError
from onememory.worker import Outage, repeat


def _failing(error: OneMemoryError, times: int, done: asyncio.Event) -> Callable[[], Awaitable[None]]:
    failures: Iterator[OneMemoryError] = iter([error] * times)

    async def step() -> None:
        if failure := next(failures, None):
            raise failure
        done.set()

    return step


def _run(error: OneMemoryError, loops: int) -> None:
    async def use() -> None:
        outage, ends = Outage(), [asyncio.Event() for _ in range(loops)]
        tasks = [asyncio.create_task(repeat(_failing(error, 3, end), 0.001, outage)) for end in ends]
        await asyncio.gather(*(end.wait() for end in ends))
        await asyncio.sleep(0)  # what the last of them did is noted
        for task in tasks:
            task.cancel()

    asyncio.run(use())


def test_an_outage_is_told_when_it_begins_and_when_it_is_over(caplog: pytest.LogCaptureFixture) -> None:
    _run(DatabaseAway("nobody at 127.0.0.1"), loops=3)

    begun, ended = caplog.records
    assert (begun.levelno, ended.levelno) == (logging.WARNING, logging.WARNING)
    assert vars(begun)["reason"] == "nobody at 127.0.0.1"
    assert "go on again" in ended.message
    assert begun.exc_info is None


def test_what_is_no_outage_is_told_each_time_with_where_it_happened(caplog: pytest.LogCaptureFixture) -> None:
    _run(OneMemoryError("no"), loops=1)

    assert [bool(record.exc_info) for record in caplog.records] == [True] * 3
