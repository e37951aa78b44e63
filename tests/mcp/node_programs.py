"""The programs of tests/node, run with the Node.js that comes with the Python packages."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

MODULES = Path(__file__).parents[1] / "node" / "node_modules"
PATIENCE = 240  # seconds; nothing waits for it to pass


def installed_program(name: str) -> Path:
    """Where a program of npm's is; skips the test where it could not be installed."""
    program = MODULES / ".bin" / name
    if not program.exists():
        pytest.skip(f"{name} is not installed: `scripts/environment dev` does that where npm reaches a registry")
    return program


def node(name: str, *arguments: object) -> "subprocess.CompletedProcess[str]":
    """Run one, in a home of its own, where it may leave files."""
    program = installed_program(name).resolve()
    words = [str(Path(sys.executable).parent / "node"), str(program), *map(str, arguments)]
    with tempfile.TemporaryDirectory() as home:
        return subprocess.run(
            words, capture_output=True, text=True, timeout=PATIENCE, check=False, env={"HOME": home, "PATH": os.defpath}
        )
