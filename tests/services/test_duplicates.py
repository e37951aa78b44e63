"""Memories that say the same are told apart from those that are merely related."""

import asyncio
from pathlib import Path

import pytest

from onememory.domain.accounts import Permission
from onememory.domain.actors import Actor
from onememory.domain.errors import Forbidden, NotFound
from onememory.domain.memories import Draft
from onememory.domain.provenance import Channel
from servers import installed

pytestmark = pytest.mark.usefixtures("database")

SAME = [
    ("The user drinks tea in the morning.", "In the morning the user drinks tea"),
    ("Ada's birthday is 10 May 1990.", "Ada was born on 10 May 1990"),
    ("The project deadline is 2026-12-01", "Deadline of the project: 2026-12-01"),
    ("User's dog is called Rex", "The user has a dog named Rex"),
    ("User works at Siemens as an engineer", "The user is an engineer at Siemens"),
    ("Prefers short answers without bullet points", "The user wants short answers, no bullet points"),
    ("The server runs Debian 12 on a Hetzner machine", "Hetzner server is running Debian 12"),
    ("Lives in Basel with partner Mia", "User lives in Basel together with Mia, the partner"),
    ("The kitchen worktop is oak from Aveiro", "Kitchen worktop: oak, bought in Aveiro"),
    ("User is vegetarian since 2019", "Since 2019 the user has been a vegetarian"),
]
RELATED = [
    ("The user drinks tea in the morning.", "The user drinks coffee in the morning."),
    ("Ada's birthday is 10 May 1990.", "Ben's birthday is 3 June 1985."),
    ("User prefers Python over JavaScript", "User is learning Python this year"),
    ("The user is allergic to peanuts.", "The user likes peanuts in curry"),
    ("The project deadline is 2026-12-01", "The project budget is 20,000 euros"),
    ("User's dog is called Rex", "User's cat is called Minka"),
    ("User works at Siemens as an engineer", "User's brother works at Siemens as an accountant"),
    ("Prefers short answers without bullet points", "Prefers emails with a greeting"),
    ("The server runs Debian 12 on a Hetzner machine", "The laptop runs Debian 13"),
    ("Lives in Basel with partner Mia", "Mia works in Basel at the hospital"),
    ("The kitchen worktop is oak from Aveiro", "The kitchen tiles are from Aveiro"),
    ("User is vegetarian since 2019", "User has lived in Berlin since 2019"),
    ("User runs 5 km every Monday", "User runs 10 km every Sunday"),
    ("The API key rotation happens monthly", "The API uses bearer tokens"),
]


def _found(tmp_path: Path, embedder: str, text: str, *stored: str) -> list[str]:
    async def run() -> list[str]:
        async with installed(tmp_path / "data", {"embedder": embedder}) as installation:
            services = installation.services
            user = await services.accounts.add_user("ada")
            actor = Actor(user.id, Channel.MCP, frozenset(Permission))
            for each in stored:
                await services.memories.store(actor, Draft(each))
            kept = await services.duplicates.store(actor, Draft(text))
            assert kept.memory.id not in [memory.id for memory in kept.same]
            return [memory.text for memory in kept.same]

    return asyncio.run(run())


@pytest.mark.parametrize(("stored", "text"), SAME)
def test_the_same_fact_in_other_words_is_found(tmp_path: Path, stored: str, text: str) -> None:
    assert _found(tmp_path, "wordllama", text, stored, "The ferry leaves at nine") == [stored]


@pytest.mark.parametrize("embedder", ["wordllama", "none"])
@pytest.mark.parametrize(("stored", "text"), RELATED)
def test_what_is_merely_related_is_not(tmp_path: Path, embedder: str, stored: str, text: str) -> None:
    assert _found(tmp_path, embedder, text, stored) == []


@pytest.mark.parametrize("embedder", ["wordllama", "none"])
def test_the_date_in_front_is_no_part_of_what_is_said(tmp_path: Path, embedder: str) -> None:
    stored = "2025-01-01 Ada moved to Basel"
    assert _found(tmp_path, embedder, "2025-02-01 Ada moved to Basel", stored) == [stored]


def test_the_likest_three_come_first(tmp_path: Path) -> None:
    stored = [f"Ada keeps bees in the garden {word}" for word in ("too", "also", "well", "", "behind the old house")]
    found = _found(tmp_path, "none", "Ada keeps bees in the garden", *stored)
    assert len(found) == 3
    assert "behind the old house" not in " ".join(found)


def test_the_same_is_found_among_many_that_are_nearly_so(tmp_path: Path) -> None:
    stored = [f"User runs {kilometres} km every Monday" for kilometres in range(1, 60)]
    assert _found(tmp_path, "wordllama", "Every Monday the user runs 42 km", *stored) == [stored[41]]


def test_what_cannot_be_stored_is_refused_as_by_a_plain_store(tmp_path: Path) -> None:
    async def run() -> None:
        async with installed(tmp_path / "data") as installation:
            user = await installation.services.accounts.add_user("ada")
            actor = Actor(user.id, Channel.MCP, frozenset(Permission))
            with pytest.raises(NotFound, match="no bucket 7"):
                await installation.services.duplicates.store(actor, Draft("Ada keeps bees", bucket_id=7))

    asyncio.run(run())


def test_who_may_not_read_is_not_told_what_is_known(tmp_path: Path) -> None:
    async def run() -> None:
        async with installed(tmp_path / "data") as installation:
            user = await installation.services.accounts.add_user("ada")
            writer = Actor(user.id, Channel.MCP, frozenset({Permission.WRITE}))
            with pytest.raises(Forbidden):
                await installation.services.duplicates.store(writer, Draft("Ada keeps bees"))

    asyncio.run(run())
