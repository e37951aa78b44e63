"""The command `onememory`."""

import sys

import typer

from onememory.cli import serving
from onememory.domain.errors import OneMemoryError

app = typer.Typer(no_args_is_help=True, add_completion=False, help="One memory for every AI you use.")


@app.callback()
def main() -> None:
    """One memory for every AI you use."""


app.command("serve")(serving.serve)


def run() -> None:
    """Run one command; exit with 0 done, 1 failed, 2 wrong use."""
    try:
        app()
    except OneMemoryError as error:
        print(f"Error: {error}", file=sys.stderr)
        sys.exit(1)
