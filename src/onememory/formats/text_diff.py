"""The difference of two texts, word by word where that is affordable, in parts that rebuild both."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"  # each character is a word
_WORDS = re.compile(rf"[{_CJK}]|[^\W{_CJK}]++[ ]?+|\s++|[^\w\s][ ]?+")
_LINES = re.compile(r"[^\n]*+\n|[^\n]++")
_BUDGET = 6_000_000  # tokens x edits: the most that a comparison may cost, about a quarter of a second

Kind = Literal["same", "removed", "added"]
_Run = tuple[Kind, Sequence[str]]


@dataclass(frozen=True, slots=True)
class DiffPart:
    """A run of text that is in both, only in the old or only in the new one."""

    kind: Kind
    text: str


def diff(old: str, new: str) -> list[DiffPart]:
    """The parts from start to end; same and added make `new`, same and removed make `old`.

    Compares words; texts that differ in too many of them by lines; and else the changed middle as a whole.
    """
    for pattern in (_WORDS, _LINES):
        before, after = pattern.findall(old), pattern.findall(new)
        start, end = _shared_ends(before, after)
        removed, added = before[start : len(before) - end], after[start : len(after) - end]
        runs = _runs(removed, added)
        if runs is not None:
            break
    else:
        runs = [("removed", removed), ("added", added)]
    return list(_parts([("same", before[:start]), *runs, ("same", before[len(before) - end :])]))


def _shared_ends(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    shorter = min(len(before), len(after))
    start = next((at for at in range(shorter) if before[at] != after[at]), shorter)
    end = next((at for at in range(shorter - start) if before[-1 - at] != after[-1 - at]), shorter - start)
    return start, end


def _runs(before: Sequence[str], after: Sequence[str]) -> list[_Run] | None:
    """The shortest edit script, or None above the budget.

    Source: E. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), greedy form. Not difflib, whose time is
    quadratic to cubic in repetitive texts.
    """
    trace = _trace(before, after)
    if trace is None:
        return None
    runs: list[_Run] = []
    x, y = len(before), len(after)
    for edits in reversed(range(len(trace))):
        reach = trace[edits]
        origin = _origin(reach, x - y, edits)
        from_x, from_y = (reach[origin], reach[origin] - origin) if edits else (0, 0)
        kind: Kind = "removed" if origin < x - y else "added"
        length = min(x - from_x, y - from_y)
        runs.append(("same", before[x - length : x]))
        if edits:
            runs.append((kind, before[from_x : from_x + 1] if kind == "removed" else after[from_y : from_y + 1]))
        x, y = from_x, from_y
    return runs[::-1]


def _trace(before: Sequence[str], after: Sequence[str]) -> list[dict[int, int]] | None:
    """For each number of edits, how far into `before` each diagonal was reached with fewer."""
    rows, columns = len(before), len(after)
    limit = _BUDGET // (rows + columns + 1)
    reach = {1: 0}
    trace = []
    for edits in range(min(limit, rows + columns) + 1):
        trace.append(reach.copy())
        for diagonal in range(-edits, edits + 1, 2):
            origin = _origin(reach, diagonal, edits)
            x = reach[origin] + (origin < diagonal)
            y = x - diagonal
            while x < rows and y < columns and before[x] == after[y]:
                x, y = x + 1, y + 1
            reach[diagonal] = x
            if x >= rows and y >= columns:
                return trace
    return None


def _origin(reach: dict[int, int], diagonal: int, edits: int) -> int:
    """The neighbouring diagonal from which this one is reached furthest: the upper by adding, the lower by removing."""
    is_added = diagonal == -edits or (diagonal != edits and reach[diagonal - 1] < reach[diagonal + 1])
    return diagonal + 1 if is_added else diagonal - 1


def _parts(runs: Iterable[_Run]) -> Iterator[DiffPart]:
    """The runs joined, what was removed before what was added."""
    pending: dict[Kind, list[str]] = {"same": [], "removed": [], "added": []}
    for kind, tokens in runs:
        if tokens and (kind == "same") != bool(pending["same"]):
            yield from _flushed(pending)
        pending[kind] += tokens
    yield from _flushed(pending)


def _flushed(pending: dict[Kind, list[str]]) -> Iterator[DiffPart]:
    for kind, tokens in pending.items():
        if tokens:
            yield DiffPart(kind, "".join(tokens))
        tokens.clear()
