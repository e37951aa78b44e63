"""The archive over HTTP: import of chats, and recall at 100,000 and (with --large) a million turns."""

import json
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import httpx

from bench.clients import Load, Target
from bench.measures import Measure, Report, median
from bench.servers import TOKEN, service
from bench.texts import memories, queries

SIZES = (100_000,)
LARGE = 1_000_000
TURNS = 20  # of one conversation
NOTES_A_TURN = 2  # of about 20 words
ROUNDS = 5
ASKED = 200
RECALL_TARGETS = {100_000: "<= 15", LARGE: "<= 40"}
PATIENCE = 3_600.0
START = datetime(2020, 1, 1, tzinfo=UTC)


def measure(*, large: bool) -> Report:
    """Every size in a server of its own."""
    measures: list[Measure] = []
    notes: list[str] = []
    for size in (*SIZES, LARGE) if large else SIZES:
        with service() as (running, data), tempfile.TemporaryDirectory() as folder:
            export = Path(folder) / "conversations.json"
            write_chats(export, size)
            imported, embedded = import_chats(running.target.url, export)
            megabytes = export.stat().st_size / 1e6
            protocol = f"{size:,} turns of some 40 words in chats of {TURNS}, a ChatGPT export of {megabytes:.0f} MB"
            rate = size / imported
            measures.append(
                Measure(f"import {size:,}, words searchable", rate, "messages/s", protocol, target=">= 5,000")
            )
            measures += _recalls(running.target, size, protocol)
            disk = sum(f.stat().st_size for f in data.rglob("*") if f.is_file()) / size
            notes.append(
                f"{size:,} turns: vectors complete {embedded:.0f} s after the words; RSS {running.resident_mb:.0f} MB; "
                f"{disk:,.0f} bytes on disk a turn, its text of some 250 included"
            )
    return Report(measures, notes, "real chats: words are invented and turns of one length; concurrent imports.")


def _recalls(target: Target, size: int, protocol: str) -> list[Measure]:
    texts = queries(2 * ROUNDS * ASKED + ASKED)
    paths = {"search": "/api/chat-history/search", "inject": "/api/chat-history/inject"}
    target.send([target.post(paths["inject"], {"query": text}) for text in texts[-ASKED:]])
    measures = []
    for number, (name, path) in enumerate(paths.items()):
        loads: list[Load] = []
        for i in range(ROUNDS):
            part = islice(texts, (number * ROUNDS + i) * ASKED, (number * ROUNDS + i + 1) * ASKED)
            loads.append(target.send([target.post(path, {"query": text}) for text in part]))
        for percent in (50, 95):
            value, spread = median([load.percentile(percent) for load in loads])
            aim = RECALL_TARGETS[size] if percent == 50 else ""
            how = f"one client, {ROUNDS} rounds of {ASKED} new queries of 3 to 8 words; {protocol}"
            measures.append(Measure(f"recall ({name}) {size:,}, p{percent}", value, "ms", how, spread, aim))
    return measures


def import_chats(url: str, export: Path, token: str = TOKEN) -> tuple[float, float]:
    """Seconds until the words are searchable, and from then until the vectors are complete."""
    with httpx.Client(base_url=url, headers={"authorization": f"Bearer {token}"}, timeout=PATIENCE) as client:
        with export.open("rb") as file:
            began = time.perf_counter()
            answer = client.post("/api/import", params={"fileName": export.name}, content=file).raise_for_status()
        report = answer.json()
        while report["state"] in {"queued", "running"}:
            time.sleep(0.1)
            report = client.get(f"/api/imports/{report['importId']}").raise_for_status().json()
        imported = time.perf_counter()
        while any(job["state"] != "done" for job in client.get("/api/account").raise_for_status().json()["jobs"]):
            time.sleep(0.1)
        return imported - began, time.perf_counter() - imported


def write_chats(path: Path, turns: int) -> None:
    """Write an export of ChatGPT's with so many turns."""
    with path.open("w", encoding="utf-8") as file:
        file.write("[")
        for number, texts in enumerate(_turns(turns)):
            file.write(",\n" if number else "\n")
            json.dump(_conversation(number, texts), file)
        file.write("]")


def _turns(count: int) -> Iterator[list[str]]:
    notes = memories(count * NOTES_A_TURN)
    turns = iter(lambda: ". ".join(islice(notes, NOTES_A_TURN)), "")
    while batch := list(islice(turns, TURNS)):
        yield batch


def _conversation(number: int, texts: list[str]) -> dict[str, object]:
    begin = (START + timedelta(hours=number)).timestamp()
    mapping: dict[str, object] = {"root": {"id": "root", "message": None, "parent": None, "children": ["0"]}}
    for i, text in enumerate(texts):
        author = {"role": "assistant" if i % 2 else "user"}
        content = {"content_type": "text", "parts": [text]}
        message = {"id": f"{number}-{i}", "author": author, "create_time": begin + i, "content": content, "weight": 1}
        children = [str(i + 1)] if i + 1 < len(texts) else []
        parent = str(i - 1) if i else "root"
        mapping[str(i)] = {"id": str(i), "message": message, "parent": parent, "children": children}
    ids = {"id": f"chat-{number}", "conversation_id": f"chat-{number}", "title": texts[0][:40]}
    times = {"create_time": begin, "update_time": begin + len(texts)}
    return ids | times | {"mapping": mapping, "current_node": str(len(texts) - 1)}
