"""Files that an assistant keeps as memories: which paths there are, and what each change makes of a text."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from onememory.domain.errors import Conflict, InvalidInput

ROOT = "/memories"
PATH_LIMIT = 1_024  # bytes
DEPTH_LIMIT = 20
_UNFIT = re.compile(r"[\x00-\x1f\x7f\\]|%2e|%2f|%5c", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MemoryFile:
    """A memory under a path; the path is below ROOT and begins with no slash."""

    path: str
    memory_id: str
    text: str


def checked_path(path: str) -> str:
    """The path below ROOT, empty for ROOT itself; raises InvalidInput where it is none of ours."""
    if path != ROOT and not path.startswith(f"{ROOT}/"):
        raise InvalidInput(f"Path must start with {ROOT}, got: {path}")
    parts = path[len(ROOT) :].strip("/").split("/")
    if parts == [""]:
        return ""
    if any(part in {"", ".", ".."} for part in parts) or _UNFIT.search(path) or _hides_characters(path):
        raise InvalidInput(
            f"Path {path} is not allowed: use plain names under {ROOT}, without `..` and hidden characters"
        )
    if len(path.encode("utf-8", "replace")) > PATH_LIMIT or len(parts) > DEPTH_LIMIT:
        raise InvalidInput(f"The path is too long: at most {PATH_LIMIT} bytes and {DEPTH_LIMIT} names")
    return "/".join(parts)


def _hides_characters(path: str) -> bool:
    return any(unicodedata.category(character) == "Cf" for character in path)


def shown_path(path: str) -> str:
    """The path as an assistant writes it."""
    return f"{ROOT}/{path}" if path else ROOT


def lines_of(text: str) -> list[str]:
    """The lines of a text, without the empty one that a line end at its end would leave."""
    lines = text.split("\n")
    return lines[:-1] if len(lines) > 1 and lines[-1] == "" else lines


def replaced(text: str, old: str, new: str, path: str) -> str:
    """The text with its one occurrence of `old` replaced; raises InvalidInput where there is none or more than one."""
    found = [match.start() for match in re.finditer(f"(?={re.escape(old)})", text)] if old else []
    if not found:
        raise InvalidInput(f"No replacement was performed, old_str `{old}` did not appear verbatim in {path}.")
    if len(found) > 1:
        numbers = ", ".join(str(text.count("\n", 0, at) + 1) for at in found)
        raise InvalidInput(
            f"No replacement was performed. Multiple occurrences of old_str `{old}` in lines: {numbers}. "
            "Please ensure it is unique"
        )
    return text.replace(old, new)


def inserted(text: str, line: int, addition: str) -> str:
    """The text with lines added after line number `line`, where 0 is the beginning; raises InvalidInput."""
    lines = lines_of(text)
    if not 0 <= line <= len(lines):
        problem = f"Invalid `insert_line` parameter: {line}."
        raise InvalidInput(f"{problem} It should be within the range of lines of the file: [0, {len(lines)}]")
    return "\n".join([*lines[:line], addition.removesuffix("\n"), *lines[line:]]) + "\n"


def moved(path: str, old: str, new: str) -> str:
    """Where a file of the directory `old`, or `old` itself, lies once that is called `new`; raises Conflict."""
    if new == old or new.startswith(f"{old}/"):
        raise Conflict(f"The destination {shown_path(new)} lies in what is to be renamed, or is the same")
    return new + path[len(old) :]


def below(files: Sequence[MemoryFile], path: str) -> list[MemoryFile]:
    """The file at this path, or all files of this directory."""
    return [f for f in files if not path or f.path == path or f.path.startswith(f"{path}/")]
