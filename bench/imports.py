"""How fast and in how much memory exports are read, beside a bare streaming parse of the same file.

Run as `python -m bench.imports [megabytes]`. The export is made up: a seeded one in the layout of ChatGPT.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import ijson  # type: ignore[import-untyped]
from rich.console import Console
from rich.table import Table

from onememory.domain.conversations import Conversation
from onememory.formats.chats.found import Tally
from onememory.formats.chats.members import Member
from onememory.formats.chats.reader import read_members

_WORDS = (
    "memory garden violin the a of to and bread window train model answer because tomorrow Lisbon report careful with"
    " cost python index question river schedule invoice kitchen holiday branch doctor recipe translate summary"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("megabytes", nargs="?", type=int, default=120)
    parser.add_argument("--part", choices=("nothing", "bare", "ours"))
    parser.add_argument("--file", type=Path)
    arguments = parser.parse_args()
    if arguments.part:
        print(json.dumps(measured(arguments.part, arguments.file)))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "conversations.json"
        write_export(path, arguments.megabytes * 1_000_000)
        report(path, arguments.megabytes)


def report(path: Path, megabytes: int) -> None:
    """Each part in a process of its own, so that its peak of memory is its own."""
    table = Table("", "seconds", "peak MB", "conversations", "messages", title=f"A ChatGPT export of {megabytes} MB")
    for part, title in (("nothing", "imports alone"), ("bare", "bare ijson"), ("ours", "to the normal form")):
        command = [sys.executable, "-m", "bench.imports", "--part", part, "--file", str(path)]
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        table.add_row(title, f"{found['seconds']:.2f}", f"{found['peak']:.0f}", *(f"{n:,}" for n in found["counts"]))
    Console().print(table)


def measured(part: str, path: Path) -> dict[str, object]:
    start = time.perf_counter()
    counts = {"nothing": lambda _: (0, 0), "bare": bare, "ours": ours}[part](path)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "peak": peak, "counts": counts}


def bare(path: Path) -> tuple[int, int]:
    with path.open("rb") as stream:
        return sum(1 for _ in ijson.get_backend("yajl2_c").items(stream, "item", use_float=True)), 0


def ours(path: Path) -> tuple[int, int]:
    conversations = messages = 0
    for _, found in read_members([Member(path.name, lambda: path.open("rb"))], Tally()):
        if isinstance(found, Conversation):
            conversations += 1
            messages += len(found.messages)
    return conversations, messages


def write_export(path: Path, size: int) -> None:
    """Conversations of 2 to 60 turns with what real ones have between them: context, thoughts, tools, branches."""
    chance = random.Random(11)
    with path.open("w", encoding="utf-8") as stream:
        stream.write("[")
        number = 0
        while stream.tell() < size:
            stream.write(("," if number else "") + json.dumps(conversation(number, chance)))
            number += 1
        stream.write("]")


def conversation(number: int, chance: random.Random) -> dict[str, object]:
    mapping: dict[str, object] = {"root": {"id": "root", "message": None, "parent": None, "children": []}}
    parent, started = "root", 1_700_000_000 + number * 1_000
    for turn in range(chance.randint(2, 60)):
        for kind in ("user", "thoughts", "code", "tool", "assistant"):
            if kind in ("thoughts", "code", "tool") and chance.random() < 0.7:
                continue
            node = f"{number:08x}-{turn:04x}-{kind}"
            mapping[node] = {
                "id": node,
                "message": message(node, kind, started + turn * 30, chance),
                "parent": parent,
                "children": [],
            }
            if not (kind == "assistant" and chance.random() < 0.1):
                parent = node
    return {
        "title": words(chance, 5),
        "create_time": started,
        "update_time": started + 3_600,
        "mapping": mapping,
        "current_node": parent,
        "conversation_id": f"{number:032x}",
        "is_do_not_remember": False,
        "safe_urls": [],
    }


def message(node: str, kind: str, created: float, chance: random.Random) -> dict[str, object]:
    text = words(chance, chance.randint(5, 60) if kind == "user" else chance.randint(40, 400))
    contents: dict[str, dict[str, object]] = {
        "thoughts": {"content_type": "thoughts", "thoughts": [{"summary": "", "content": text}]},
        "code": {"content_type": "code", "language": "unknown", "text": text},
    }
    return {
        "id": node,
        "author": {"role": {"user": "user", "tool": "tool"}.get(kind, "assistant"), "name": None, "metadata": {}},
        "create_time": created + chance.random(),
        "update_time": None,
        "content": contents.get(kind, {"content_type": "text", "parts": [text + ' \u2014 \U0001f33f\n\n"so"']}),
        "status": "finished_successfully",
        "end_turn": True,
        "weight": 1.0,
        "metadata": {"model_slug": "gpt-5", "request_id": node, "citations": [], "content_references": []},
        "recipient": "web.run" if kind == "code" else "all",
        "channel": None,
    }


def words(chance: random.Random, count: int) -> str:
    return " ".join(chance.choices(_WORDS.split(), k=count))


if __name__ == "__main__":
    main()
