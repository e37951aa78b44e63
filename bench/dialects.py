"""What either database finds: the same questions to the shipped services over SQLite and over PostgreSQL.

Run as `scripts/bench dialects`. Protocol: the LoCoMo conversations of the development set, once as memories
("YYYY-MM-DD Speaker: text", all in one store, asked through services.search) and once as chats (an account for each,
and one for all, asked through services.recall). R@10 is the mean share of a question's evidence among the ten shown.
"Same ten" is the share of questions whose ten stand in the same order on both. No language model, no network.
"""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench.postgres import database
from bench.recall import LOCOMO, SHOWN, Talk, talks
from bench.retrieval import Corpus, conversations, pooled
from databases import POSTGRESQL, SQLITE
from onememory.bootstrap import running
from onememory.domain.accounts import Permission
from onememory.domain.actors import Actor
from onememory.domain.memories import Draft, Memory
from onememory.domain.provenance import Channel
from onememory.services import Services
from onememory.services.finding.recall import RecallAsk
from onememory.services.finding.search import Ask
from onememory.settings import load

BATCH = 500


@dataclass(frozen=True, slots=True)
class Shown:
    """What one question was answered with, by places in the set, and the evidence."""

    places: tuple[str, ...]
    evidence: frozenset[str]

    @property
    def recall(self) -> float:
        """The share of the evidence that is shown."""
        return len(self.evidence.intersection(self.places)) / len(self.evidence)


Answers = dict[str, list[Shown]]  # by what was asked of


async def answers(embedder: str, database_url: str | None) -> Answers:
    """Every question of the set, answered over this database."""
    everyone = talks()
    together = Talk([s for t in everyone for s in t.sessions], [q for t in everyone for q in t.questions])
    with tempfile.TemporaryDirectory() as folder:
        settings = replace(load({"data": Path(folder)}, {}), embedder=embedder, database_url=database_url)
        async with running(settings) as (services, _):
            found = {"memories, one store": await _of_memories(services, pooled(conversations(LOCOMO)))}
            each = [await _of_talk(services, f"talk{number}", talk) for number, talk in enumerate(everyone)]
            found["chats, an account each"] = [shown for talk in each for shown in talk]
            found["chats, one account"] = await _of_talk(services, "everyone", together)
    return found


async def _somebody(services: Services, name: str) -> Actor:
    user = await services.accounts.add_user(name)
    return Actor(user.id, Channel.CLI, frozenset(Permission))


async def _catch_up(services: Services) -> None:
    while await services.jobs.run_next():
        pass


async def _of_memories(services: Services, corpus: Corpus) -> list[Shown]:
    actor = await _somebody(services, "memories")
    ids: list[str] = []
    for start in range(0, len(corpus.memories), BATCH):
        kept = await services.memories.store_many(actor, [Draft(t) for t in corpus.memories[start : start + BATCH]])
        ids += [memory.id for memory in kept if isinstance(memory, Memory)]
    await _catch_up(services)
    places = {memory_id: str(place) for place, memory_id in enumerate(ids)}
    shown = []
    for asked in corpus.questions:
        found = await services.search.find(actor, Ask(asked.query, limit=SHOWN))
        shown.append(Shown(tuple(places[hit.memory.id] for hit in found.hits), frozenset(map(str, asked.evidence))))
    return shown


async def _of_talk(services: Services, name: str, talk: Talk) -> list[Shown]:
    actor = await _somebody(services, name)
    await services.archive.keep(actor.scope, talk.sessions)
    await _catch_up(services)
    shown = []
    for question, evidence in talk.questions:
        found = await services.recall.find(actor, RecallAsk(question, limit=SHOWN))
        shown.append(Shown(tuple(hit.message.id for hit in found.hits), evidence))
    return shown


def main() -> int:
    """Print the table; returns the exit code, which is 1 where the databases are more than a point apart."""
    if not LOCOMO.exists():
        print(f"dialects: not measured, {LOCOMO} is absent")
        return 0
    print(__doc__)
    print("| embedder | asked of | questions | R@10 SQLite | R@10 PostgreSQL | apart | same ten |\n|" + "---|" * 7)
    model = LOCOMO.parents[1] / "models" / "minilm-l6-v2-int8"
    widest = 0.0
    for embedder in sys.argv[1:] or ("none", "wordllama", f"onnx:{model}"):
        by_database = {}
        for kind in (SQLITE, POSTGRESQL):
            with database(kind) as url:
                by_database[kind] = asyncio.run(answers(embedder, url))
        for asked, shown in by_database[SQLITE].items():
            widest = max(widest, _line(embedder.rpartition("/")[2], asked, shown, by_database[POSTGRESQL][asked]))
    return int(widest > 1)


def _line(embedder: str, asked: str, ours: Sequence[Shown], theirs: Sequence[Shown]) -> float:
    """Print a line; returns how far apart they are, in points."""
    first, second = (100 * sum(s.recall for s in shown) / len(shown) for shown in (ours, theirs))
    same = 100 * sum(a.places == b.places for a, b in zip(ours, theirs, strict=True)) / len(ours)
    apart = abs(first - second)
    print(
        f"| {embedder} | {asked} | {len(ours):,} | {first:.2f} | {second:.2f} | {apart:.2f} | {same:.1f} % |",
        flush=True,
    )
    return apart


if __name__ == "__main__":
    sys.exit(main())
