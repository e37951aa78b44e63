"""`onememory model`."""

import asyncio
from typing import Annotated, Any

import typer

from onememory.cli import assembly
from onememory.cli.commands import Target, command
from onememory.cli.output import notice, present, progress, say

app = typer.Typer(help="Keep models that embed texts.", no_args_is_help=True)


@app.callback()
def models() -> None:
    """Keep models that embed texts."""


@command(app, "fetch")
async def fetch(
    target: Target,
    name: Annotated[str, typer.Argument(help="Its name in the catalogue.", show_default=False)],
    mirror: Annotated[
        str | None, typer.Option(help="The URL of another place with the same layout.", show_default=False)
    ] = None,
) -> None:
    """Download a model into the data directory; nothing else ever downloads one."""
    settings = target.data_settings()
    notice(assembly.bootstrap.described_model(name))
    with progress("Fetching") as advance:
        fetched = await asyncio.to_thread(
            assembly.bootstrap.fetch_model,
            name,
            settings,
            mirror,
            lambda p: advance(p.done, p.total or p.done),
        )
    answer = {
        "name": name,
        "embedder": f"fastembed:{name}",
        "folder": str(fetched.folder),
        "isNew": fetched.is_new,
        "sha256": dict(fetched.sha256),
    }
    present(target, answer, _show)


def _show(answer: dict[str, Any]) -> None:
    say(f"{'Fetched' if answer['isNew'] else 'There already'}: {answer['folder']}")
    say(*(f"  {digest}  {file}" for file, digest in answer["sha256"].items()))
    say(f"To use it, set ONEMEMORY_EMBEDDER={answer['embedder']}.")
