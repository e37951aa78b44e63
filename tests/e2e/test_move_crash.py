"""A move whose process is killed in the middle goes on with the next, and ends as if nothing had happened."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from processes import until

from chats import ingest, sent
from databases import DATABASES, SQLITE
from movers import Place, file_place, server_place, users
from onememory.domain.errors import OneMemoryError
from onememory.storage.portable import COPIED
from people import Client, Person

TABLES = [table.name for table in COPIED]
MEMORIES = 4_000


@pytest.fixture(autouse=True)
def both() -> Iterator[None]:
    """Each test has both databases, whichever the others store in."""
    with DATABASES.choosing(SQLITE):
        yield


@pytest.fixture(params=["file to server", "server to file"])
def route(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Place, Place]:
    """Both directions."""
    ends = (file_place(tmp_path / "file"), server_place(tmp_path / "server"))
    return ends if request.param == "file to server" else (ends[1], ends[0])


def _moving(source: Place, target: Place) -> subprocess.Popen[str]:
    """`onememory move` as a process of its own."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ONEMEMORY_")}  # noqa: TID251 - the child's
    command = ["move", "--everyone", "--from", source.name, "--to", target.name]
    return subprocess.Popen(
        [sys.executable, "-m", "onememory", *command],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _copied(target: Place) -> int:
    try:
        return int(target.rows("SELECT count(*) FROM memories")[0][0])
    except OneMemoryError:  # the tables are not there yet
        return 0


def _ended(process: subprocess.Popen[str]) -> str:
    told, _ = process.communicate(timeout=120)
    assert process.returncode == 0, told
    return told


def _account(source: Place) -> Person:
    with source.serving() as server:
        ada = server.person("Ada")
        for first in range(0, MEMORIES, 500):
            ada.store_all(*(f"Ada saw word{n}x" for n in range(first, first + 500)))
        ingest(ada, sent("c1", "What is tea?", "Tea is a plant."))
        server.settle()
    return ada


def test_a_move_that_is_killed_is_finished_by_the_next_and_nothing_is_there_twice(route: tuple[Place, Place]) -> None:
    source, target = route
    ada = _account(source)
    rows = source.all_of(ada.user_id, TABLES)
    process = _moving(source, target)
    until(lambda: _copied(target) > 0, "nothing was copied")
    process.kill()
    process.communicate()

    assert users(target) == [("Ada", "arriving")]
    assert users(source) == [("Ada", "leaving")]
    assert f"{MEMORIES:,} memories" in _ended(_moving(source, target))
    assert source.all_of(ada.user_id, TABLES) == target.all_of(ada.user_id, TABLES) == rows
    assert "had moved" in _ended(_moving(source, target))
    with target.serving() as server:
        assert Client(server.http, ada.token).found(f"word{MEMORIES - 1}x")[0] == f"Ada saw word{MEMORIES - 1}x"
        assert server.run(server.installation.store.check()) == []
