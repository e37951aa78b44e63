"""`onememory serve`."""

from pathlib import Path
from typing import Annotated

import typer

from onememory import server, settings


def serve(
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="The port to listen on; 0 takes a free one.")] = None,
    data: Annotated[Path | None, typer.Option(help="The data directory; made on first run.")] = None,
) -> None:
    """Start the server."""
    server.serve(settings.load({"host": host, "port": port, "data": data}), _announce)


def _announce(url: str, first_token: str | None) -> None:
    print(f"onememory is ready at {url}", flush=True)
    if first_token:
        print(f"Your first token, shown this once: {first_token}", flush=True)
