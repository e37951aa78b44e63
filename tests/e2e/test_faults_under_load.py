"""The server's process is killed, or the disk fills up, while several clients write and read."""

import contextlib
import os
import pwd
from pathlib import Path

import pytest
from loads import Load, admitted, under_load
from processes import process
from small_disks import small_disk

from databases import UNPRIVILEGED, other_server

KILLS = 3


def test_a_process_that_is_killed_and_started_again(data: Path) -> None:
    load = Load("", admitted(data, {}))
    with contextlib.ExitStack() as processes:
        with load.running():
            for _ in range(KILLS):
                running = processes.enter_context(process(data, BOOTSTRAP_TOKEN=""))
                load.url = running.url
                load.goes_on()
                running.kill()
                load.is_refused()
            load.url = processes.enter_context(process(data, BOOTSTRAP_TOKEN="")).url
            load.goes_on()
        load.is_sound()


@pytest.mark.sqlite
@pytest.mark.usefixtures("database")
def test_a_disk_with_the_database_file_that_is_full_for_a_while(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 32) as disk, under_load(disk.path / "data") as load:
        disk.fill()
        load.is_refused()
        disk.free()

    assert load.unexplained("The disk is full") == set()


@pytest.mark.postgresql
def test_a_disk_of_postgresql_that_is_full_for_a_while(data: Path) -> None:
    with other_server() as server, small_disk(server.folder / "disk", 64) as disk:
        space = disk.path / "space"
        space.mkdir()
        os.chown(space, pwd.getpwnam(UNPRIVILEGED).pw_uid, -1)
        server.run(f"CREATE TABLESPACE small LOCATION '{space}'")
        server.run("CREATE DATABASE walk TABLESPACE small")
        with under_load(data, DATABASE_URL=server.url("walk")) as load:
            disk.fill()
            load.is_refused()
            disk.free()

    assert load.unexplained("disk is full") == set()
