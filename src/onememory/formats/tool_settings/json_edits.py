"""One server added to or taken out of a tool's JSON settings, by editing the text, so that all else stays as it was.

Comments and trailing commas are understood, as editors allow them in their settings (JSONC).
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from onememory.domain.errors import InvalidInput

_STRING = r'"(?:[^"\\\n]|\\.)*"'
_COMMENTS = re.compile(_STRING + r"|//[^\n]*|/\*.*?\*/|^\ufeff", re.DOTALL)
_TRAILING_COMMAS = re.compile(_STRING + r"|,(?=\s*[}\]])")
_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()
_USUAL_INDENT = "  "


@dataclass(frozen=True, slots=True)
class _Member:
    key: str
    start: int  # of the key
    value: int  # where the value begins
    end: int


@dataclass(frozen=True, slots=True)
class _Object:
    """An object in the text, from its brace to the closing one."""

    start: int
    end: int
    members: list[_Member]

    def member(self, key: str) -> _Member | None:
        """The member with this key; the last one counts, as it does for every reader."""
        return next((member for member in reversed(self.members) if member.key == key), None)


class _Source:
    """A text with what stands where in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.bare = _COMMENTS.sub(_blank, text)  # the same length, without comments
        self.plain = _TRAILING_COMMAS.sub(_blank, self.bare)  # JSON as the standard has it
        self.data = _data(self.plain)
        self.is_compact = "\n" not in text.strip()
        self.newline = "\r\n" if "\r\n" in text else "\n"
        self.root = self._object(self.plain.index("{"))
        self.indent = self._indent()

    def section(self, name: str) -> _Object | None:
        """The object that stands under this key of the outermost one."""
        member = self.root.member(name)
        return self._object(member.value) if member else None

    def _object(self, start: int) -> _Object:
        members = []
        at = self._next(start + 1)
        while self.plain[at] != "}":
            key, after = _DECODER.raw_decode(self.plain, at)
            value = self._next(self._next(after) + 1)
            _, end = _DECODER.raw_decode(self.plain, value)
            members.append(_Member(key, at, value, end))
            at = self._next(end)
            if self.plain[at] == ",":
                at = self._next(at + 1)
        return _Object(start, at, members)

    def _next(self, at: int) -> int:
        """The place of the next character that is no space."""
        space = _SPACE.match(self.plain, at)
        return space.end() if space else at

    def _indent(self) -> str:
        if not self.root.members:
            return _USUAL_INDENT
        before = self.bare[: self.root.members[0].start]
        last_line = before[before.rfind("\n") + 1 :]
        return last_line if last_line and last_line.isspace() else _USUAL_INDENT


def servers(text: str, section: str) -> dict[str, Any]:
    """The servers of a section by name; raises InvalidInput where the text is broken or the section is no object."""
    found = _Source(text).data.get(section, {}) if text.strip() else {}
    if not isinstance(found, dict):
        raise InvalidInput(f"`{section}` is no object")
    return found


def has_section(text: str, section: str) -> bool:
    """Whether the key is there at all; raises InvalidInput where the text is broken."""
    return bool(text.strip()) and section in _Source(text).data


def with_server(text: str, section: str, name: str, entry: dict[str, Any]) -> str:
    """The text with one more server; raises InvalidInput where that cannot be done without harm."""
    known = servers(text, section)
    if not text.strip():
        return json.dumps({section: {name: entry}}, indent=_USUAL_INDENT, ensure_ascii=False) + "\n"
    source = _Source(text)
    within = source.section(section)
    if within is None:
        changed = _inserted(source, source.root, 1, (section, {name: entry}))
    else:
        changed = _inserted(source, within, 2, (name, entry))
    return _proven(changed, source.data | {section: known | {name: entry}})


def without_server(text: str, section: str, name: str) -> str:
    """The text without this server; raises InvalidInput where that cannot be done without harm."""
    left = {key: entry for key, entry in servers(text, section).items() if key != name}
    source = _Source(text)
    within = source.section(section)
    return _proven(_removed(source, within, name), source.data | {section: left}) if within else text


def without_section(text: str, section: str) -> str:
    """The text without a section that is empty; raises InvalidInput where that cannot be done without harm."""
    source = _Source(text)
    rest = {key: value for key, value in source.data.items() if key != section}
    return _proven(_removed(source, source.root, section), rest)


def _blank(match: re.Match[str]) -> str:
    found = match[0]
    return found if found.startswith('"') else re.sub(r"[^\r\n]", " ", found)


def _data(plain: str) -> dict[str, Any]:
    try:
        data = json.loads(plain)
    except json.JSONDecodeError as error:
        raise InvalidInput(f"{error.msg} in line {error.lineno}, column {error.colno}") from error
    except RecursionError as error:
        raise InvalidInput("it is nested too deeply") from error
    if not isinstance(data, dict):
        raise InvalidInput("it holds no JSON object")
    return data


def _inserted(source: _Source, within: _Object, depth: int, member: tuple[str, Any]) -> str:
    text, closing = source.text, within.end
    rendered = _rendered(source, depth, member)
    filled = len(text[:closing].rstrip())  # where what stands in the object ends, comments counted in
    space, newline = text[filled:closing], source.newline
    if source.is_compact:
        before, end = "", ""
    else:
        before = newline + source.indent * depth
        end = space if "\n" in space else newline + source.indent * (depth - 1)
    if not within.members:
        return text[:filled] + before + rendered + end + text[closing:]
    last = within.members[-1].end
    has_comma = "," in source.bare[last:closing]
    first, second = ("", ",") if has_comma else (",", "")
    return text[:last] + first + text[last:filled] + before + rendered + second + end + text[closing:]


def _rendered(source: _Source, depth: int, member: tuple[str, Any]) -> str:
    key, value = member
    name = json.dumps(key, ensure_ascii=False)
    if source.is_compact:
        return f"{name}:{json.dumps(value, ensure_ascii=False, separators=(',', ':'))}"
    lines = json.dumps(value, ensure_ascii=False, indent=source.indent).splitlines()
    return f"{name}: " + (source.newline + source.indent * depth).join(lines)


def _removed(source: _Source, within: _Object, key: str) -> str:
    text, member = source.text, within.member(key)
    if member is None:
        return text
    place = within.members.index(member)
    later = within.members[place + 1].start if place + 1 < len(within.members) else within.end
    earlier = within.members[place - 1].end if place else within.start + 1
    comma = source.bare.find(",", member.end, later)
    if comma < 0:
        comma = source.bare.rfind(",", earlier, member.start)
    start = len(text[: member.start].rstrip())
    if 0 <= comma < start:
        return text[:comma] + text[comma + 1 : start] + text[member.end :]
    if comma >= member.end:
        return text[:start] + text[member.end : comma] + text[comma + 1 :]
    return text[:start] + text[member.end :]


def _proven(changed: str, expected: dict[str, Any]) -> str:
    if _Source(changed).data != expected:
        raise InvalidInput("it is laid out in a way that cannot be edited safely")
    return changed
