"""Files that were uploaded and that nobody will import any more."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from archives import Asked, using

from chats import sample
from onememory.blobs.uploads import DiskUploads
from onememory.domain.errors import NotFound
from onememory.domain.ids import mint
from onememory.services.transfers.handed_in import HandedFile
from servers import MovedClock

pytestmark = pytest.mark.usefixtures("database")

NAME = "synthetic-classic.zip"


class ClientGone(Exception):
    """Whoever sends the file has gone away."""


async def _pieces() -> AsyncIterator[bytes]:
    yield sample(f"chatgpt/{NAME}")


async def _broken_off() -> AsyncIterator[bytes]:
    yield b"PK"
    raise ClientGone


def test_what_a_dead_process_left_is_dropped_a_day_later(tmp_path: Path) -> None:
    clock = MovedClock()
    folder = tmp_path / "uploads"

    async def use(ada: Asked) -> None:
        await ada.services.handed_in.take(ada.actor, HandedFile(_pieces(), NAME))
        left = [mint(clock.now()), f"{mint(clock.now())}.partial"]
        for name in left:
            (folder / name).write_bytes(b"PK")
        await ada.services.retention.sweep()
        assert len(list(folder.iterdir())) == 3
        clock.advance(timedelta(days=2))
        await ada.services.retention.sweep()
        assert not {path.name for path in folder.iterdir()} & set(left)
        await ada.work()
        assert await ada.services.history.count(ada.actor) == 3
        assert list(folder.iterdir()) == []

    using(tmp_path, use, clock=clock)


def test_nothing_is_left_of_an_upload_that_broke_off(tmp_path: Path) -> None:
    uploads = DiskUploads(tmp_path / "uploads")
    assert uploads.all() == []

    with pytest.raises(ClientGone):
        asyncio.run(uploads.receive("a", _broken_off()))

    assert uploads.all() == []
    with pytest.raises(NotFound):
        uploads.opener("a")
    uploads.drop("a")


def test_an_upload_is_read_as_often_as_wanted_and_then_dropped(tmp_path: Path) -> None:
    uploads = DiskUploads(tmp_path / "uploads")

    assert asyncio.run(uploads.receive("a", _pieces())) == len(sample(f"chatgpt/{NAME}"))

    opened = uploads.opener("a")
    for _ in range(2):
        with opened() as stream:
            assert stream.read() == sample(f"chatgpt/{NAME}")
    uploads.drop("a")
    assert uploads.all() == []
