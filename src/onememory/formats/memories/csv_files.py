"""Memories as CSV (RFC 4180): read with the delimiter and header found out, written so that no cell is a formula."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from onememory.domain.memories import Memory
from onememory.formats.content import Content
from onememory.formats.imported import FoundItem, ParsedMemories
from onememory.formats.memories.fields import KNOWN, TEXT, by_normal_name, item_of, normal_name
from onememory.formats.moments import moment_of, utc_text

FORMAT = "memories-csv"
COLUMNS = ("id", "createdAt", "updatedAt", "about", "bucket", "source", "trust", "text")

_DELIMITERS = (",", ";", "\t", "|")
_NO_DELIMITER = "\x1f"  # the unit separator, which no text contains
_SAMPLE = 65_536  # characters
_SAMPLE_ROWS = 20
_WRITTEN_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_READ_FORMULA = re.compile(r"'+[=+\-@\t\r]")


@dataclass(frozen=True, slots=True)
class _Layout:
    delimiter: str
    columns: tuple[str, ...]  # normal names
    has_header: bool


def header() -> bytes:
    """The first row."""
    return _row(COLUMNS)


def row(memory: Memory, bucket_name: str) -> bytes:
    """The memory as one row of COLUMNS."""
    return _row(
        (
            memory.id,
            utc_text(memory.created_at),
            utc_text(memory.updated_at),
            memory.about.isoformat() if memory.about else "",
            bucket_name,
            memory.provenance.source or "",
            memory.provenance.trust.value,
            memory.text,
        )
    )


def looks_like(content: Content) -> bool:
    """Whether the first row names a column of texts, or all cells are quoted, or the name ends in .csv or .tsv."""
    layout = _layout(content.text)
    if content.suffix in {".csv", ".tsv"}:
        return True
    if layout.has_header:
        return len(layout.columns) > 1 or layout.columns[0] in TEXT[:4]
    return content.text.startswith('"') and _is_well_quoted(content.text)


def read(content: Content) -> ParsedMemories:
    """The memories of all rows; a row that does not fit its header becomes a problem."""
    layout = _layout(content.text)
    found = ParsedMemories(FORMAT)
    rows = _rows(content.text, layout.delimiter)
    for line, cells in islice(rows, 1 if layout.has_header else 0, None):
        if cells is None:
            found.report(line, "It cannot be read as CSV: a cell is far too long, or a quote is not closed.")
        elif any(cells):
            _take(found, line, cells, layout)
    return found


def _take(found: ParsedMemories, line: int, cells: list[str], layout: _Layout) -> None:
    width = len(layout.columns)
    if len(cells) > width and layout.columns[-1] in TEXT:
        cells = [*cells[: width - 1], layout.delimiter.join(cells[width - 1 :])]  # unquoted commas in the text
    if len(cells) > width:
        found.report(line, f"It has {len(cells)} cells and its header {width}; put the text in quotes.")
        return
    record = by_normal_name(zip(layout.columns, map(_without_apostrophe, cells), strict=False))
    found.add(line, item_of(record) if record else FoundItem(None))


def _layout(text: str) -> _Layout:
    sample = text[:_SAMPLE]
    headers = [_header(sample, delimiter) for delimiter in _DELIMITERS]
    best = max(headers, key=lambda layout: len(KNOWN.intersection(layout.columns)) if layout.has_header else 0)
    if best.has_header:
        return best
    guesses = (_guess(sample, delimiter, is_whole=len(sample) == len(text)) for delimiter in _DELIMITERS)
    return next((layout for layout in guesses if layout), _Layout(_NO_DELIMITER, ("text",), has_header=False))


def _header(sample: str, delimiter: str) -> _Layout:
    _, cells = next(_rows(sample, delimiter), (1, None))
    columns = tuple(normal_name(cell) for cell in cells or ())
    return _Layout(delimiter, columns, has_header=not KNOWN.isdisjoint(columns) and not set(TEXT).isdisjoint(columns))


def _guess(sample: str, delimiter: str, *, is_whole: bool) -> _Layout | None:
    # Without a header, columns are believed only if one of them holds dates: commas in prose make columns too.
    rows = [cells for _, cells in islice(_rows(sample, delimiter), _SAMPLE_ROWS) if cells]
    rows = rows if is_whole or len(rows) == _SAMPLE_ROWS else rows[:-1]
    if not rows or len(rows[0]) < 2 or any(len(cells) != len(rows[0]) for cells in rows):
        return None
    columns = list(zip(*rows, strict=True))
    dates = [at for at, cells in enumerate(columns) if all(moment_of(cell) for cell in cells)]
    others = [at for at in range(len(columns)) if at not in dates[:1]]
    if not dates:
        return None
    text = max(others, key=lambda at: sum(map(len, columns[at])))
    names = {dates[0]: "createdat", text: "text"}
    return _Layout(delimiter, tuple(names.get(at, "") for at in range(len(columns))), has_header=False)


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """Each row with the line where it begins; None for one that cannot be read."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        line = reader.line_num + 1
        try:
            yield line, next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield line, None


def _is_well_quoted(text: str) -> bool:
    if not text.rstrip().endswith('"'):
        return False
    try:
        widths = {len(cells) for cells in csv.reader(io.StringIO(text, newline=""), strict=True) if cells}
    except csv.Error:
        return False
    return len(widths) == 1


def _row(cells: tuple[str, ...]) -> bytes:
    line = io.StringIO(newline="")
    csv.writer(line).writerow([f"'{cell}" if _WRITTEN_FORMULA.match(cell) else cell for cell in cells])
    return line.getvalue().encode()


def _without_apostrophe(cell: str) -> str:
    return cell[1:] if _READ_FORMULA.match(cell) else cell
