"""How well memories are found: LoCoMo turns kept as plain memories, ranked by fusion and by reciprocal ranks.

Run as `python -m bench.retrieval`. The questions lie beside the project and are never copied into it.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import apsw
import numpy as np
import onnxruntime
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from onememory.retrieval.cues import text_cues
from onememory.retrieval.dates import Period, leading_date
from onememory.retrieval.fusion import Pool, fuse
from onememory.retrieval.queries import vector_text
from onememory.retrieval.signals import Question, TextColumns
from onememory.retrieval.words import index_terms, query_terms

SHARED = Path(__file__).resolve().parents[2] / "shared"
NOMINATED = 100  # by each list
SHOWN = 10
RRF_CONSTANT = 60
_MONTHS = "January February March April May June July August September October November December"
_SESSION_DAY = re.compile(r"on (\d+) (\w+), (\d{4})")

Embed = Callable[[Sequence[str]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the places of the memories that answer it."""

    query: str
    evidence: frozenset[int]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Memories of one store with its questions."""

    memories: list[str]
    questions: list[Asked]
    today: date


@dataclass(frozen=True, slots=True)
class Candidates:
    """The pool of one question, before fusion; `places` are the memories'."""

    places: NDArray[np.int64]
    pool: Pool
    question: Question


Rank = Callable[[Candidates], NDArray[np.int64]]


def conversations(path: Path) -> list[Corpus]:
    """Each conversation as a store: one memory a turn, "YYYY-MM-DD Speaker: text"."""
    return [_conversation(sample) for sample in json.loads(path.read_text(encoding="utf-8"))]


def pooled(corpora: Sequence[Corpus]) -> Corpus:
    """All conversations in one store."""
    memories: list[str] = []
    questions: list[Asked] = []
    for corpus in corpora:
        shift = len(memories)
        questions += [
            Asked(asked.query, frozenset(place + shift for place in asked.evidence)) for asked in corpus.questions
        ]
        memories += corpus.memories
    return Corpus(memories, questions, max(corpus.today for corpus in corpora))


def _conversation(sample: dict[str, Any]) -> Corpus:
    memories: list[str] = []
    places: dict[str, int] = {}
    days: list[date] = []
    conversation = sample["conversation"]
    sessions = sorted((key for key in conversation if re.fullmatch(r"session_\d+", key)), key=lambda key: int(key[8:]))
    for session in sessions:
        day = _session_day(conversation[f"{session}_date_time"])
        days.append(day)
        for turn in conversation[session]:
            caption = f" ({turn['blip_caption']})" if turn.get("blip_caption") else ""
            places[turn["dia_id"]] = len(memories)
            memories.append(f"{day} {turn['speaker']}: {turn['text']}{caption}")
    questions = [
        Asked(entry["question"], frozenset(places[turn] for turn in entry["evidence"] if turn in places))
        for entry in sample["qa"]
    ]
    return Corpus(memories, [asked for asked in questions if asked.evidence], max(days) + timedelta(days=1))


def _session_day(text: str) -> date:
    match = _SESSION_DAY.search(text)
    if match is None:
        raise ValueError(f"no day in {text!r}")
    return date(int(match[3]), _MONTHS.split().index(match[2]) + 1, int(match[1]))


def static_embedder() -> Embed:
    """The vectors of wordllama, read from its package's own folder."""
    spec = find_spec("wordllama")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("wordllama")
    folder = Path(spec.origin).parent
    rows = load_file(folder / "weights" / "l2_supercat_256.safetensors")["embedding.weight"].astype(np.float32)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizers" / "l2_supercat_tokenizer_config.json"))
    tokenizer.no_padding()

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        encoded = tokenizer.encode_batch(list(texts), add_special_tokens=False)
        vectors = np.stack([rows[one.ids].mean(axis=0) if one.ids else np.zeros(rows.shape[1]) for one in encoded])
        return _unit(vectors)

    return embed


