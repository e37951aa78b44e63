"""Where a text holds the words of a question, in whatever form they stand there."""

from collections.abc import Collection

import regex

from onememory.retrieval.words import index_terms

_SPACELESS = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー]"
_WORD = regex.compile(rf"{_SPACELESS}|[\p{{L}}\p{{N}}\p{{M}}--{_SPACELESS}]+(?:['\u2019]\p{{L}}+)*|\p{{So}}", regex.V1)
_ONE_OF_SPACELESS = regex.compile(_SPACELESS, regex.V1)

Span = tuple[int, int]


def spans_of(text: str, terms: Collection[str]) -> list[Span]:
    """Beginning and end of each word that one of the index terms stands for, in order; neighbours are joined."""
    wanted = {*terms, *(character for term in terms for character in _ONE_OF_SPACELESS.findall(term))}
    spans: list[Span] = []
    for match in _WORD.finditer(text):
        if wanted.isdisjoint(index_terms(match[0])):
            continue
        if spans and spans[-1][1] == match.start():
            spans[-1] = (spans[-1][0], match.end())
        else:
            spans.append((match.start(), match.end()))
    return spans
