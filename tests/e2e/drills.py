"""The commands of a page of the docs, run word for word."""

import os
import re
import subprocess
import sys
from pathlib import Path

from processes import PATIENCE

PAGES = Path(__file__).resolve().parents[2] / "docs" / "how-to"
COUNTED = re.compile(r"user (\w+): (\d+) memories, 0 without a vector")


def drilled(page: str, temporary: Path, *programs: Path, **variables: str) -> str:
    """What the page's drill prints; `programs` are folders of programs that it needs beside our own."""
    (commands,) = re.findall(r"```sh drill\n(.*?)```", (PAGES / page).read_text(encoding="utf-8"), re.DOTALL)
    (temporary / "onememory").write_text(f'#!/bin/sh\nexec {sys.executable} -m onememory "$@"\n')
    (temporary / "onememory").chmod(0o755)
    folders = [str(folder) for folder in (temporary, *programs)]
    own = {"TMPDIR": str(temporary), "PATH": ":".join([*folders, os.environ["PATH"]])}  # noqa: TID251
    ran = subprocess.run(
        ["sh", "-eu", "-c", commands],
        env={**os.environ, **own, **variables},  # noqa: TID251
        capture_output=True,
        text=True,
        timeout=4 * PATIENCE,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout
