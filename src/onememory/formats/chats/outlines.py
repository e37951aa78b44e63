"""The outline of a JSON text from its beginning alone: which keys it has where, so that a sniffer can know it."""

import json
import re
from dataclasses import dataclass, field
from functools import lru_cache

from onememory.domain.errors import InvalidInput
from onememory.formats.chats.json_stream import without_mark

_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*+)(?:(")(\s*+:)?)?|([\[\]{}])|,|[^\s\[\]{},:"]++', re.DOTALL)
_LONGEST_VALUE = 200  # characters kept of a scalar
_DEEPEST = 8  # levels of which the keys are kept
_MOST_PATHS = 5_000


@dataclass(slots=True)
class Outline:
    """Paths of keys with the first plain value seen there; `[]` stands for any place of an array.

    A path is written `[]/mapping/u1/message`; in JSON Lines each line begins anew, as if it were the first.
    """

    values: dict[str, str] = field(default_factory=dict)
    is_json: bool = False
    top_values: int = 0  # complete or open; more than one in JSON Lines

    def has(self, *patterns: str) -> bool:
        """Whether there is each of these paths; in a pattern `*` stands for any one key."""
        return all(self.value(pattern) is not None for pattern in patterns)

    def value(self, pattern: str) -> str | None:
        """The first plain value at such a path; empty for a container, None where the path is not seen."""
        if "*" not in pattern:
            return self.values.get(pattern)
        matches = _pattern(pattern).fullmatch
        return next((value for path, value in self.values.items() if matches(path)), None)


@lru_cache(maxsize=4)
def outline_of(head: bytes) -> Outline:
    """The outline of a text that may break off anywhere; without paths where it is no JSON."""
    outline = Outline()
    try:
        text = without_mark(head).decode("utf-8", errors="replace")
    except InvalidInput:
        return outline
    if text.lstrip()[:1] in ("[", "{"):
        outline.is_json = True
        _fill(outline, text)
    return outline


def _fill(outline: Outline, text: str) -> None:
    path: list[str] = []  # one name per open bracket below the top, the key or []
    brackets: list[str] = []
    key = ""
    for token in _TOKEN.finditer(text):
        words, closing, colon, bracket = token.groups()
        if words is not None and not closing:
            return  # it breaks off within a string
        if colon:
            key = _unescaped(words)
        elif bracket and bracket in "[{":
            outline.top_values += not brackets
            name = _keep(outline, path, brackets, key, "")
            path += [name] if brackets else []
            brackets.append(bracket)
            key = ""
        elif bracket:
            if not brackets:
                return
            brackets.pop()
            del path[-1:]
        elif token[0] != ",":
            _keep(outline, path, brackets, key, token[0] if words is None else words)
            key = ""


def _keep(outline: Outline, path: list[str], brackets: list[str], key: str, value: str) -> str:
    """The name of the place, after the value is kept there; strings in an object without a key are no values."""
    name = "[]" if brackets[-1:] == ["["] else key
    if name and brackets and len(path) < _DEEPEST and len(outline.values) < _MOST_PATHS:
        outline.values.setdefault("/".join([*path, name]), value[:_LONGEST_VALUE])
    return name


def _unescaped(key: str) -> str:
    if "\\" not in key:
        return key[:_LONGEST_VALUE]
    try:
        return str(json.loads(f'"{key}"', strict=False))[:_LONGEST_VALUE]
    except ValueError:
        return key[:_LONGEST_VALUE]


@lru_cache(maxsize=256)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\*", "[^/]*"))
