"""Gemini in Google Takeout: MyActivity as JSON or as a web page, in any language."""

import re
from collections import Counter
from collections.abc import Callable, Iterator

from onememory.domain.errors import InvalidInput
from onememory.formats.chats.activity_turns import PLATFORM, Activity, Grouping, chat_in, learned_frame
from onememory.formats.chats.chat_formats import ChatFormat
from onememory.formats.chats.found import Found, Tally
from onememory.formats.chats.html_text import text_of_html
from onememory.formats.chats.json_stream import json_items, without_mark
from onememory.formats.chats.local_dates import local_moment, looks_like_date
from onememory.formats.chats.members import Member
from onememory.formats.chats.outlines import outline_of
from onememory.formats.chats.values import list_at, moment_at, object_at, objects_at, text_at

_PRODUCT = re.compile(r"gemini|bard", re.IGNORECASE)
_CELL = b'<div class="outer-cell'
_BLOCK_BYTES = 256 * 1024
_MOST_LINES = 2_000  # of a prompt, before its date
_LONGEST_CELL = 16 * 1024 * 1024  # bytes of one record of the page
_BODY = re.compile(r'<div class="content-cell[^">]{0,200}body-1[^">]{0,200}">(?!</div>)')
_NEXT_CELL = '<div class="content-cell'
_BREAK = re.compile(r"<br\s*/?>")
_HEADER = re.compile(r'typography--title">([^<]{0,200})')
_ADDRESS = re.compile(r'href="([^"<>]{1,500})"')
_NO_PROMPT = "Activity that is no prompt: used, created, rated."

_Activities = Callable[[Member, Tally], Iterator[Activity]]


def _sniff_json(head: bytes, _name: str) -> bool:
    outline = outline_of(head)
    is_activity = outline.has("[]/header", "[]/title", "[]/time") or outline.has("[]/products/[]", "[]/time")
    product = f"{outline.value('[]/header')} {outline.value('[]/products/[]')}"
    return (is_activity and _PRODUCT.search(product) is not None) or outline.has("[]/userInteractions")


def _sniff_page(head: bytes, _name: str) -> bool:
    header = _HEADER.search(head.decode("utf-8", errors="replace")) if _CELL in head else None
    return header is not None and _PRODUCT.search(header[1]) is not None


def _read_json(member: Member, tally: Tally) -> Iterator[Found]:
    return _conversations(member, tally, _records)


def _read_page(member: Member, tally: Tally) -> Iterator[Found]:
    return _conversations(member, tally, _cells)


def _conversations(member: Member, tally: Tally, activities: _Activities) -> Iterator[Found]:
    """In two passes: the first counts the records of each chat, so that the second need not hold them all."""
    expected = Counter(activity.chat for activity in _complete(activities(member, Tally())) if activity.chat)
    frame = learned_frame(_complete(activities(member, Tally())))
    grouping = Grouping(expected)
    broken: InvalidInput | None = None
    try:
        for activity in activities(member, tally):
            prompt = frame.prompt(activity)
            if prompt is None:
                tally.skip(member.name, _NO_PROMPT)
            yield from grouping.add(prompt, activity)
    except InvalidInput as error:
        broken = error
    yield from grouping.rest()
    if broken:
        raise broken


def _records(member: Member, tally: Tally) -> Iterator[Activity]:
    for record in json_items(member, tally):
        if isinstance(record, dict):
            yield from _activities_of(record, tally)
        else:
            tally.unrecognised += 1


def _activities_of(record: dict[str, object], tally: Tally) -> Iterator[Activity]:
    """One of a record; of the rarer shapes with requests and responses as many as it has."""
    time = moment_at(record, "time", "timestamp")
    details = list(objects_at(record, "details"))
    chat = chat_in([text_at(record, "titleUrl"), *(text_at(item, "url") for item in details)])
    pairs = [object_at(item, "userInteraction") for item in objects_at(record, "userInteractions")]
    pairs += [item for item in details if "Request" in item or "Response" in item]
    for pair in pairs:
        request, response = text_at(pair, "request", "Request"), text_at(pair, "response", "Response")
        yield Activity(f"Prompted {request}", text_of_html(response), time, chat)
    if not pairs and (title := text_at(record, "title")):
        answer = "\n\n".join(text_of_html(text_at(item, "html")) for item in objects_at(record, "safeHtmlItem"))
        yield Activity(title, answer, time, chat, tuple(_attachments(record)))
    elif not pairs:
        tally.unrecognised += 1


def _attachments(record: dict[str, object]) -> Iterator[str]:
    for file in [*list_at(record, "attachedFiles"), record.get("imageFile")]:
        name = file if isinstance(file, str) else text_at(file, "name", "fileName", "url")
        if name:
            yield name


def _cells(member: Member, tally: Tally) -> Iterator[Activity]:
    """Each record of the page has a title, a date and an answer, with nothing but line breaks between them."""
    for html in _cell_texts(member, tally):
        body = _BODY.search(html)
        parts = _BREAK.split(html[body.end() :].partition(_NEXT_CELL)[0]) if body else []
        at = _place_of_date([text_of_html(part) for part in parts[:_MOST_LINES]])
        if at is None:
            tally.unrecognised += 1
            continue
        title = "\n".join(text_of_html(part) for part in parts[:at]).strip()
        answer = text_of_html("<br>".join(parts[at + 1 :]))
        yield Activity(title, answer, local_moment(text_of_html(parts[at])), chat_in(_ADDRESS.findall(html)))


def _place_of_date(lines: list[str]) -> int | None:
    for is_date in (local_moment, looks_like_date):
        if (at := next((at for at, line in enumerate(lines) if at and is_date(line)), None)) is not None:
            return at
    return None


def _cell_texts(member: Member, tally: Tally) -> Iterator[str]:
    """The page cut into its records; one that is too long is skipped."""
    with member.open() as stream:
        rest = without_mark(stream.read(_BLOCK_BYTES)).partition(_CELL)[2]
        while block := stream.read(_BLOCK_BYTES):
            *cells, rest = (rest + block).split(_CELL)
            yield from (cell.decode("utf-8", errors="replace") for cell in cells)
            if len(rest) > _LONGEST_CELL:
                tally.skip(member.name, "A record of the page is too long.")
                rest = b""
        yield from (cell.decode("utf-8", errors="replace") for cell in rest.split(_CELL))


def _complete(activities: Iterator[Activity]) -> Iterator[Activity]:
    """The records before the place where a file breaks off."""
    try:
        yield from activities
    except InvalidInput:
        return


ACTIVITY_JSON = ChatFormat("gemini-activity", PLATFORM, _sniff_json, _read_json)
ACTIVITY_PAGE = ChatFormat("gemini-activity-page", PLATFORM, _sniff_page, _read_page)
