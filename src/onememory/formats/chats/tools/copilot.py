"""Microsoft Copilot's activity as the privacy dashboard gives it: CSV files of four kinds, without ids."""

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import groupby, zip_longest
from typing import BinaryIO

from onememory.domain.conversations import Conversation, Message, Role
from onememory.formats.chats.chat_formats import ChatFormat
from onememory.formats.chats.found import Tally
from onememory.formats.chats.members import Member
from onememory.formats.chats.roles import speaking_role
from onememory.formats.moments import moment_of

PLATFORM = "copilot"

_NO_TIME = datetime.min.replace(tzinfo=UTC)
_US_TIMES = ("%m/%d/%Y %H:%M:%S %z", "%m/%d/%Y %I:%M:%S %p %z", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p")
_LONGEST_TIME = 40
_LONGEST_HEADER = 1_000
_CELL_LIMIT = 16 * 1024 * 1024  # characters of one message


@dataclass(frozen=True, slots=True)
class _Columns:
    """The names of one kind of file's columns; without an author, every row is a prompt."""

    topic: str
    time: str
    text: str
    author: str | None = None

    @property
    def names(self) -> set[str]:
        return {self.topic, self.time, self.text} | ({self.author} if self.author else set())


_KINDS = (
    _Columns("Conversation", "Time", "Message", "Author"),
    _Columns("ChatName", "CreatedAt", "MessageContent", "Author"),
    _Columns("ClientApp", "Timestamp", "Prompt"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One message; `day` is set where nothing but the day tells conversations apart."""

    topic: str
    day: str
    time: datetime | None
    role: Role
    text: str


def _sniff(head: bytes, _name: str) -> bool:
    """Whether the first line names the columns of one of the files."""
    first = head.decode("utf-8-sig", errors="replace").partition("\n")[0]
    return len(first) < _LONGEST_HEADER and _columns_of(cell.strip(' "\r') for cell in first.split(",")) is not None


def _read(member: Member, tally: Tally) -> Iterator[Conversation]:
    """One conversation for each topic; rows without one, and mere prompts, are put together by day."""
    topics: dict[tuple[str, str], list[Row]] = {}
    with member.open() as stream, _text_of(stream) as lines, _long_cells():
        for row in _rows(lines, member.name, tally):
            topics.setdefault((row.topic, row.day), []).append(row)
    for rows in topics.values():
        yield conversation_of(rows)


@contextmanager
def _long_cells() -> Iterator[None]:
    """A message may be longer than the csv module allows by itself."""
    before = csv.field_size_limit(_CELL_LIMIT)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _text_of(stream: BinaryIO) -> io.TextIOWrapper:
    return io.TextIOWrapper(stream, "utf-8-sig", errors="replace", newline="")


def conversation_of(rows: list[Row]) -> Conversation:
    """The rows of one topic, given newest first or oldest first; at one moment the user speaks first."""
    topic, day = rows[0].topic, rows[0].day
    oldest_first = rows[::-1] if _when(rows[0]) >= _when(rows[-1]) else rows
    moments = (list(group) for _, group in groupby(sorted(oldest_first, key=_when), key=_when))
    messages = tuple(Message("", row.role, row.text, row.time) for rows in moments for row in _taking_turns(rows))
    return Conversation(PLATFORM, _id(topic, day), ", ".join(filter(None, (topic, day))), None, None, messages)


def _rows(lines: Iterable[str], name: str, tally: Tally) -> Iterator[Row]:
    table = csv.reader(line.replace("\x00", "") for line in lines)
    try:
        header = [cell.strip() for cell in next(table, [])]
        columns = _columns_of(header)
        for cells in table if columns else ():
            if columns and cells and (row := _row(dict(zip(header, cells, strict=False)), columns, tally)):
                yield row
    except csv.Error as error:
        tally.skip(f"{name}, line {table.line_num:,}", f"The rest of the table cannot be read: {error}.")


def _columns_of(header: Iterable[str]) -> _Columns | None:
    names = {cell.strip() for cell in header}
    return next((kind for kind in _KINDS if kind.names <= names), None)


def _row(cells: dict[str, str], columns: _Columns, tally: Tally) -> Row | None:
    text = cells.get(columns.text, "").strip()
    if not text:
        tally.unrecognised += 1
        return None
    role = speaking_role(cells.get(columns.author), tally) if columns.author else Role.USER
    topic, time = cells.get(columns.topic, "").strip(), _time(cells.get(columns.time, "").strip())
    day = "" if topic and columns.author else time.date().isoformat() if time else ""
    return Row(topic, day, time, role, text) if role else None


def _time(text: str) -> datetime | None:
    """ISO 8601; or the month first, with a time and mostly an offset."""
    if (moment := moment_of(text)) or len(text) > _LONGEST_TIME:
        return moment
    for pattern in _US_TIMES:
        try:
            return moment_of(datetime.strptime(text, pattern))  # noqa: DTZ007 - without an offset it is UTC
        except ValueError:
            continue
    return None


def _taking_turns(rows: list[Row]) -> Iterator[Row]:
    users = [row for row in rows if row.role is Role.USER]
    others = [row for row in rows if row.role is not Role.USER]
    return (row for pair in zip_longest(users, others) for row in pair if row)


def _when(row: Row) -> datetime:
    return row.time or _NO_TIME


def _id(topic: str, day: str) -> str:
    """The same for the same topic in every export."""
    return sha256(f"{topic}\x1f{day}".encode(errors="replace")).hexdigest()[:32]


FORMAT = ChatFormat("copilot", PLATFORM, _sniff, _read)
