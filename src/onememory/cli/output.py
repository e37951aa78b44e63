"""What commands print: JSON for programs, calm tables for people, tab-separated lines for pipes."""

import contextlib
import json
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from onememory.cli.commands import Target

console = Console(highlight=False, markup=False, emoji=False)
notices = Console(stderr=True, highlight=False, markup=False, emoji=False)

_CLIPPED = 200  # characters of a text in a list


def present(target: Target, answer: Any, render: Callable[[Any], None]) -> None:
    """Print an answer as it was asked for."""
    if target.as_json:
        print_json(answer)
    else:
        render(answer)


def print_json(answer: Any) -> None:
    """Print JSON, in ASCII where the terminal cannot do more."""
    is_unicode = sys.stdout.encoding.lower().replace("-", "") == "utf8"
    print(json.dumps(answer, ensure_ascii=not is_unicode, indent=2))


def say(*lines: str) -> None:
    """Print sentences."""
    for line in lines:
        console.print(printable(line), soft_wrap=True)


def notice(line: str) -> None:
    """Print a sentence that is not the answer, on standard error."""
    notices.print(printable(line), soft_wrap=True)


def show_link(made: dict[str, Any]) -> None:
    """Print a link that was made, and beside the answer what to know before it is sent to somebody."""
    say(made["url"])
    if "warning" in made:
        notice(made["warning"])


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under their columns; in a pipe tab-separated and without a heading."""
    if not console.is_terminal:
        for row in rows:
            print("\t".join(clipped(cell, None) for cell in row))
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="dim")
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column == "id")  # ids are there to be copied
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    console.print(table)


def print_item(text: str, *details: str, reasons: Sequence[str] = (), is_whole: bool = False) -> None:
    """Print one entry of a list of texts, below it what is known of it, and for people why it is there.

    People see the beginning of a long text, unless the whole is asked for.
    """
    if not console.is_terminal:
        print("\t".join([*details, clipped(text, None)]))
        return
    console.print(Text(printable(text) if is_whole else clipped(text, _CLIPPED)))
    console.print(Text(" · ".join(d for d in details if d), style="dim"), soft_wrap=True)
    say(*reasons, "")


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun, such as `1 file` and `2,000 files`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def clipped(text: str, limit: int | None) -> str:
    """A text on one line, with an ellipsis where it was longer."""
    line = " ".join(printable(text).split())
    return line if limit is None or len(line) <= limit else line[: limit - 1] + "…"


def printable(text: str) -> str:
    """A text without what would steer a terminal; lines and tabs stay."""
    if text.isprintable():
        return text
    return "".join(c if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"} else "�" for c in text)


def is_for_people() -> bool:
    """Whether standard output is a terminal."""
    return console.is_terminal


@contextlib.contextmanager
def progress(title: str) -> Iterator[Callable[[int, int | None], None]]:
    """A bar on standard error while the block runs, where that is a terminal; call it with done and total."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=notices, transient=True, disable=not notices.is_terminal) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
