"""`onememory reindex`."""

from typing import Any

import typer

from onememory.cli.commands import Target, command
from onememory.cli.connection import opened
from onememory.cli.output import counted, present, progress, say
from onememory.domain.provenance import Channel


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "reindex")(reindex)


async def reindex(target: Target) -> None:
    """Make the index anew from the memories, for every user or for --user."""
    settings = target.data_settings()
    answer = []
    async with opened(settings) as services:
        names = [target.user] if target.user else [user.name async for user in services.accounts.everyone()]
        for name in names:
            actor = await services.accounts.owner(name, Channel.CLI)
            with progress(f"Indexing {name}") as advance:

                async def on_progress(done: int, total: int) -> None:
                    advance(done, total)

                await services.rebuild.run(actor.scope, on_progress)
            while await services.jobs.run_next():
                pass  # what is left to a worker, of which nothing needs to be left
            status = await services.status.of(actor)
            answer.append({"user": name, "memories": status.memories, "withoutVector": status.without_vector})
    present(target, answer, lambda done: say(*map(_sentence, done)))


def _sentence(user: dict[str, Any]) -> str:
    return f"{user['user']}: {counted(user['memories'], 'memory', 'memories')} indexed."
