"""Where in a text a secret stands, and what is done about it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One secret in a text; what it is, never the secret itself."""

    kind: str  # in words for a person, such as "card number"
    start: int  # in characters
    end: int


Find: TypeAlias = Callable[[str], Iterable[Disclosure]]


def merged(found: Iterable[Disclosure]) -> list[Disclosure]:
    """In the order of the text, with those that overlap as one under the name of the longest."""
    result: list[Disclosure] = []
    for each in sorted(found, key=lambda d: (d.start, -d.end)):
        if result and each.start < (last := result[-1]).end:
            longest = max(last, each, key=lambda d: d.end - d.start)
            result[-1] = Disclosure(longest.kind, last.start, max(last.end, each.end))
        else:
            result.append(each)
    return result


def described(found: Iterable[Disclosure]) -> str:
    """What was found and where, counted from 1, such as "card number (characters 9 to 27)"."""
    return ", ".join(f"{each.kind} (characters {each.start + 1:,} to {each.end:,})" for each in found)


def masked(text: str, find: Find) -> tuple[str, int]:
    """The text with a mark in place of each secret, and how many there were."""
    count = 0
    # What is left of a text may be read otherwise; each round takes away characters that no mark has, so it ends.
    while found := merged(find(text)):
        count += len(found)
        text = _replaced(text, found)
    return text, count


def _replaced(text: str, found: list[Disclosure]) -> str:
    parts, end = [], 0
    for each in found:
        parts += [text[end : each.start], f"[{each.kind} removed]"]
        end = each.end
    return "".join([*parts, text[end:]])
