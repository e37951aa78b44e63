"""The command `onememory`."""

import json
import logging
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from onememory import __version__
from onememory.cli import (
    agents,
    backups,
    buckets,
    chats,
    connecting,
    databases,
    doctor,
    exports,
    finding,
    imports,
    inbox,
    memories,
    models,
    moving,
    reindexing,
    serving,
    sharing,
    status,
    tokens,
    users,
    watching,
)
from onememory.cli.connection import Refused
from onememory.cli.output import printable
from onememory.domain.errors import OneMemoryError

app = typer.Typer(
    name="onememory", no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False
)
for group in (
    serving,
    agents,
    connecting,
    memories,
    finding,
    imports,
    watching,
    exports,
    backups,
    moving,
    reindexing,
    doctor,
    status,
):
    group.register(app)
sharing.register(buckets.app)
app.add_typer(buckets.app, name="buckets")
app.add_typer(chats.app, name="chats")
app.add_typer(inbox.app, name="inbox")
app.add_typer(tokens.app, name="token")
app.add_typer(users.app, name="user")
app.add_typer(models.app, name="model")
app.add_typer(databases.app, name="database")


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"onememory {__version__}")
        raise typer.Exit


@app.callback()
def onememory(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """One memory for every AI you use."""


def run() -> None:
    """The program."""
    logging.basicConfig(level=logging.ERROR)
    sys.exit(main(sys.argv[1:]))


def main(arguments: Sequence[str]) -> int:
    """Run one command; the exit code: 0 done, 1 failed, 2 wrong use."""
    as_json = "--json" in arguments
    try:
        code = app(list(arguments), prog_name="onememory", standalone_mode=False)
    except typer.TyperException as error:
        return _fail({"error": _plain(error.format_message())}, error.exit_code, as_json=as_json)
    except Refused as error:
        return _fail(error.body, 1, as_json=as_json)
    except OneMemoryError as error:
        return _fail({"error": error.detail}, 1, as_json=as_json)
    except typer.Abort:
        return _fail({"error": "Stopped."}, 1, as_json=as_json)
    except BrokenPipeError:
        sys.stderr.close()  # the reader went away, which is no failure to speak of
        return 1
    return code if isinstance(code, int) else 0


def _plain(message: str) -> str:
    """A message of the parser without the name of the error that it wraps."""
    return message.replace("Value error, ", "", 1)


def _fail(body: dict[str, object], code: int, *, as_json: bool) -> int:
    sentence = str(body["error"])
    if not as_json and not sentence.startswith("Usage:"):  # which is the help of a group without a command
        sentence = f"Error: {sentence}"
    print(json.dumps(body) if as_json else printable(sentence), file=sys.stderr)
    return code
