"""Lists of memories as other assistants print them: sections, and items `- [2026-01-31 or unknown] - fact`.

The day goes in front of the text, where our convention has it, and is the day when the memory was recorded. A
section's heading is another assistant's category: it is reported as a label and makes no bucket by itself. Indented
lines belong to their item, unless they are dated items of their own.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from onememory.formats.content import Content, lines_of
from onememory.formats.imported import FoundItem, ParsedMemories
from onememory.formats.markdown_text import unescaped, unescaped_heading, unescaped_line
from onememory.formats.moments import day_of, leading_day

FORMAT = "pasted-list"

_DASHES = "\u2013\u2014"
_BULLETS = "\u2022\u2023\u25e6" + _DASHES
_BULLET = re.compile(rf"([ \t]*+)(?:[-*+{_BULLETS}]|[0-9]{{1,9}}[.)])[ \t]++(?=\S)")
_DATED = re.compile(r"[ \t]*+\[([0-9]{4}-[0-9]{2}-[0-9]{2}|(?i:unknown|date unknown|no date|undated|n/a))\][ \t]*+")
_DASH = re.compile(rf"[-:{_DASHES}][ \t]++")
_MARKED_HEADING = re.compile(r" {0,3}#{1,6}[ \t]++(.++)")
_BOLD_HEADING = re.compile(r"\*\*([^*]{1,80}+)\*\*:?")
_NAMED_HEADING = re.compile(r"([^\s\-*•\[][^\[\]]{0,80}):")
_SNIFFED_LINES = 1_000


@dataclass(slots=True)
class _Item:
    line: int
    indent: int
    day: date | None
    lines: list[str]
    blanks: int = 0  # blank lines seen since its last line

    @property
    def text(self) -> str:
        text = "\n".join(self.lines).strip()
        return text if self.day is None or leading_day(text)[0] else f"{self.day.isoformat()} {text}"


@dataclass(slots=True)
class _Section:
    title: str | None
    items: list[_Item] = field(default_factory=list)
    loose: list[tuple[int, str]] = field(default_factory=list)  # lines that are no list items


def looks_like(content: Content) -> bool:
    """Whether it opens with a heading, or most of its unindented lines are list items."""
    lines = [line for line in lines_of(content.text) if line.strip()][:_SNIFFED_LINES]
    if _MARKED_HEADING.match(lines[0]):
        return True
    items = sum(_is_item(line) for line in lines)
    others = sum(not (_is_item(line) or _heading(line) or line[0] in " \t" or _is_rule(line)) for line in lines)
    return items > others


def read(content: Content) -> ParsedMemories:
    """The items of all sections; in a section without items every line is one."""
    sections = [_Section(None)]
    for number, line in enumerate(lines_of(content.text), start=1):
        _take(sections, number, line)
    found = ParsedMemories(FORMAT)
    for section in sections:
        _keep(found, section, is_preamble=section.title is None and len(sections) > 1)
    return found


def _take(sections: list[_Section], number: int, line: str) -> None:
    section = sections[-1]
    last = section.items[-1] if section.items else None
    if not line.strip():
        if last:
            last.blanks += 1
    elif last and _goes_on(last, line):
        last.lines += [""] * last.blanks + [unescaped_line(_without_indent(line, last.indent + 2))]
        last.blanks = 0
    elif (title := _heading(line)) is not None:
        sections.append(_Section(title))
    elif _is_item(line):
        section.items.append(_item(number, line))
    elif last and not last.blanks and not _is_rule(line):
        last.lines.append(unescaped_line(line.strip()))  # a wrapped line, as Markdown has it
    elif not _is_rule(line):
        section.loose.append((number, line.strip()))


def _keep(found: ParsedMemories, section: _Section, *, is_preamble: bool) -> None:
    labels = [section.title]
    for item in section.items:
        found.add(item.line, FoundItem(item.text, created=item.day, labels=labels))
    for number, line in section.loose:
        if section.items or is_preamble:
            found.report(number, "It is no list item, so it is taken for a remark and left out.")
        else:
            found.add(number, FoundItem(unescaped_line(line), labels=labels))


def _item(number: int, line: str) -> _Item:
    bullet = _BULLET.match(line)
    indent = len(bullet[1]) if bullet else 0
    rest = line[bullet.end() :] if bullet else line
    dated = _DATED.match(rest)
    day = day_of(dated[1]) if dated else None
    if dated and (day or not dated[1][0].isdigit()):
        rest = rest[dated.end() :]
        rest = _DASH.sub("", rest, count=1) if _DASH.match(rest) else rest
    return _Item(number, indent, day, [unescaped(rest)])


def _is_item(line: str) -> bool:
    return not _is_rule(line) and (_BULLET.match(line) or _DATED.match(line)) is not None


def _goes_on(item: _Item, line: str) -> bool:
    indent = len(line) - len(line.lstrip(" \t"))
    if not (line.startswith("\t") or indent >= item.indent + 2):
        return False
    bullet = _BULLET.match(line)
    return _DATED.match(line, bullet.end() if bullet else 0) is None


def _without_indent(line: str, width: int) -> str:
    if line.startswith("\t"):
        return line[1:]
    return line[min(width, len(line) - len(line.lstrip(" "))) :]


def _heading(line: str) -> str | None:
    if found := _MARKED_HEADING.fullmatch(line):
        title = found[1].strip()
        bare = title.rstrip("#")
        return unescaped_heading(bare.strip() if bare != title and bare[-1:] in {" ", ""} else title)
    if found := _BOLD_HEADING.fullmatch(line.strip()) or _NAMED_HEADING.fullmatch(line.strip()):
        return None if _BULLET.match(line) else found[1].strip().rstrip(":")
    return None


def _is_rule(line: str) -> bool:
    marks = "".join(line.split())
    return marks.startswith("```") or (len(marks) >= 3 and marks[0] in "-*_=" and marks.count(marks[0]) == len(marks))