def onnx_embedder(folder: Path) -> Embed:
    """The vectors of a model in ONNX form, 32 texts at a time."""
    session = onnxruntime.InferenceSession(folder / "model.onnx", providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(256)
    tokenizer.enable_padding()

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        batches = []
        for start in range(0, len(texts), 32):
            encoded = tokenizer.encode_batch(list(texts[start : start + 32]))
            feed = {
                "input_ids": np.array([one.ids for one in encoded], dtype=np.int64),
                "attention_mask": np.array([one.attention_mask for one in encoded], dtype=np.int64),
            }
            batches.append(np.asarray(session.run(["embedding"], feed)[0], dtype=np.float32))
        return _unit(np.concatenate(batches))

    return embed


def _unit(vectors: NDArray[Any]) -> NDArray[np.float32]:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9), dtype=np.float32)


class Store:
    """Memories in an in-memory full-text index, with their vectors where there is an embedder."""

    def __init__(self, memories: Sequence[str], embed: Embed | None) -> None:
        dated = [leading_date(text) for text in memories]
        bodies = [body for _, body in dated]
        cues = [text_cues(body) for body in bodies]
        self._embed = embed
        self._vectors = embed(bodies) if embed else None
        self._days = np.array([day.toordinal() if day else -1 for day, _ in dated], dtype=np.int32)
        self._cues = np.array([cue.pack() for cue in cues])
        self._lengths = np.array([cue.words for cue in cues])
        self._words = apsw.Connection(":memory:")
        self._words.execute(
            "CREATE VIRTUAL TABLE words USING fts5(terms, tokenize = "
            "\"unicode61 remove_diacritics 0 categories 'L* M* N* S* Co'\")"
        )
        self._words.execute("CREATE VIRTUAL TABLE frequencies USING fts5vocab(words, row)")
        rows = ((place, " ".join(index_terms(body))) for place, body in enumerate(bodies))
        self._words.executemany("INSERT INTO words (rowid, terms) VALUES (?, ?)", rows)

    def candidates(self, query: str, today: date) -> Candidates:
        """The best of each list and the memories of the periods that the query names, with their signals."""
        terms = query_terms(query)
        question = Question.of(query, today)
        by_words = self._by_words(terms)
        cosines = self._cosines(vector_text(query, self.frequencies(terms), len(self._days)))
        nominated = set(by_words) | self._nearest(cosines) | self._dated(question.periods)
        places = np.array(sorted(nominated), dtype=np.int64)
        pool = Pool(
            words=np.array([by_words.get(place, 0.0) for place in places.tolist()], dtype=np.float32),
            meaning=cosines[places],
            text=TextColumns(self._cues[places], self._lengths[places], self._days[places]),
            superseded=np.zeros(len(places), dtype=np.bool_),
        )
        return Candidates(places, pool, question)

    def frequencies(self, terms: Sequence[str]) -> dict[str, int]:
        """In how many memories each of the terms is."""
        sought = ",".join("?" for _ in terms)
        return dict(self._words.execute(f"SELECT term, doc FROM frequencies WHERE term IN ({sought})", tuple(terms)))

    def _by_words(self, terms: Sequence[str]) -> dict[int, float]:
        match = " OR ".join(f'"{term}"' for term in terms)
        if not match:
            return {}
        best = self._words.execute(
            "SELECT rowid, -rank FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?", (match, NOMINATED)
        )
        return {int(place): float(score) for place, score in best}

    def _cosines(self, text: str) -> NDArray[np.float32]:
        if self._embed is None or self._vectors is None:
            return np.full(len(self._days), np.nan, dtype=np.float32)
        return np.asarray(self._vectors @ self._embed([text])[0], dtype=np.float32)

    def _nearest(self, cosines: NDArray[np.float32]) -> set[int]:
        return set() if self._embed is None else set(np.argsort(-cosines, kind="stable")[:NOMINATED].tolist())

    def _dated(self, periods: Sequence[Period]) -> set[int]:
        inside = np.zeros(len(self._days), dtype=np.bool_)
        for period in periods:
            inside |= (self._days >= period.start.toordinal()) & (self._days <= period.end.toordinal())
        return set(np.flatnonzero(inside)[-NOMINATED:].tolist())


