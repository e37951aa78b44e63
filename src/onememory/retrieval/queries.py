"""What of a query is compared in meaning."""

from collections.abc import Mapping

import regex

from onememory.retrieval.words import STOP_WORDS, query_terms

# Without such names wordllama finds 67.3 instead of 64.2, MiniLM 72.1 instead of 68.8 (R@10, words and meaning 1 : 1,
# the memories of `python -m bench.retrieval`); any share from 0.02 to 0.2 does the same.
COMMON_SHARE = 0.05
COMMON_LEAST = 5  # memories; below that a name tells them apart well enough

_NAME = regex.compile(r"\b\p{Lu}[\p{L}\p{M}]+(?:['\u2019]s)?\b\s*")


def has_names(query: str) -> bool:
    """Whether `vector_text` could leave something out."""
    return any(set(query_terms(name)) - STOP_WORDS for name in _NAME.findall(query))


def vector_text(query: str, document_frequencies: Mapping[str, int], total: int) -> str:
    """The query without the names that many memories bear; the query itself where nothing else would be left.

    Such a name does not tell one memory from another, yet it draws the vector of the query towards all that bear it.
    Its words still count. `document_frequencies` are those of `query_terms(query)` among `total` memories.
    """
    common = max(COMMON_SHARE * total, COMMON_LEAST)

    def kept(match: regex.Match[str]) -> str:
        terms = query_terms(match[0])
        is_common = all(document_frequencies.get(term, 0) > common for term in terms)
        return "" if is_common else match[0]

    text = _NAME.sub(kept, query)
    has_content = not set(query_terms(text)).isdisjoint(query_terms(query))
    return text.strip() if has_content else query
