"""Tests remove what killed PostgreSQL servers of theirs left, and nothing else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from databases import _FOLDERS, _sweep


def _kept(folder: Path, mark: str) -> bool:
    """Whether a server's folder with this in its postmaster.pid is there after the sweep."""
    data = folder / f"{_FOLDERS}x" / "data"
    data.mkdir(parents=True)
    (data / "postmaster.pid").write_text(f"{mark}\n{data}\n")
    _sweep(folder)
    return data.exists()


@pytest.mark.parametrize("sign", ["", "-"], ids=["a server", "initdb, which writes its number with a minus"])
def test_the_folder_of_a_process_that_lives_stays(tmp_path: Path, sign: str) -> None:
    assert _kept(tmp_path, f"{sign}{os.getpid()}")


@pytest.mark.parametrize("sign", ["", "-"])
def test_the_folder_of_a_process_that_is_gone_goes(tmp_path: Path, sign: str) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()

    assert not _kept(tmp_path, f"{sign}{gone.pid}")
