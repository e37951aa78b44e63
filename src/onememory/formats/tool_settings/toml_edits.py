"""One server added to or taken out of a tool's TOML settings, by editing the text, so that all else stays as it was."""

import json
import re
import tomllib
from typing import Any

from onememory.domain.errors import InvalidInput

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_UNSAFE = "it is laid out in a way that cannot be edited safely"


def servers(text: str, section: str) -> dict[str, Any]:
    """The servers of a section by name; raises InvalidInput where the text is broken or the section is no table."""
    found = _data(text).get(section, {})
    if not isinstance(found, dict):
        raise InvalidInput(f"`{section}` is no table")
    return found


def has_section(text: str, section: str) -> bool:
    """Whether the key is there at all; raises InvalidInput where the text is broken."""
    return section in _data(text)


def with_server(text: str, section: str, name: str, entry: dict[str, Any]) -> str:
    """The text with one more server at its end; raises InvalidInput where that cannot be done without harm."""
    expected = _data(text) | {section: servers(text, section) | {name: entry}}
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = [f"[{section}.{_key(name)}]", *(f"{_key(key)} = {_value(value)}" for key, value in entry.items()), ""]
    gap = "" if not text else newline if text.endswith("\n") else newline * 2
    return _proven(text + gap + newline.join(lines), expected, section)


def without_server(text: str, section: str, name: str) -> str:
    """The text without the table of this server; raises InvalidInput where it is not a table of its own."""
    left = {key: entry for key, entry in servers(text, section).items() if key != name}
    header = rf"^[ \t]*\[[ \t]*{section}[ \t]*\.[ \t]*[\"']?{re.escape(name)}[\"']?[ \t]*[.\]]"
    # From the blank line before it to the last line before the next table.
    table = rf"(?:(?<=\n)\r?\n)?{header}.*?(?=\s*(?:^[ \t]*\[|\Z))(?:\r?\n)?"
    changed = re.sub(table, "", text, flags=re.DOTALL | re.MULTILINE)
    return _proven(changed, _data(text) | {section: left}, section)


def without_section(text: str, section: str) -> str:
    """The text as it is: a section of tables is gone with the last of them."""
    servers(text, section)
    return text


def _data(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(str(error)) from error


def _key(name: str) -> str:
    return name if _BARE_KEY.fullmatch(name) else json.dumps(name)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {_value(child)}" for key, child in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)  # strings and lists of them are written alike in both languages


def _proven(changed: str, expected: dict[str, Any], section: str) -> str:
    try:
        data = _data(changed)
    except InvalidInput as error:
        raise InvalidInput(_UNSAFE) from error
    if {section: {}} | data != {section: {}} | expected:
        raise InvalidInput(_UNSAFE)
    return changed
