"""What an assistant is shown of its files, in the words of the memory tool's reference implementation."""

from collections.abc import Sequence

from onememory.domain.errors import InvalidInput
from onememory.domain.memory_files import MemoryFile, shown_path

_DEPTH = 2  # levels of a listing
_BESIDE = 2  # lines that a snippet shows on each side of a change
_WIDTH = 6  # of a line's number


def numbered(file: MemoryFile, lines: tuple[int, int] | None = None) -> str:
    """The text with a number before each line; `lines` are the first and the last to show, -1 meaning the end."""
    text = file.text.split("\n")
    first, last = lines or (1, -1)
    if first < 1 or (last != -1 and last < first):
        raise InvalidInput("Invalid `view_range`: give the first line, from 1, and the last, or -1 for the end.")
    shown = text[first - 1 : None if last == -1 else last]
    return f"Here's the content of {shown_path(file.path)} with line numbers:\n{_with_numbers(shown, first)}"


def snippet(text: str, addition: str) -> str:
    """The lines around the first occurrence of what was put in."""
    lines = text.split("\n")
    at = text.count("\n", 0, max(text.find(addition), 0))
    first = max(at - _BESIDE, 0)
    return _with_numbers(lines[first : at + _BESIDE + 1], first + 1)


def listing(files: Sequence[MemoryFile], path: str) -> str:
    """The files and directories of a directory, two levels deep, with sizes; hidden ones are left out."""
    sizes = {"": 0}
    for file in files:
        parts = file.path[len(path) :].strip("/").split("/")
        if any(part.startswith(".") for part in parts):
            continue
        size = len(file.text.encode())
        sizes[""] += size
        for depth in range(1, min(len(parts), _DEPTH) + 1):
            name = "/".join(parts[:depth]) + ("/" if depth < len(parts) else "")
            sizes[name] = sizes.get(name, 0) + size
    top = shown_path(path)
    rows = [f"{_size(size)}\t{top}/{name}" if name else f"{_size(size)}\t{top}" for name, size in sorted(sizes.items())]
    header = f"Here're the files and directories up to 2 levels deep in {top}, excluding hidden items:"
    return "\n".join([header, *rows])


def _with_numbers(lines: Sequence[str], first: int) -> str:
    return "\n".join(f"{number:>{_WIDTH}}\t{line}" for number, line in enumerate(lines, first))


def _size(count: int) -> str:
    """Bytes as people read them."""
    size, unit = float(count), "B"
    for larger in ("K", "M"):
        if size < 1024:
            break
        size, unit = size / 1024, larger
    return f"{size:.0f}{unit}" if size == int(size) else f"{size:.1f}{unit}"
