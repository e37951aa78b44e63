"""Recall of turns through the shipped path on LoCoMo conversations: `python -m bench.recall [--embedder NAME]`.

Protocol: each session of a conversation is kept as one conversation of the archive, each turn as one message with its
speaker and the session's date; image captions count as text. A question is asked through services.recall, which
answers ten turns; its evidence turns are those that resolve. R@10 is the mean share of a question's evidence among the
ten, NDCG@10 has binary gains, MRR is of the first evidence turn. Once with one account for each conversation, once with
one account for all. No language model, no network. The set is a development set: weights were chosen on it and others.
"""

import argparse
import asyncio
import json
import math
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from onememory.bootstrap import running
from onememory.domain.accounts import Permission
from onememory.domain.actors import Actor
from onememory.domain.conversations import Conversation, Message, Role
from onememory.domain.provenance import Channel
from onememory.services import Services
from onememory.services.finding.recall import RecallAsk
from onememory.settings import load

LOCOMO = Path(__file__).resolve().parents[2] / "shared" / "evals" / "locomo-dev.json"
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Talk:
    """One long conversation of two people, its sessions and the questions about it."""

    sessions: list[Conversation]
    questions: list[tuple[str, frozenset[str]]]


@dataclass(frozen=True, slots=True)
class Figures:
    """Means over questions."""

    recall: float
    ndcg: float
    mrr: float
    milliseconds: float  # median of a question


def talks() -> list[Talk]:
    """The conversations of the development set."""
    return [_talk(sample) for sample in json.loads(LOCOMO.read_text(encoding="utf-8"))]


def _talk(sample: dict[str, Any]) -> Talk:
    content = sample["conversation"]
    names = [key for key in content if key.startswith("session_") and not key.endswith("date_time")]
    sessions = [_session(sample["sample_id"], name, content) for name in names if content[name]]
    known = {message.id for session in sessions for message in session.messages}
    prefix = f"{sample['sample_id']}/"
    asked = [(qa["question"], frozenset(prefix + e for e in qa["evidence"]) & known) for qa in sample["qa"]]
    return Talk(sessions, [(question, evidence) for question, evidence in asked if evidence])


def _session(sample: str, name: str, content: dict[str, Any]) -> Conversation:
    at = datetime.strptime(content[f"{name}_date_time"], "%I:%M %p on %d %B, %Y").replace(tzinfo=UTC)
    turns = content[name]
    messages = tuple(
        Message(
            id=f"{sample}/{turn['dia_id']}",
            role=Role.USER if turn["speaker"] == content["speaker_a"] else Role.ASSISTANT,
            text=f"{turn['text']} {turn.get('blip_caption', '')}".strip(),
            created_at=at,
            speaker=turn["speaker"],
        )
        for turn in turns
    )
    return Conversation("custom", f"{sample}-{name}", f"{sample} {name}", at, at, messages)


async def measure(
    services: Services, name: str, talk: Talk, *, thorough: bool
) -> list[tuple[float, float, float, float]]:
    """Recall, NDCG, reciprocal rank and seconds of every question, in an account of its own."""
    user = await services.accounts.add_user(name)
    actor = Actor(user.id, Channel.CLI, frozenset(Permission))
    await services.archive.keep(actor.scope, talk.sessions)
    while await services.jobs.run_next():
        pass
    return [
        await _judge(services, actor, question, evidence, thorough=thorough) for question, evidence in talk.questions
    ]


async def _judge(
    services: Services, actor: Actor, question: str, evidence: frozenset[str], *, thorough: bool
) -> tuple[float, float, float, float]:
    began = time.perf_counter()
    found = await services.recall.find(actor, RecallAsk(question, limit=SHOWN, is_thorough=thorough))
    seconds = time.perf_counter() - began
    places = [place for place, hit in enumerate(found.hits) if hit.message.id in evidence]
    ideal = sum(1 / math.log2(place + 2) for place in range(min(len(evidence), SHOWN)))
    gain = sum(1 / math.log2(place + 2) for place in places)
    return len(places) / len(evidence), gain / ideal, 1 / (places[0] + 1) if places else 0.0, seconds


def _figures(judged: list[tuple[float, float, float, float]]) -> Figures:
    table = np.array(judged)
    recall, ndcg, mrr, _ = map(float, table.mean(axis=0))
    return Figures(100 * recall, ndcg, mrr, 1000 * float(np.median(table[:, 3])))


async def run(embedder: str, *, thorough: bool) -> list[tuple[str, Figures]]:
    """The figures of one embedder: an account a conversation, then one for all."""
    everyone = talks()
    pooled = Talk([s for t in everyone for s in t.sessions], [q for t in everyone for q in t.questions])
    with tempfile.TemporaryDirectory() as folder:
        settings = replace(load({"data": Path(folder)}, {}), embedder=embedder)
        async with running(settings) as (services, _):
            each = [await measure(services, f"talk{n}", talk, thorough=thorough) for n, talk in enumerate(everyone)]
            together = await measure(services, "pool", pooled, thorough=thorough)
    return [("an account each", _figures([j for judged in each for j in judged])), ("one for all", _figures(together))]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--embedder", action="append", help="as ONEMEMORY_EMBEDDER; may be given several times")
    model = LOCOMO.parents[1] / "models" / "minilm-l6-v2-int8"
    print(__doc__)
    print("| embedder | mode | accounts | R@10 | NDCG@10 | MRR | ms a question |\n|---|---|---|---|---|---|---|")
    for embedder in parser.parse_args().embedder or ["none", "wordllama", f"onnx:{model}"]:
        for mode in ("speed", "quality"):
            for name, f in asyncio.run(run(embedder, thorough=mode == "quality")):
                label = f"| {embedder.rpartition('/')[2]} | {mode} | {name} |"
                print(f"{label} {f.recall:.1f} | {f.ndcg:.3f} | {f.mrr:.3f} | {f.milliseconds:.1f} |", flush=True)


if __name__ == "__main__":
    main()
