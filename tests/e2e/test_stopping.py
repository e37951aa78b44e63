"""A server stops when it is told to, however early."""

import subprocess
import sys
from pathlib import Path

from servers import PATIENCE

TOLD_AT_ONCE = """
import os, signal, sys
from onememory.server import serve
from onememory.settings import load
serve(load({"data": sys.argv[1], "port": 0, "embedder": "none"}, {}), lambda *_: os.kill(os.getpid(), signal.SIGTERM))
"""


def test_a_signal_that_comes_before_it_listens_to_signals_is_heard(data: Path) -> None:
    told = subprocess.run([sys.executable, "-c", TOLD_AT_ONCE, str(data)], timeout=PATIENCE, check=False)
    assert told.returncode == 0
