"""A search over one's own memories and the buckets that others share with one, over SQLite and over PostgreSQL."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bench.clients import Load, Target
from bench.measures import Measure, Report, median
from bench.people import add_people
from bench.postgres import DATABASES, database
from bench.servers import process, serve_arguments, wait_for_vectors
from bench.texts import memories, queries

SHARES = (0, 1, 5, 20)  # buckets that others share with those who search, one of each of so many people
OWN = 1_000  # memories of everybody
SHARED = 500  # of them, in the bucket that somebody shares
ROUNDS = 7
ASKED = 100  # queries a round; each is asked once

Askers = Mapping[int, Target]  # by how many share with them


def measure() -> Report:
    """The same over each database."""
    measures: list[Measure] = []
    for kind in DATABASES:
        with database(kind) as url, tempfile.TemporaryDirectory(prefix="onememory-bench-") as folder:
            data = Path(folder) / "data"
            tokens = add_people(data, url, len(SHARES) + max(SHARES))
            with process(serve_arguments(data), Path(folder), url) as server:
                measures += _figures(kind, searches(fill(server.target.url, tokens)))
    return Report(measures, (), "people with much; buckets of few people with many shares each.")


def fill(url: str, tokens: Sequence[str]) -> Askers:
    """Store everybody's memories and share; who searches."""
    people = [Target(url, token) for token in tokens]
    askers, owners = dict(zip(SHARES, people, strict=False)), people[len(SHARES) :]
    for number, person in enumerate(people):
        bucket = person.ask(person.post("/api/buckets", {"name": "Shared"}))["id"]
        notes = [{"text": text, "bucketId": bucket} for text in memories(OWN, seed=100 + number)]
        for note in notes[SHARED:]:
            del note["bucketId"]
        person.send([person.post("/api/memories/bulk", {"memories": notes})])
        for shares, asker in askers.items():
            if person in owners[:shares]:
                _share(person, bucket, asker)
    for person in people:
        wait_for_vectors(person)
    return askers


def _share(owner: Target, bucket: str, guest: Target) -> None:
    name = guest.ask(guest.get("/api/account"))["user"]["name"]
    owner.send([owner.post(f"/api/buckets/{bucket}/members", {"name": name, "role": "viewer"})])
    guest.send([guest.post(f"/api/invitations/{bucket}/accept", {})])


def searches(askers: Askers) -> dict[int, list[Load]]:
    """Rounds of each, in turns."""
    asked = iter(queries((ROUNDS + 1) * len(askers) * ASKED, seed=5))
    loads: dict[int, list[Load]] = {shares: [] for shares in askers}
    for _ in range(ROUNDS + 1):
        for shares, asker in askers.items():
            loads[shares].append(asker.send([asker.get("/api/search", query=next(asked)) for _ in range(ASKED)]))
    return {shares: rounds[1:] for shares, rounds in loads.items()}  # the first opens what is searched


def _figures(kind: str, loads: Mapping[int, Sequence[Load]]) -> Iterator[Measure]:
    how = (
        f"one client, {ROUNDS} rounds of {ASKED} in turns with the others; everybody has {OWN:,} memories, "
        f"{SHARED} of them in the bucket that is shared"
    )
    alone = median([load.percentile(50) for load in loads[0]])[0]
    for shares, rounds in loads.items():
        value, spread = median([load.percentile(50) for load in rounds])
        yield Measure(f"{kind}: search with {shares} shared buckets, p50", value, "ms", how, spread, "", "none", alone)