def by_fusion(candidates: Candidates) -> NDArray[np.int64]:
    """Places, best first, by the weighted sum of the signals."""
    scores = fuse(candidates.pool, candidates.question).scores
    return candidates.places[np.argsort(-scores, kind="stable")]


def by_reciprocal_ranks(candidates: Candidates) -> NDArray[np.int64]:
    """Places, best first, by RRF of the two lists: the usual method, for comparison."""
    scores = np.zeros(len(candidates.places))
    for signal, absent in ((candidates.pool.words, 0.0), (np.nan_to_num(candidates.pool.meaning, nan=-1.0), -1.0)):
        ranks = np.argsort(np.argsort(-signal, kind="stable"), kind="stable")
        scores += np.where(signal > absent, 1.0 / (RRF_CONSTANT + ranks + 1), 0.0)
    return candidates.places[np.argsort(-scores, kind="stable")]


def figures(order: Sequence[int], evidence: frozenset[int]) -> tuple[float, float, float]:
    """R@10 (share of the evidence shown), NDCG@10 and the reciprocal rank of the first evidence."""
    gains = [place in evidence for place in order]
    shown = gains[:SHOWN]
    ideal = sum(1 / np.log2(rank + 2) for rank in range(min(len(evidence), SHOWN)))
    gain = sum(1 / np.log2(rank + 2) for rank, is_evidence in enumerate(shown) if is_evidence)
    first = gains.index(True) + 1 if True in gains else 0
    return sum(shown) / len(evidence), gain / ideal, 1 / first if first else 0.0


def measure_memories(corpora: Sequence[Corpus], embed: Embed | None, rank: Rank) -> tuple[float, float, float]:
    """R@10, NDCG@10 and MRR over the questions of all corpora, each corpus a store of its own."""
    found = []
    for corpus in corpora:
        store = Store(corpus.memories, embed)
        found += [
            figures(rank(store.candidates(asked.query, corpus.today)).tolist(), asked.evidence)
            for asked in corpus.questions
        ]
    recall, gain, reciprocal = np.mean(found, axis=0).tolist()
    return recall, gain, reciprocal


def main() -> int:
    """Print the table with its protocol; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=Path, default=SHARED / "evals" / "locomo-dev.json")
    parser.add_argument("--onnx", type=Path, default=SHARED / "models" / "minilm-l6-v2-int8")
    chosen = parser.parse_args()
    if not chosen.questions.exists():
        print(f"retrieval: not measured, {chosen.questions} is absent")
        return 0
    each = conversations(chosen.questions)
    embedders: dict[str, Embed | None] = {"words only": None, "wordllama": static_embedder()}
    if chosen.onnx.exists():
        embedders["MiniLM ONNX int8"] = onnx_embedder(chosen.onnx)
    report(each, embedders)
    return 0


def report(each: Sequence[Corpus], embedders: dict[str, Embed | None]) -> None:
    memories, questions = sum(len(one.memories) for one in each), sum(len(one.questions) for one in each)
    console = Console()
    console.print(
        f"LoCoMo, {len(each)} conversations: {memories} turns kept as memories 'YYYY-MM-DD Speaker: text (caption)', "
        f"{questions} questions of all five kinds with evidence. No chat signals (window, session, speaker). "
        f"Candidates: the best {NOMINATED} by BM25 (FTS5) and by exact cosine, and those of the periods named. "
        "A store for each conversation, or one for all."
    )
    table = Table("embedder", "ranking", "stores", "R@10", "NDCG@10", "MRR")
    for name, embed in embedders.items():
        for method, rank in (("fusion", by_fusion), ("RRF(60)", by_reciprocal_ranks)):
            for stores, corpora in (("each", each), ("all in one", [pooled(each)])):
                recall, gain, reciprocal = measure_memories(corpora, embed, rank)
                table.add_row(name, method, stores, f"{100 * recall:.1f}", f"{gain:.3f}", f"{reciprocal:.3f}")
    console.print(table)


if __name__ == "__main__":
    sys.exit(main())
