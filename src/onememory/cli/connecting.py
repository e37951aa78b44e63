"""`onememory connect`."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from onememory.cli.commands import Target, WrongUse, command
from onememory.cli.output import present, print_table
from onememory.cli.tools.connections import Doing, How, ToolConnection, remembered
from onememory.domain.ai_tools import TOOLS


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "connect")(connect)


async def connect(
    target: Target,
    how: How,
    doing: Doing,
    tool: Annotated[
        str | None, typer.Argument(help="The tool; without one, all are listed.", show_default=False)
    ] = None,
) -> None:
    """Connect an AI tool to your memories, with a token of its own; asks before it changes a file."""
    if tool is None:
        _list(target)
        return
    if tool not in TOOLS:
        raise WrongUse(f"`{tool}` is none of the tools: {', '.join(TOOLS)}.")
    if target.as_json and not (doing.yes or doing.only_print):
        raise WrongUse("With --json give --yes or --print, for nobody can be asked.")
    connection = ToolConnection(tool, TOOLS[tool], target, how, doing)
    if doing.undo:
        await connection.undo()
    elif connection.tool.file:
        await connection.write(connection.tool.file)
    else:
        await connection.guide()


def _list(target: Target) -> None:
    state, home = remembered(), Path.home()
    rows = []
    for name, tool in TOOLS.items():
        made = state.get(name)
        rows.append(
            {
                "tool": name,
                "title": tool.title,
                "found": tool.file.place(home, sys.platform).is_dir() if tool.file else None,
                "connected": made is not None,
                "file": str(tool.file.path(home, sys.platform)) if tool.file else None,
            }
        )
    present(target, rows, _show_list)


def _show_list(rows: list[dict[str, Any]]) -> None:
    words = {True: "found here", False: "not found", None: "by hand"}
    cells = ((r["tool"], r["title"], "connected" if r["connected"] else words[r["found"]]) for r in rows)
    print_table(("tool", "what it is", "state"), cells)
