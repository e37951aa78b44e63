"""Session files as coding agents leave them."""

import json
import os
from datetime import datetime
from pathlib import Path

DONE = datetime.fromisoformat("2026-01-01T10:00:00+00:00")


def claude_code(folder: Path, name: str, prompt: str, *, rested_since: datetime = DONE) -> Path:
    """A session of Claude Code's with one prompt, one step and one answer."""
    step = {"sessionId": name, "cwd": "/home/ines/shop", "version": "2.1.0", "isSidechain": False}
    lines = [
        step | {"type": "user", "uuid": "u1", "parentUuid": None, "message": {"role": "user", "content": prompt}},
        step | {"type": "assistant", "uuid": "a1", "parentUuid": "u1", "message": _said("Let me look.")},
        step | {"type": "assistant", "uuid": "a2", "parentUuid": "a1", "message": _said("Done.")},
    ]
    return _written(folder / "-home-ines-shop" / f"{name}.jsonl", lines, rested_since)


def codex(folder: Path, name: str, prompt: str, *, rested_since: datetime = DONE) -> Path:
    """A session of Codex's with one prompt and one answer."""
    at = "2026-01-01T10:00:00.000Z"
    user = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": prompt}]}
    answer = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Done."}]}
    lines: list[dict[str, object]] = [
        {
            "timestamp": at,
            "type": "session_meta",
            "payload": {"id": name, "timestamp": at, "cwd": "/", "source": "cli"},
        },
        {"timestamp": at, "type": "response_item", "payload": user},
        {"timestamp": at, "type": "response_item", "payload": answer},
    ]
    return _written(folder / "2026" / "01" / f"rollout-{name}.jsonl", lines, rested_since)


def touch(path: Path, moment: datetime) -> None:
    """Let it look as if it had last been written at that moment."""
    os.utime(path, (moment.timestamp(), moment.timestamp()))


def _said(text: str) -> dict[str, object]:
    return {"id": f"msg_{text}", "role": "assistant", "model": "opus", "content": [{"type": "text", "text": text}]}


def _written(path: Path, lines: list[dict[str, object]], moment: datetime) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    touch(path, moment)
    return path
