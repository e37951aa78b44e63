"""Chats as Markdown or plain text: who speaks stands in a heading, in bold or before a colon."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from onememory.domain.conversations import Conversation, Message, Role
from onememory.formats.chats.chat_formats import ChatFormat
from onememory.formats.chats.found import LeftOut, Tally
from onememory.formats.chats.members import Member
from onememory.formats.chats.roles import role_named
from onememory.formats.chats.texts import text_of
from onememory.formats.moments import moment_of

PLATFORM = "custom"

_TIME = r"(?:\[(?P<before>[^\]\n]{4,40})\][ \t]*)?"
_IN_BRACKETS = r"(?:[(\[][^)\]\n]{4,40}[)\]])"
_HEADING = re.compile(rf"(?P<style>#{{1,6}})[ \t]+{_TIME}(?P<label>[^\n]{{1,80}})(?P<rest>)")
_BOLD = re.compile(rf"{_TIME}(?P<style>\*\*|__)(?P<label>[^*_\n]{{1,60}})(?P=style)(?P<colon>:?)[ \t]*(?P<rest>.*)")
_PLAIN = re.compile(
    rf"{_TIME}(?P<label>[^\s:#*>`|-][^:\n(\[]{{0,39}}{_IN_BRACKETS}?)(?P<style>:)(?:[ \t]+(?P<rest>.*))?"
)
_LABEL_TIME = re.compile(r"[ \t]*[(\[\u2014,-][ \t]*([0-9][^)\]\n]{3,38})[)\]]?$")
_DECORATION = re.compile(r"^[^\w]+|[^\w]+$")
_SAID = re.compile(r" (?:said|says|wrote|asked|answered)$", re.IGNORECASE)
_FENCE = re.compile(r"[ ]{0,3}(`{3,}|~{3,})")
_TITLE = re.compile(r"\s*(?:#+[ \t]+|title:[ \t]*)(?P<title>\S[^\n]{0,300})", re.IGNORECASE)
_DATE = re.compile(r"\W*(?:date|created|created at|started)\W+(?P<date>[0-9]{4}-[^\n*]{5,35})", re.IGNORECASE)
_RULE = re.compile(r"-{3,}|\*{3,}|_{3,}|={3,}")
_PLAIN_STYLE = ":"


@dataclass(frozen=True, slots=True)
class _Marker:
    """A line that says who speaks from here on."""

    line: int
    style: str
    label: str
    role: Role | LeftOut
    time: datetime | None
    rest: str


def _sniff(head: bytes, _name: str) -> bool:
    """Whether the user and an assistant both speak, marked in the same way."""
    if b"\x00" in head or head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"<", b"[{", b'["')):
        return False
    text = head.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    return bool(_markers(text.split("\n")))


def _read(member: Member, tally: Tally) -> Iterator[Conversation]:
    """The conversation of a file."""
    yield conversation_of(text_of(member), tally)


def conversation_of(text: str, tally: Tally) -> Conversation:
    """The conversation in a text; a title and a date may stand before it."""
    lines = text.split("\n")
    markers = _markers(lines)
    ends = [*(marker.line for marker in markers), len(lines)]
    preface = lines[: ends[0]]
    messages = list[Message]()
    for marker, end in zip(markers, ends[1:], strict=True):
        if isinstance(marker.role, LeftOut):
            tally.left_out[marker.role] += 1
        else:
            said = _without_rule([marker.rest, *lines[marker.line + 1 : end]])
            messages.append(Message("", marker.role, said, marker.time))
    title = next((found["title"].strip("#* \t") for line in preface if (found := _TITLE.fullmatch(line))), "")
    dates = (moment_of(found["date"].strip()) for line in preface if (found := _DATE.fullmatch(line)))
    created = next(filter(None, dates), None)
    return Conversation(PLATFORM, _id(title, messages), title, created, None, tuple(messages))


def _markers(lines: list[str]) -> list[_Marker]:
    """The markers of the style that comes first of those in which both sides speak; none without such a style."""
    styles: dict[str, list[_Marker]] = {}
    for number in _outside_of_fences(lines):
        if marker := _marker(number, lines[number].strip()):
            styles.setdefault(marker.style, []).append(marker)
    for style, found in styles.items():
        markers = _by_usual_labels(found) if style == _PLAIN_STYLE else found
        if {Role.USER, Role.ASSISTANT} <= {marker.role for marker in markers}:
            return markers
    return []


def _by_usual_labels(markers: list[_Marker]) -> list[_Marker]:
    """Only those whose label is the usual one for its side: in prose, other such words stand before colons."""
    usual = set[str]()
    for role in Role:
        labels = Counter(marker.label for marker in markers if marker.role is role)
        usual |= {label for label, _ in labels.most_common(1)}
    return [marker for marker in markers if marker.label in usual]


def _marker(number: int, line: str) -> _Marker | None:
    found = _HEADING.fullmatch(line) or _BOLD.fullmatch(line) or _PLAIN.fullmatch(line)
    if found is None:
        return None
    label, time = found["label"].strip(), found["before"]
    if at_end := _LABEL_TIME.search(label):
        label, time = label[: at_end.start()], at_end[1]
    name = _SAID.sub("", _DECORATION.sub("", label))
    role = role_named(name)
    if role is None or (found["style"] in {"**", "__"} and _is_emphasis(found)):
        return None
    return _Marker(number, found["style"], name.lower(), role, moment_of(time), found["rest"] or "")


def _is_emphasis(found: re.Match[str]) -> bool:
    """A bold word at the beginning of a sentence is no marker: that has a colon, or the line to itself."""
    return bool(found["rest"]) and not found["colon"] and not found["label"].rstrip().endswith(":")


def _outside_of_fences(lines: list[str]) -> Iterator[int]:
    """The numbers of the lines outside of fenced code; a fence that is never closed is none."""
    fence, inside = "", list[int]()
    for number, line in enumerate(lines):
        mark = _FENCE.match(line)
        if not fence and not mark:
            yield number
        elif not fence and mark:
            fence, inside = mark[1], []
        elif line.strip().startswith(fence) and not line.strip().strip(fence[0]):
            fence = ""
        else:
            inside.append(number)
    if fence:
        yield from inside


def _without_rule(lines: list[str]) -> str:
    """The text of the lines without those at the end that separate turns from each other."""
    while lines and (not lines[-1].strip() or _RULE.fullmatch(lines[-1].strip())):
        lines.pop()
    return "\n".join(lines).strip()


def _id(title: str, messages: list[Message]) -> str:
    opening = (title, *(message.text for message in messages[:2]))
    return sha256("\x1f".join(opening).encode(errors="replace")).hexdigest()[:32]


FORMAT = ChatFormat("generic-text", PLATFORM, _sniff, _read, is_fallback=True)
