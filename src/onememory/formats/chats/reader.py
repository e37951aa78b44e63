"""Everything that an export holds, file by file: known formats are read, all else is reported."""

import codecs
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from onememory.domain.conversations import Conversation, MemorySuggestion, Skipped
from onememory.domain.errors import InvalidInput
from onememory.domain.platforms import platform_name
from onememory.formats.chats.chat_formats import ChatFormat
from onememory.formats.chats.detect import format_of
from onememory.formats.chats.finishing import finished
from onememory.formats.chats.found import Found, Tally
from onememory.formats.chats.json_blocks import MarkScanner
from onememory.formats.chats.json_splitter import DEPTH_LIMIT, TOO_DEEP
from onememory.formats.chats.json_stream import IN_UTF16, UTF16_MARKS
from onememory.formats.chats.members import Member
from onememory.formats.chats.side_files import ATTACHMENT, side_file_reason

_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"BZh", b"\xfd7zXZ")
_EMPTY = (b"", b"{}", b"[]")
_AN_ARCHIVE = "An archive or office document within the export; it is not opened."
_HOLDS_NOTHING = "It is empty."
_UNKNOWN = "No reader knows what this is."
_A_REMARK = "A text beside the chats; it is not read."
_A_REPEAT = "The export holds this conversation again, no newer."


@dataclass(frozen=True, slots=True)
class _Planned:
    member: Member
    format: ChatFormat


def read_members(members: Sequence[Member], tally: Tally, *, allow_mixed: bool = False) -> Iterator[tuple[str, Found]]:
    """Each find with the name of the file it is from; what was skipped of a file follows at its end.

    All files of an export belong in one call. With files of several tools and not `allow_mixed`, nothing is read but
    a report given. A conversation or suggestion that comes again is given once, unless it comes newer.
    """
    plan, skipped = _plan(members, tally)
    yield from ((item.where, item) for item in skipped)
    platforms = sorted({planned.format.platform for planned in plan})
    if len(platforms) > 1 and not allow_mixed:
        names = ", ".join(map(platform_name, platforms))
        reason = f"It holds chats of several tools ({names}); import the export of each by itself."
        yield plan[0].member.name, Skipped("the whole export", reason)
        return
    known = _Known()
    for planned in plan:
        for found in _read(planned, tally):
            if known.is_new(found):
                yield planned.member.name, found
            elif isinstance(found, Conversation):
                tally.skip(f"{planned.member.name}: {found.title}", _A_REPEAT)


def _plan(members: Sequence[Member], tally: Tally) -> tuple[list[_Planned], list[Skipped]]:
    """Which files are read and how, without those that are known to be beside the point."""
    plan = [planned for member in members if not side_file_reason(member.name) for planned in _planned(member, tally)]
    for member in members:
        if (reason := side_file_reason(member.name)) and _of_tools(plan):
            tally.skip(member.name, reason)
        elif reason:
            plan += _planned(member, tally)
    of_tools = _of_tools(plan)
    for planned in plan if of_tools else ():
        if planned.format.is_fallback:
            tally.skip(planned.member.name, _A_REMARK)
    return of_tools or plan, tally.take_skipped()


def _of_tools(plan: Sequence[_Planned]) -> list[_Planned]:
    return [planned for planned in plan if not planned.format.is_fallback]


def _planned(member: Member, tally: Tally) -> list[_Planned]:
    try:
        head = member.head
        chat_format = format_of(head, member.name)
    except InvalidInput as error:
        tally.skip(member.name, str(error))
        return []
    if chat_format:
        return [_Planned(member, chat_format)]
    reason = _reason_against(head)
    tally.unrecognised += reason == _UNKNOWN
    tally.skip(member.name, reason)
    return []


def _reason_against(head: bytes) -> str:
    if head.startswith(_ARCHIVES):
        return _AN_ARCHIVE
    if head.startswith(UTF16_MARKS):
        return IN_UTF16
    if b"\x00" in head:
        return ATTACHMENT
    text = head.removeprefix(codecs.BOM_UTF8).strip()
    if text in _EMPTY:
        return _HOLDS_NOTHING
    is_deep = text.startswith((b"[", b"{")) and MarkScanner().marks(text).depths.max(initial=0) > DEPTH_LIMIT
    return TOO_DEEP if is_deep else _UNKNOWN


def _read(planned: _Planned, tally: Tally) -> Iterator[Found]:
    try:
        for found in planned.format.read(planned.member, tally):
            if (whole := finished(found, tally)) is not None:
                yield whole
    except InvalidInput as error:
        tally.skip(planned.member.name, str(error))
    yield from tally.take_skipped()


class _Known:
    """What was given already; of a conversation only its id, its time and its length are kept."""

    def __init__(self) -> None:
        self._conversations: dict[tuple[str, str], tuple[float, int]] = {}
        self._suggestions: set[tuple[str, str]] = set()

    def is_new(self, found: Found) -> bool:
        """Whether it was not given yet, or not as new as this."""
        if isinstance(found, Conversation):
            key = (found.platform, found.platform_id)
            age = (found.updated_at.timestamp() if found.updated_at else 0.0, len(found.messages))
            is_new = age > self._conversations.get(key, (-1.0, 0))
            self._conversations[key] = max(age, self._conversations.get(key, age))
            return is_new
        if isinstance(found, MemorySuggestion):
            suggestion = (found.kind, found.text)
            is_new = suggestion not in self._suggestions
            self._suggestions.add(suggestion)
            return is_new
        return True
