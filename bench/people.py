"""Accounts to measure with, made before a server starts."""

import asyncio
from dataclasses import replace
from pathlib import Path

from onememory.bootstrap import running
from onememory.domain.accounts import Permission, TokenDraft
from onememory.domain.actors import Actor
from onememory.domain.provenance import Channel
from onememory.settings import load


def add_people(data: Path, database_url: str | None, count: int) -> list[str]:
    """Add so many users to an installation; a token of each."""
    return asyncio.run(_add(data, database_url, count))


async def _add(data: Path, database_url: str | None, count: int) -> list[str]:
    tokens = []
    async with running(replace(load({"data": data}, {}), database_url=database_url)) as (services, _):
        for number in range(count):
            user = await services.accounts.add_user(f"person{number}")
            actor = Actor(user.id, Channel.CLI, frozenset(Permission))
            tokens.append((await services.accounts.create_token(actor, TokenDraft("bench"))).secret)
    return tokens
