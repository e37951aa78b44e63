"""`onememory export`."""

import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing
from enum import StrEnum
from pathlib import Path
from typing import IO, Annotated

import typer

from onememory.cli.commands import Target, WrongUse, command
from onememory.cli.connection import at, connected
from onememory.cli.output import present, say
from onememory.domain.errors import StorageFailed


class Form(StrEnum):
    """What an export can be."""

    JSON = "json"
    MARKDOWN = "markdown"
    CSV = "csv"


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "export")(export)


async def export(
    target: Target,
    format: Annotated[Form, typer.Option(help="json is complete and can be imported again.")] = Form.JSON,  # noqa: A002
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write; else standard output.", show_default=False)
    ] = None,
) -> None:
    """Export everything; Markdown and CSV hold the active memories."""
    if target.as_json and output is None and format is not Form.JSON:
        raise WrongUse("--json describes what was written: name a file with -o.")
    async with connected(target) as api, aclosing(api.stream(at("export"), format=format)) as pieces:
        if output is None:
            await _write(pieces, sys.stdout.buffer)
            return
        size = await _save(pieces, output)
    answer = {"path": str(output), "format": format.value, "bytes": size}
    present(target, answer, lambda done: say(f"Wrote {done['path']} ({done['bytes']:,} bytes)."))


async def _save(pieces: AsyncGenerator[bytes, None], output: Path) -> int:
    partial = output.with_name(f"{output.name}.part")
    try:
        with partial.open("wb") as file:
            size = await _write(pieces, file)
        partial.replace(output)
    except OSError as error:
        raise StorageFailed(f"{partial} cannot be written: {error.strerror}.") from error
    return size


async def _write(pieces: AsyncGenerator[bytes, None], file: IO[bytes]) -> int:
    size = 0
    async for piece in pieces:
        size += file.write(piece)
    file.flush()
    return size
