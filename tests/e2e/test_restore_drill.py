"""The restore drill of the docs, word for word, against a server that goes on storing."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from processes import PATIENCE, process

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "deploy.md"
BLOCK = re.compile(r"```sh drill\n(.*?)```", re.DOTALL)
COUNTED = re.compile(r"user owner: (\d+) memories, 0 without a vector")


def drilled(data: Path, temporary: Path) -> str:
    """What the commands print."""
    (commands,) = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    (temporary / "onememory").write_text(f'#!/bin/sh\nexec {sys.executable} -m onememory "$@"\n')
    (temporary / "onememory").chmod(0o755)
    own = {"DATA": str(data), "TMPDIR": str(temporary), "PATH": f"{temporary}:{os.environ['PATH']}"}  # noqa: TID251
    ran = subprocess.run(
        ["sh", "-eu", "-c", commands],
        env={**os.environ, **own},  # noqa: TID251
        capture_output=True,
        text=True,
        timeout=4 * PATIENCE,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    (tmp_path / "temporary").mkdir()
    return tmp_path / "temporary"


def test_what_is_restored_is_what_there_was(data: Path, temporary: Path) -> None:
    with process(data, EMBEDDER="wordllama") as running, running.client() as http:
        for number in range(20):
            http.post("/api/memory", json={"text": f"Cup of tea number {number}"}).raise_for_status()
        printed = drilled(data, temporary)
        assert http.post("/api/memory", json={"text": "The server went on"}).status_code == 200

    assert COUNTED.findall(printed) == ["20", "20"]


def test_the_restored_copy_serves_those_who_could_come_in_before(data: Path, temporary: Path) -> None:
    with process(data) as running, running.client() as http:
        http.post("/api/memory", json={"text": "Ines has the spare key"}).raise_for_status()
        drilled(data, temporary)
    (restored,) = temporary.glob("*/restored")

    with process(restored, BOOTSTRAP_TOKEN="") as running, running.client() as http:
        found = http.get("/api/v2/memory", params={"query": "spare key"})

    assert found.json()["memories"] == ["Ines has the spare key"]
