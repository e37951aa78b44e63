"""Names for groups of texts: the words that tell a group from the others."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from math import log

import regex

from onememory.retrieval.words import index_terms

WORDS = 3
READ = 2_000  # characters of a text; what it is about stands at its beginning

_WORD = regex.compile(r"(?V1)[\p{L}][\p{L}\p{M}\p{N}]*(?:['\u2019\-][\p{L}\p{M}\p{N}]+)*")
_LINK = regex.compile(r"\S*(?:://|www\.)\S*")
# Words of talking, liking and time: they stand in many memories and say nothing of what these are about.
_OF_EVERYTHING = frozenset(
    term
    for word in """ago also always am ask asked assistant been best better big bought bring came come could day days did
    different does doing done even ever every feel feeling find first for found gave get gets give go goes going good
    got great had happy has have having hello help hey hi important into just keep kind know last learn less let lets
    like likes little live lives long look lot love loves made make makes many may maybe mention mentioned might month
    months more most much must need needs never new next nice now often oh ok okay old one only other people per place
    plan planning plans please prefer prefers put really recent recently said same saw say says see should since small
    some something started still stuff such sure take taken talk tell than thank thanks thing things think through time
    times today together told tomorrow took tried try two use used user uses using usually various very wants want
    wanted was way week weeks well went were wish with without work working works would wow yeah year years yes
    yesterday yet january february march april may june july august september october november december monday tuesday
    wednesday thursday friday saturday sunday""".split()  # noqa: SIM905 -- quoting each would make it unreadable
    for term in index_terms(word)
)


def names_of(groups: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """For each group of texts up to three telling words, the most telling one first.

    A word counts once a text, weighed by how much more often it stands in this group than in all (c-TF-IDF).
    No two groups have the same first word as long as there are other telling ones.
    """
    counted = [_counted(texts) for texts in groups]
    total = Counter[str]()
    for terms, _ in counted:
        total.update(terms)
    texts = sum(len(group) for group in groups)
    ranked = [_telling(terms, len(group), total, texts) for (terms, _), group in zip(counted, groups, strict=True)]
    shared = Counter(term for terms in ranked for term in terms[:WORDS])
    # What names several groups, as the name of a person may, tells little where it stands first.
    ordered = [[*sorted(terms[:WORDS], key=lambda term: shared[term] > 1), *terms[WORDS:]] for terms in ranked]
    return [
        tuple(spellings[term] for term in terms)
        for (_, spellings), terms in zip(counted, _distinct(ordered), strict=True)
    ]


def _distinct(ordered: Iterable[Sequence[str]]) -> list[Sequence[str]]:
    """The first few terms of each; where another begins with the first one already, the next that none begins with."""
    taken: set[str] = set()
    chosen: list[Sequence[str]] = []
    for terms in ordered:
        first = next((term for term in terms if term not in taken), terms[0] if terms else None)
        name = [term for term in terms if term != first]
        name = name if first is None else [first, *name]
        taken.update(name[:1])
        chosen.append(name[:WORDS])
    return chosen


def _counted(texts: Iterable[str]) -> tuple[Counter[str], dict[str, str]]:
    """In how many texts each term stands, and how it is written most often."""
    terms: Counter[str] = Counter()
    written: dict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        found = dict(_terms(text[:READ]))
        terms.update(found.keys())
        for term, word in found.items():
            written[term][word] += 1
    return terms, {term: max(words, key=lambda word: (words[word], word)) for term, words in written.items()}


def _terms(text: str) -> Iterator[tuple[str, str]]:
    """Each word as the index knows it, and as it is written; of a script without spaces the pairs of characters."""
    plain = _LINK.sub(" ", text)
    telling = set(index_terms(plain)) - _OF_EVERYTHING  # without stop words
    for word in _WORD.findall(plain):
        terms = index_terms(word)
        if len(terms) == 1:
            if len(word) > 2 and terms[0] in telling:
                yield terms[0], word
        elif not word.isascii():
            yield from ((term, term) for term in terms if len(term) == 2)


def _telling(terms: Counter[str], size: int, total: Counter[str], texts: int) -> list[str]:
    fewest = max(2, size * 0.02)
    weights = {
        term: count / size * log(1 + (count / size) / (total[term] / texts))
        for term, count in terms.items()
        if count >= fewest and count / size > total[term] / texts
    }
    return sorted(weights, key=lambda term: (-weights[term], term))
