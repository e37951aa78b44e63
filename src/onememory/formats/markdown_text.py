"""Text inside Markdown: escaped so that it stays text where a line or a tag would break out, and back.

A special character gets one backslash and the backslashes before it are doubled, so that the way back is exact; all
other backslashes stay as they are, and paths and formulas pasted by people survive.
"""

import re

_TAG_OR_ENTITY = r"<(?=[A-Za-z/!?])|&(?=#?\w{1,32};)"
_LINE_MARK = r"[#\-+*>=~`|_\[:]"

_INLINE = re.compile(rf"(?<!\\)(\\*+)({_TAG_OR_ENTITY})")
_LINE_START = re.compile(rf"(\s*+)(\\*+)({_LINE_MARK})")
_NUMBERED = re.compile(r"(\s*+[0-9]{1,9})(\\*+)([.)])")
_HEADING = re.compile(rf"(?<!\\)(\\*+)({_TAG_OR_ENTITY}|#)")


def escaped(text: str) -> str:
    """Text for the middle of a line: no tag, no entity."""
    return _INLINE.sub(_escape, text)


def unescaped(text: str) -> str:
    """The way back from `escaped`."""
    return _INLINE.sub(_unescape, text)


def escaped_line(line: str) -> str:
    """A line of its own: no heading, list item, quotation, rule, fence, table or link definition either."""
    line = escaped(line)
    for pattern in (_LINE_START, _NUMBERED):
        if found := pattern.match(line):
            return found[1] + _escape(found, 1) + line[found.end() :]
    return line


def unescaped_line(line: str) -> str:
    """The way back from `escaped_line`."""
    for pattern in (_LINE_START, _NUMBERED):
        if found := pattern.match(line):
            return found[1] + _unescape(found, 1) + unescaped(line[found.end() :])
    return unescaped(line)


def escaped_heading(title: str) -> str:
    """The title of a heading, in which `#` at the end would be taken for its closing."""
    return _HEADING.sub(_escape, title)


def unescaped_heading(title: str) -> str:
    """The way back from `escaped_heading`."""
    return _HEADING.sub(_unescape, title)


def _escape(found: re.Match[str], skipped_groups: int = 0) -> str:
    backslashes, special = found[skipped_groups + 1], found[skipped_groups + 2]
    return f"{backslashes * 2}\\{special}"


def _unescape(found: re.Match[str], skipped_groups: int = 0) -> str:
    backslashes, special = found[skipped_groups + 1], found[skipped_groups + 2]
    if len(backslashes) % 2 == 0:
        return backslashes + special  # nothing that we wrote
    return "\\" * (len(backslashes) // 2) + special
