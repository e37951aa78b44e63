"""`onememory serve`."""

from pathlib import Path
from typing import Annotated

import typer

from onememory import settings
from onememory.cli import assembly


def register(app: typer.Typer) -> None:
    """Add the command; it runs a loop of its own, and its answer is the log."""
    app.command("serve")(serve)


def serve(
    host: Annotated[str | None, typer.Option(help="The address to listen on.", show_default=False)] = None,
    port: Annotated[
        int | None, typer.Option(help="The port to listen on; 0 takes a free one.", show_default=False)
    ] = None,
    data: Annotated[
        Path | None, typer.Option(help="The data directory; made on first run.", show_default=False)
    ] = None,
) -> None:
    """Start the server."""
    assembly.server.serve(settings.load({"host": host, "port": port, "data": data}), _announce)


def _announce(url: str, first_token: str | None) -> None:
    print(f"onememory is ready at {url}", flush=True)
    if first_token:
        print(f"Your first token, shown this once: {first_token}", flush=True)
        print(f"To set your password, open {url}/set-up and give this token there as the set-up code.", flush=True)
