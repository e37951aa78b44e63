"""Antigravity's conversations: Markdown with a heading for each step, alone or within an object that names them."""

import re
from collections.abc import Iterator

from onememory.domain.conversations import Conversation, Message, Role
from onememory.formats.chats.chat_formats import ChatFormat
from onememory.formats.chats.found import LeftOut, Tally
from onememory.formats.chats.json_stream import json_document, json_items, json_lines
from onememory.formats.chats.members import Member
from onememory.formats.chats.outlines import outline_of
from onememory.formats.chats.texts import text_of
from onememory.formats.chats.values import id_at, moment_at, text_at

PLATFORM = "antigravity"

_TITLE = "# Chat Conversation"
_STEPS = {"User Input": Role.USER, "Planner Response": Role.ASSISTANT}
_HEADING = re.compile(r"^### (User Input|Planner Response)[ \t]*\r?$", re.MULTILINE)
_ACTION = re.compile(
    r"^\*(?:Viewed|Edited|Listed|Grep|Searched|Ran|Read|Created|Deleted|Checked|Generated|Opened|User accepted|"
    r"User rejected|User cancell?ed)\b[^\n]*\*[ \t]*$",
    re.MULTILINE,
)


def _sniff(head: bytes, _name: str) -> bool:
    """Whether it is an object with a cascade's Markdown, or such Markdown itself."""
    outline = outline_of(head)
    if outline.is_json:
        return any(outline.has(f"{place}cascadeId", f"{place}markdown") for place in ("", "[]/"))
    text = head.decode("utf-8-sig", errors="replace")
    headings = set(_HEADING.findall(text))
    return headings == _STEPS.keys() or ("User Input" in headings and text.startswith(_TITLE))


def _read(member: Member, tally: Tally) -> Iterator[Conversation]:
    """The conversation of a file; of several, each."""
    outline = outline_of(member.head)
    if not outline.is_json:
        yield conversation_of({"markdown": text_of(member)}, tally)
    elif outline.has("[]"):
        yield from (conversation_of(item, tally) for item in json_items(member, tally))
    elif outline.top_values > 1:
        yield from (conversation_of(item, tally) for item in json_lines(member, tally))
    else:
        yield conversation_of(json_document(member), tally)


def conversation_of(record: object, tally: Tally) -> Conversation:
    """What the user and the planner say; notes of what was viewed, edited and run are left out."""
    if not text_at(record, "markdown"):
        tally.unrecognised += 1
    return Conversation(
        PLATFORM,
        id_at(record, "cascadeId"),
        text_at(record, "title"),
        moment_at(record, "createdTime", "createdAt"),
        moment_at(record, "lastModifiedTime"),
        tuple(_messages(text_at(record, "markdown"), tally)),
        text_at(record, "workspaceName") or None,
    )


def _messages(markdown: str, tally: Tally) -> Iterator[Message]:
    _, *steps = _HEADING.split(markdown)
    for heading, body in zip(steps[::2], steps[1::2], strict=True):
        text, actions = _ACTION.subn("", body)
        tally.left_out.update([LeftOut.TOOL] * actions)
        if text.strip():
            yield Message("", _STEPS[heading], re.sub(r"\n{3,}", "\n\n", text.strip()))


FORMAT = ChatFormat("antigravity", PLATFORM, _sniff, _read)
