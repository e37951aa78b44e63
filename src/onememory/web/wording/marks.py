"""Texts with what was looked for told apart, and the part of a long text that holds it."""

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from onememory.retrieval.highlights import Span, spans_of

EXCERPT = 280  # characters
PASSAGE = 600  # characters
_LEAD = 60  # characters shown before the first word that was found, of an excerpt
_PASSAGE_LEAD = 120  # of a passage


class Piece(NamedTuple):
    """A run of a text."""

    text: str
    is_marked: bool


def spans_of_words(text: str, words: Sequence[str]) -> list[Span]:
    """Where these characters stand, also within longer words; case makes no difference."""
    # The longest first: of two words that begin alike the longer one is marked as a whole.
    wanted = sorted(filter(None, words), key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, wanted)), re.IGNORECASE)
    return [match.span() for match in pattern.finditer(text)] if wanted else []


def pieces(text: str, spans: Sequence[Span]) -> list[Piece]:
    """The whole text in order, cut at the beginnings and ends of the spans."""
    found, at = [], 0
    for first, last in spans:
        found += [Piece(text[at:first], is_marked=False), Piece(text[first:last], is_marked=True)]
        at = last
    return [piece for piece in (*found, Piece(text[at:], is_marked=False)) if piece.text]


def excerpt(text: str, terms: Collection[str]) -> list[Piece]:
    """Some of a text as one line, around the first word that one of the index terms stands for."""
    line = " ".join(text.split())
    spans = spans_of(line, terms)
    if len(line) > EXCERPT:
        line = _cut(line, spans[0][0] if spans else 0)
        spans = spans_of(line, terms)
    return pieces(line, spans)


def passage(text: str, terms: Collection[str]) -> list[Piece]:
    """A text with its lines, or of a long one the part that begins shortly before the first match."""
    spans = spans_of(text, terms)
    start = max(0, spans[0][0] - _PASSAGE_LEAD) if spans and len(text) > PASSAGE else 0
    end = start + PASSAGE
    found = pieces(text[start:end], [(first - start, last - start) for first, last in spans if last <= end])
    before = [Piece("… ", is_marked=False)] if start else []
    behind = [Piece(" …", is_marked=False)] if end < len(text) else []
    return [*before, *found, *behind]


def _cut(line: str, at: int) -> str:
    """A part of the line that holds this place, between two words where there is a space near."""
    start = max(at - _LEAD, line.find(" ", at - _LEAD, at) + 1) if at > _LEAD else 0
    end = start + EXCERPT
    if end >= len(line):
        return "… " + line[start:]
    space = line.rfind(" ", end - _LEAD, end)
    return ("… " if start else "") + line[start : end if space < 0 else space] + " …"
