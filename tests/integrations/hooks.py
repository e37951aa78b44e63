"""The hook script as Claude Code and Codex run it: a process that reads an event and answers."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from servers import PATIENCE

SCRIPT = Path(__file__).resolve().parents[2] / "integrations" / "claude-code" / "hooks" / "memory_hook.py"


@dataclass
class Hooks:
    """A session with a home of its own."""

    home: Path
    url: str
    token: str | None

    def run(self, name: str, **event: object) -> "subprocess.CompletedProcess[str]":
        """One event."""
        given = {"hook_event_name": name, "session_id": "s1", "cwd": "/work/atlas", **event}
        return self.run_raw(json.dumps(given))

    def run_raw(self, text: str) -> "subprocess.CompletedProcess[str]":
        """Whatever stands on standard input."""
        environment = {"HOME": str(self.home), "PATH": os.defpath, "ONEMEMORY_URL": self.url}
        if self.token:
            environment["ONEMEMORY_TOKEN"] = self.token
        words = [sys.executable, str(SCRIPT), "claude-code"]
        return subprocess.run(
            words, input=text, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
        )

    def answer(self, name: str, **event: object) -> Any:
        """The answer to an event that must be a success; None where there is none."""
        done = self.run(name, **event)
        assert (done.returncode, done.stderr) == (0, "")
        return json.loads(done.stdout) if done.stdout else None

    def context(self, name: str, **event: object) -> str:
        """The text that an event adds to the conversation."""
        answer = self.answer(name, **event)
        if answer is None:
            return ""
        assert answer["hookSpecificOutput"]["hookEventName"] == name
        text: str = answer["hookSpecificOutput"]["additionalContext"]
        return text
